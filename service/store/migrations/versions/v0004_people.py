"""Roles of the staff; what a course allows, invitations, reset links, identities from elsewhere."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

OLD = ("student", "staff")
NEW = ("student", "grader", "assistant", "instructor")


def upgrade() -> None:
    """Make the step: who was of the staff is an instructor."""
    _change_roles(NEW, {"staff": "instructor"})
    op.create_table(
        "people_rules",
        sa.Column("course_id", sa.Integer(), nullable=False),
        sa.Column("acting_may_write", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["course_id"], ["courses.id"], name=op.f("fk_people_rules_course_id_courses"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("course_id", name=op.f("pk_people_rules")),
    )
    _create_invitations()
    op.create_table(
        "password_resets",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_password_resets_user_id_users"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_password_resets")),
        sa.UniqueConstraint("digest", name=op.f("uq_password_resets_digest")),
    )
    op.create_table(
        "identities",
        sa.Column("issuer", sa.String(length=200), nullable=False),
        sa.Column("subject", sa.String(length=255), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("linked_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_identities_user_id_users"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("issuer", "subject", name=op.f("pk_identities")),
    )
    op.create_index(op.f("ix_identities_user_id"), "identities", ["user_id"], unique=False)


def downgrade() -> None:
    """Take it back: all of the staff are simply staff again."""
    for table in ("identities", "password_resets", "invitations", "people_rules"):
        op.drop_table(table)
    _change_roles(OLD, dict.fromkeys(NEW[1:], "staff"))


def _create_invitations() -> None:
    op.create_table(
        "invitations",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("course_id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("role", _role(NEW), nullable=False),
        sa.Column("section", sa.String(length=80), nullable=False),
        sa.Column("note", sa.String(length=80), nullable=False),
        sa.Column("max_uses", sa.Integer(), nullable=True),
        sa.Column("uses", sa.Integer(), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["course_id"], ["courses.id"], name=op.f("fk_invitations_course_id_courses"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["made_by_id"], ["users.id"], name=op.f("fk_invitations_made_by_id_users"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitations")),
        sa.UniqueConstraint("digest", name=op.f("uq_invitations_digest")),
    )
    op.create_index(op.f("ix_invitations_course_id"), "invitations", ["course_id"], unique=False)


def _role(names: tuple[str, ...]) -> sa.Enum:
    return sa.Enum(*names, name="role", native_enum=False, create_constraint=True, length=16)


def _change_roles(after: tuple[str, ...], renamed: dict[str, str]) -> None:
    """Rename roles between the constraint that knows the old names and the one that knows the new."""
    with op.batch_alter_table("enrollments") as table:
        table.drop_constraint(op.f("ck_enrollments_role"), type_="check")
    enrollments = sa.table("enrollments", sa.column("role", sa.String()))
    for old, new in renamed.items():
        op.execute(enrollments.update().where(enrollments.c.role == old).values(role=new))
    with op.batch_alter_table("enrollments") as table:
        table.create_check_constraint(op.f("ck_enrollments_role"), sa.column("role").in_(after))
