"""Rows that dashboards are drawn from: standings and guilty patterns."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_TIMELINE = "ix_submissions_item_id_created_at_user_id_state_verdict"


def upgrade() -> None:
    """Make the step. `service.store.migrate` fills the tables afterwards."""
    op.create_table(
        "standings",
        sa.Column("item_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("user_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("submissions", sa.Integer(), nullable=False),
        sa.Column("graded", sa.Integer(), nullable=False),
        sa.Column("late", sa.Integer(), nullable=False),
        sa.Column("counting_id", sa.String(length=26), nullable=True),
        sa.Column("score", sa.Double(), nullable=True),
        sa.Column("raw", sa.Double(), nullable=True),
        sa.Column("days_late", sa.Integer(), nullable=True),
        sa.Column("verdict", sa.String(length=24), nullable=True),
        sa.Column("passed_after", sa.Integer(), nullable=True),
        sa.Column("last_id", sa.String(length=26), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("verdicts", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["item_id"], ["items.id"], name=op.f("fk_standings_item_id_items"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_standings_user_id_users"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("item_id", "user_id", name=op.f("pk_standings")),
    )
    op.create_index(op.f("ix_standings_user_id"), "standings", ["user_id"], unique=False)
    op.create_table(
        "guilty_patterns",
        sa.Column("submission_id", sa.String(length=26), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=32), nullable=False),
        sa.Column("verdict", sa.String(length=24), nullable=False),
        sa.Column("told", sa.String(length=400), nullable=False),
        sa.Column("kinds", sa.String(length=120), nullable=False),
        sa.ForeignKeyConstraint(
            ["submission_id"],
            ["submissions.id"],
            name=op.f("fk_guilty_patterns_submission_id_submissions"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["item_id"], ["items.id"], name=op.f("fk_guilty_patterns_item_id_items"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_guilty_patterns_user_id_users"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("submission_id", name=op.f("pk_guilty_patterns")),
    )
    op.create_index(op.f("ix_guilty_patterns_user_id"), "guilty_patterns", ["user_id"], unique=False)
    op.create_index(
        op.f("ix_guilty_patterns_item_id_key_user_id_submission_id"),
        "guilty_patterns",
        ["item_id", "key", "user_id", "submission_id"],
        unique=False,
    )
    op.create_index(
        op.f(_TIMELINE),
        "submissions",
        ["item_id", "created_at", "user_id", "state", "verdict"],
        unique=False,
    )


def downgrade() -> None:
    """Take it back: nothing is lost that cannot be made again."""
    op.drop_index(op.f(_TIMELINE), table_name="submissions")
    op.drop_table("guilty_patterns")
    op.drop_table("standings")
