"""Invitations: who follows the link is in the course. The link is kept by whoever was sent it, not by us."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from graders.errors import CallerError
from service.store import accounts, members
from service.store.audit import record
from service.store.models import Course, Enrollment, Role, User
from service.store.people_tables import Invitation
from service.store.types import storable, utc_now

MAX_DAYS = 180
MAX_USES = 1000
STAFF_DAYS = 14
"""A link that makes somebody staff works once, and not for long: whoever holds it has the role."""

_RANKS = list(Role)


class InvitationError(CallerError):
    """The link cannot be made or followed; the message says why, and whom to ask."""


def check(role: Role, days: int, max_uses: int | None) -> None:
    """Raise `InvitationError` when no such invitation may be made. `max_uses` is `None` for no bound."""
    if not 1 <= days <= MAX_DAYS:
        raise InvitationError(f"A link works for 1 to {MAX_DAYS} days.")
    if max_uses is not None and not 1 <= max_uses <= MAX_USES:
        raise InvitationError(f"A link serves 1 to {MAX_USES} people, or any number.")
    if role.staff and (max_uses != 1 or days > STAFF_DAYS):
        raise InvitationError(
            f"A link that makes somebody {role} serves one person and works for at most {STAFF_DAYS} days."
        )


def keep(
    session: Session,
    actor: User,
    course: Course,
    link: str,
    *,
    role: Role,
    section: str,
    max_uses: int | None,
    expires_at: datetime,
    note: str,
) -> Invitation:
    """Keep the digest of a link that was made, and what it is for."""
    row = Invitation(
        course_id=course.id,
        digest=_digest(link),
        role=role,
        section=members.clean_section(section),
        note=storable(" ".join(note.split()), 80),
        max_uses=max_uses,
        made_by_id=actor.id,
        expires_at=expires_at,
    )
    session.add(row)
    session.flush()
    details = {"role": role, "section": row.section, "max_uses": max_uses, "note": row.note}
    record(session, actor, "invitation.make", course, str(row.id), details)
    return row


def of_course(session: Session, course_id: int) -> list[Invitation]:
    """Return the course's invitations, the newest first."""
    found = (
        select(Invitation).options(joinedload(Invitation.made_by)).where(Invitation.course_id == course_id)
    )
    return list(session.scalars(found.order_by(Invitation.id.desc())))


def revoke(session: Session, actor: User, course: Course, invitation_id: int) -> bool:
    """Make a link useless. False: the course has no such link, or it is revoked already."""
    row = session.get(Invitation, invitation_id)
    if row is None or row.course_id != course.id or row.revoked_at is not None:
        return False
    row.revoked_at = utc_now()
    record(session, actor, "invitation.revoke", course, str(row.id))
    return True


def find(session: Session, link: str) -> Invitation | None:
    """Return what is kept of a link."""
    found = (
        select(Invitation).options(joinedload(Invitation.course)).where(Invitation.digest == _digest(link))
    )
    return session.scalar(found)


def state_of(row: Invitation, now: datetime | None = None) -> str:
    """Return ``open``, ``revoked``, ``expired`` or ``used up``."""
    if row.revoked_at is not None:
        return "revoked"
    if row.expires_at <= (now or utc_now()):
        return "expired"
    return "used up" if row.max_uses is not None and row.uses >= row.max_uses else "open"


def accept(session: Session, user: User, link: str) -> Invitation:
    """Put `user` into the course of the link, and count it. Raises `InvitationError`."""
    row = find(session, link)
    if row is None:
        raise InvitationError("This link is not known here. Ask whoever sent it for another one.")
    # Two people at the same moment, and one use left: the second waits here, and is told.
    course = members.lock(session, row.course_id)
    session.refresh(row)
    if (state := state_of(row)) != "open":
        raise InvitationError(f"This link is {state}. Ask whoever sent it for another one.")
    member = session.get(Enrollment, (user.id, course.id))
    _check_member(member, row)
    section = row.section or (member.section if member else "")
    accounts.enrol(session, user, course, row.role, section)
    row.uses += 1
    record(session, user, "invitation.accept", course, str(row.id), {"role": row.role, "section": section})
    return row


def expiry(days: int) -> datetime:
    """Return the moment so many days from now."""
    return utc_now() + timedelta(days=days)


def _check_member(member: Enrollment | None, row: Invitation) -> None:
    """A link takes nothing away from a member: neither their role nor their section."""
    if member is None or _RANKS.index(row.role) > _RANKS.index(member.role):
        return
    if member.role is row.role is Role.STUDENT and row.section not in ("", member.section):
        if not member.section:
            return
        raise InvitationError(
            f"You are in section {member.section}, and this link is for section {row.section}. "
            "You can be in one section of a course: ask your instructor to move you."
        )
    raise InvitationError(f"You are in the course already, as {member.role}. Nothing is changed.")


def _digest(link: str) -> str:
    return hashlib.sha256(link.encode()).hexdigest()
