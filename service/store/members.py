"""Who is in a course: put in, changed, taken out. What they handed in stays theirs when they come back."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from graders.errors import CallerError
from service.store import accounts
from service.store.audit import record
from service.store.models import Course, Enrollment, Item, Role, Submission, User
from service.store.people_tables import PeopleRules

MAX_SECTION = 80


@dataclass
class MemberError(CallerError):
    """Somebody cannot be put into a course or changed as asked; the message says why."""

    message: str
    status: int = 422

    def __str__(self) -> str:
        return self.message


class ChangedMeanwhileError(MemberError):
    """Somebody else was faster: what was looked at is not what is there now."""

    def __init__(self, message: str) -> None:
        super().__init__(message, 409)


def lock(session: Session, course_id: int) -> Course:
    """Return the course, locked until the transaction ends: one change of its members at a time."""
    return session.scalars(select(Course).where(Course.id == course_id).with_for_update()).one()


def roles_of(session: Session, user_id: int) -> dict[int, Role]:
    """Return somebody's role in each of their courses, by the course's id."""
    found = session.execute(
        select(Enrollment.course_id, Enrollment.role).where(Enrollment.user_id == user_id)
    )
    return {course_id: role for course_id, role in found}  # noqa: C416 - a Row is no pair for mypy


def rules_of(session: Session, course_id: int) -> PeopleRules:
    """Return what the course allows its staff; the defaults when nothing was chosen."""
    return session.get(PeopleRules, course_id) or PeopleRules(course_id=course_id, acting_may_write=False)


def set_rules(session: Session, actor: User, course: Course, acting_may_write: bool) -> None:
    """Choose what the course allows its staff."""
    rules = rules_of(session, course.id)
    rules.acting_may_write = acting_may_write
    session.add(rules)
    record(session, actor, "people.settings", course, details={"acting_may_write": acting_may_write})


def sections(session: Session, course_id: int) -> list[str]:
    """Return the names of the course's sections."""
    found = select(Enrollment.section).where(Enrollment.course_id == course_id, Enrollment.section != "")
    return list(session.scalars(found.distinct().order_by(Enrollment.section)))


def handed_in(session: Session, course_id: int) -> dict[int, int]:
    """Return how many submissions there are of each person in the course's labs and quizzes."""
    found = session.execute(
        select(Submission.user_id, func.count())
        .join(Item, Item.id == Submission.item_id)
        .where(Item.course_id == course_id)
        .group_by(Submission.user_id)
    )
    return {user_id: count for user_id, count in found}  # noqa: C416 - a Row is no pair for mypy


def add(session: Session, actor: User, course_id: int, login: str, role: Role, section: str) -> User:
    """Put somebody who has an account into the course; raises `MemberError`."""
    course = lock(session, course_id)
    user = accounts.find_user(session, login)
    if user is None:
        raise MemberError(
            f"There is no account {login.strip()[:80]!r}. Import a roster to make one, or send an invitation."
        )
    member = session.get(Enrollment, (user.id, course.id))
    if member is not None:
        raise MemberError(f"{user.login} is in the course already, as {member.role}: open their page.")
    accounts.enrol(session, user, course, role, clean_section(section))
    record(session, actor, "member.add", course, user.login, {"role": role, "section": section})
    return user


def change(
    session: Session, actor: User, course_id: int, user_id: int, role: Role, section: str, seen: str
) -> Enrollment:
    """Give a member another role or section, if they are still as they were `seen` (see `state_of`).

    Raises `MemberError` for one's own role, `ChangedMeanwhileError` when somebody else changed it first.
    """
    course = lock(session, course_id)
    member = _as_seen(session, course.id, user_id, seen)
    if user_id == actor.id and role is not member.role:
        raise MemberError("You cannot change your own role. Ask another instructor, or an administrator.")
    section = clean_section(section)
    pairs: dict[str, list[str]] = {"role": [member.role, role], "section": [member.section, section]}
    changes = {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}
    if changes:
        member.role, member.section = role, section
        record(session, actor, "member.change", course, member.user.login, changes)
    return member


def drop(session: Session, actor: User, course_id: int, user_id: int, seen: str) -> User:
    """Take somebody out of the course; what they handed in stays. Raises as `change` does."""
    course = lock(session, course_id)
    member = _as_seen(session, course.id, user_id, seen)
    if user_id == actor.id:
        raise MemberError("You cannot take yourself out of the course. Ask another instructor.")
    record(
        session,
        actor,
        "member.drop",
        course,
        member.user.login,
        {"role": member.role, "section": member.section},
    )
    session.delete(member)
    return member.user


def state_of(member: Enrollment) -> str:
    """Return what a form about this member was made from, to be sent back with it."""
    return f"{member.role}/{member.section}"


def clean_section(said: str) -> str:
    """Return the name of a section as it is kept, in one line."""
    return " ".join(said.split())[:MAX_SECTION]


def _as_seen(session: Session, course_id: int, user_id: int, seen: str) -> Enrollment:
    member = session.get(Enrollment, (user_id, course_id))
    if member is None:
        raise ChangedMeanwhileError("Somebody took this person out of the course in the meantime.")
    if state_of(member) != seen:
        where = f", section {member.section}" if member.section else ""
        raise ChangedMeanwhileError(
            f"Somebody else changed {member.user.login} in the meantime: now {member.role}{where}. "
            "Nothing of yours was changed. Look again, and decide anew."
        )
    return member
