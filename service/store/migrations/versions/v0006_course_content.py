"""Terms of courses, what was loaded when, and what waits to be confirmed."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the step."""
    # In place: a copy that takes the place of the table would take with it what refers to its rows.
    op.add_column("courses", sa.Column("term", sa.String(length=80), server_default="", nullable=False))
    op.create_table(
        "course_loads",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("course_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("way", sa.String(length=16), nullable=False),
        sa.Column("source", sa.String(length=300), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["course_id"], ["courses.id"], name=op.f("fk_course_loads_course_id_courses")
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_course_loads_user_id_users"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_course_loads")),
    )
    op.create_index(op.f("ix_course_loads_course_id"), "course_loads", ["course_id"])
    op.create_table(
        "course_drafts",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(length=80), nullable=False),
        sa.Column("source", sa.String(length=300), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_course_drafts_user_id_users"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_course_drafts")),
    )
    op.create_index(op.f("ix_course_drafts_user_id"), "course_drafts", ["user_id"])
    op.create_index(op.f("ix_course_drafts_made_at"), "course_drafts", ["made_at"])


def downgrade() -> None:
    """Take it back."""
    op.drop_table("course_drafts")
    op.drop_table("course_loads")
    # In place: a copy of the table could not take the place of one that others refer to.
    op.drop_column("courses", "term")
