"""Keep who wants an e-mail when a submission is graded.

Revision ID: 0106
Revises: 0001
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "mail_wishes",
        sa.Column("user_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("told_until", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_mail_wishes_user_id_users"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_mail_wishes")),
    )


def downgrade() -> None:
    """Take it back; who wanted e-mails has to ask for them again."""
    op.drop_table("mail_wishes")
