"""Regrades with a preview, overrides, rubrics and comments."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the step."""
    op.create_table(
        "line_comments",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("submission_id", sa.String(length=26), nullable=False),
        sa.Column("file", sa.String(length=255), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["author_id"], ["users.id"], name=op.f("fk_line_comments_author_id_users")),
        sa.ForeignKeyConstraint(
            ["submission_id"], ["submissions.id"], name=op.f("fk_line_comments_submission_id_submissions")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_line_comments")),
    )
    op.create_index(op.f("ix_line_comments_submission_id"), "line_comments", ["submission_id"], unique=False)
    op.create_table(
        "overrides",
        sa.Column("submission_id", sa.String(length=26), nullable=False),
        sa.Column("points", sa.Double(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["users.id"], name=op.f("fk_overrides_by_id_users")),
        sa.ForeignKeyConstraint(
            ["submission_id"], ["submissions.id"], name=op.f("fk_overrides_submission_id_submissions")
        ),
        sa.PrimaryKeyConstraint("submission_id", name=op.f("pk_overrides")),
    )
    op.create_table(
        "regrades",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("course_id", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=True),
        sa.Column("student_id", sa.Integer(), nullable=True),
        sa.Column("submission_id", sa.String(length=26), nullable=True),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("started_by_id", sa.Integer(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("left_out", sa.Integer(), nullable=False),
        sa.Column("closed_by_id", sa.Integer(), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("applied", sa.Boolean(), nullable=True),
        sa.ForeignKeyConstraint(["closed_by_id"], ["users.id"], name=op.f("fk_regrades_closed_by_id_users")),
        sa.ForeignKeyConstraint(["course_id"], ["courses.id"], name=op.f("fk_regrades_course_id_courses")),
        sa.ForeignKeyConstraint(["item_id"], ["items.id"], name=op.f("fk_regrades_item_id_items")),
        sa.ForeignKeyConstraint(
            ["started_by_id"], ["users.id"], name=op.f("fk_regrades_started_by_id_users")
        ),
        sa.ForeignKeyConstraint(["student_id"], ["users.id"], name=op.f("fk_regrades_student_id_users")),
        sa.ForeignKeyConstraint(
            ["submission_id"], ["submissions.id"], name=op.f("fk_regrades_submission_id_submissions")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_regrades")),
    )
    op.create_index(op.f("ix_regrades_course_id"), "regrades", ["course_id"], unique=False)
    op.create_table(
        "rubric_ticks",
        sa.Column("submission_id", sa.String(length=26), nullable=False),
        sa.Column("rubric_id", sa.String(length=80), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["users.id"], name=op.f("fk_rubric_ticks_by_id_users")),
        sa.ForeignKeyConstraint(
            ["submission_id"], ["submissions.id"], name=op.f("fk_rubric_ticks_submission_id_submissions")
        ),
        sa.PrimaryKeyConstraint("submission_id", "rubric_id", name=op.f("pk_rubric_ticks")),
    )
    op.create_table(
        "trials",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("regrade_id", sa.Integer(), nullable=False),
        sa.Column("submission_id", sa.String(length=26), nullable=False),
        sa.Column("base_attempt", sa.Integer(), nullable=True),
        sa.Column(
            "state",
            sa.Enum(
                "queued",
                "running",
                "graded",
                "failed",
                "cancelled",
                name="state",
                native_enum=False,
                create_constraint=True,
                length=16,
            ),
            nullable=False,
        ),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("faults", sa.Integer(), nullable=False),
        sa.Column("worker", sa.String(length=120), nullable=True),
        sa.Column("enqueued_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("item_digest", sa.String(length=64), nullable=True),
        sa.Column("report", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("verdict", sa.String(length=24), nullable=True),
        sa.Column("score", sa.Double(), nullable=True),
        sa.Column("max_score", sa.Double(), nullable=True),
        sa.Column("differs", sa.Boolean(), nullable=False),
        sa.Column("fault", sa.Text(), nullable=True),
        sa.Column("adopted_attempt", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["regrade_id"], ["regrades.id"], name=op.f("fk_trials_regrade_id_regrades")),
        sa.ForeignKeyConstraint(
            ["submission_id"], ["submissions.id"], name=op.f("fk_trials_submission_id_submissions")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_trials")),
        sa.UniqueConstraint("regrade_id", "submission_id", name=op.f("uq_trials_regrade_id_submission_id")),
    )
    op.create_index(op.f("ix_trials_state_enqueued_at"), "trials", ["state", "enqueued_at"], unique=False)
    op.create_index(op.f("ix_trials_submission_id"), "trials", ["submission_id"], unique=False)


def downgrade() -> None:
    """Take it back."""
    for table in ("trials", "rubric_ticks", "regrades", "overrides", "line_comments"):
        op.drop_table(table)
