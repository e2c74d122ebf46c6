"""Imports a course's roster: what it would do is shown first, and then done as a whole or not at all."""

from __future__ import annotations

import csv
import hashlib
import io
import re
from dataclasses import dataclass, field, replace
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from graders.errors import CallerError
from service.store import accounts, members
from service.store.audit import AuditEntry, record
from service.store.models import Course, Enrollment, Role, User
from service.store.roster_file import RosterError, Row, decode, read

__all__ = [
    "Drop",
    "Entry",
    "Roster",
    "RosterChangedError",
    "RosterError",
    "What",
    "decode",
    "import_roster",
    "preview",
]

ROLE_WORDS = {
    "staff": Role.INSTRUCTOR,
    "teacher": Role.INSTRUCTOR,
    "ta": Role.ASSISTANT,
    "teaching assistant": Role.ASSISTANT,
    "learner": Role.STUDENT,
}
"""What other programs call our roles."""
_SHORTENED = re.compile(r"\d+([.,]\d+)?e\+?\d+", re.IGNORECASE)


class What(StrEnum):
    """What an import does with a row."""

    CREATE = "create"
    """Make an account and put it into the course."""
    ENROL = "enrol"
    """Put somebody who has an account into the course."""
    CHANGE = "change"
    """Give a member another role or section."""
    KEEP = "keep"


@dataclass(frozen=True, slots=True)
class Entry:
    """One row, and what the person is until now."""

    line: int
    login: str
    name: str = ""
    email: str = ""
    section: str = ""
    role: Role = Role.STUDENT
    what: What = What.CREATE
    before: Role | None = None
    """The role of a person who is in the course already."""
    section_before: str = ""
    submissions: int = 0
    """What somebody who comes back handed in before: it is theirs again."""
    keeps_own: bool = False
    """Whether the file says another name or address than the account's, which stays as it is."""
    locked: bool = False

    @property
    def changes_role(self) -> bool:
        """Whether the person is in the course with another role."""
        return self.before not in (None, self.role)

    @property
    def changes_section(self) -> bool:
        """Whether the person is in the course in another section."""
        return self.before is not None and self.section != self.section_before


@dataclass(frozen=True, slots=True)
class Drop:
    """A student who is taken out because the file does not name them; the submissions stay."""

    user_id: int
    login: str
    name: str
    section: str
    submissions: int


@dataclass
class Roster:
    """What an import would do. With problems it does nothing."""

    entries: list[Entry] = field(default_factory=list)
    drops: list[Drop] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    """One sentence per wrong row, with its line."""

    @property
    def new_accounts(self) -> int:
        """How many accounts will be made."""
        return self.count(What.CREATE)

    def count(self, what: str) -> int:
        """Return how many rows come to this."""
        return sum(entry.what == what for entry in self.entries)

    @property
    def changes_nothing(self) -> bool:
        """Whether everything is as the file says already."""
        return not self.drops and self.count(What.KEEP) == len(self.entries)

    @property
    def digest(self) -> str:
        """What was looked at, in short: another one means that something changed since."""
        told = repr(
            ([replace(entry, submissions=0) for entry in self.entries], [d.user_id for d in self.drops])
        )
        return hashlib.sha256(told.encode()).hexdigest()[:32]


@dataclass
class RosterChangedError(CallerError):
    """The course changed since somebody looked at an import; `roster` is what it would do now."""

    roster: Roster
    by: str
    """Login of whoever changed it last, if it is known."""

    status = 409

    def __str__(self) -> str:
        who = f"{self.by} changed" if self.by else "Somebody changed"
        return (
            f"{who} the roster while you looked at it. Nothing of yours was done. "
            "This is what would happen now."
        )


def preview(
    session: Session, course: Course, data: bytes, *, drop_missing: bool = False, actor: User | None = None
) -> Roster:
    """Read a roster and say what importing it would do; raises `RosterError`.

    With `drop_missing`, students whom the file does not name are taken out of the course; staff never are.
    """
    roster = Roster()
    known = {user.login: user for user in session.scalars(select(User))}
    enrolled = session.scalars(select(Enrollment).where(Enrollment.course_id == course.id))
    now = {enrollment.user_id: enrollment for enrollment in enrolled}
    kept = members.handed_in(session, course.id)
    for row in read(data):
        try:
            roster.entries.append(_entry(row, known, now, kept, actor))
        except CallerError as problem:
            roster.problems.append(f"Line {row.line}: {problem}")
    if not roster.entries and not roster.problems:
        raise RosterError("The file has a header but no rows.")
    roster.problems += _twice(roster.entries)
    roster.problems.sort(key=lambda said: int(said.split()[1].rstrip(":")))
    if drop_missing:
        roster.drops = _drops(roster.entries, known, now, kept)
    return roster


def import_roster(
    session: Session,
    course: Course,
    data: bytes,
    *,
    actor: User | None = None,
    drop_missing: bool = False,
    seen: str | None = None,
) -> tuple[Roster, str]:
    """Do everything in one transaction, or nothing when the roster has problems.

    `seen` is the digest of the preview that was looked at: when the course has changed since, nothing is
    done and `RosterChangedError` is raised. Returns what was done and the new accounts with their passwords
    as CSV, which are kept nowhere.
    """
    course = members.lock(session, course.id)
    roster = preview(session, course, data, drop_missing=drop_missing, actor=actor)
    if seen is not None and roster.digest != seen:
        raise RosterChangedError(roster, _last_editor(session, course))
    if roster.problems:
        return roster, ""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["login", "name", "password"])
    for entry in roster.entries:
        user = accounts.find_user(session, entry.login)
        if user is None:
            user, password = accounts.create_user(session, entry.login, name=entry.name, email=entry.email)
            writer.writerow([_guarded(entry.login), _guarded(entry.name), password])
        accounts.enrol(session, user, course, entry.role, entry.section)
    for drop in roster.drops:
        session.delete(session.get_one(Enrollment, (drop.user_id, course.id)))
    if not roster.changes_nothing:
        record(session, actor, "roster.import", course, details=_told(roster))
    return roster, out.getvalue()


def _entry(
    row: Row, known: dict[str, User], now: dict[int, Enrollment], kept: dict[int, int], actor: User | None
) -> Entry:
    """Read a row. What it does not say of a member stays: a plain list of logins demotes no staff."""
    if row.problem:
        raise RosterError(row.problem)
    login, email = _login(row), row.get("email")
    if email and ("@" not in email or len(email) > 254):
        raise RosterError(f"{email[:80]!r} is not an e-mail address.")
    user = known.get(login)
    member = now.get(user.id) if user else None
    role = _role(row.get("role").lower(), member)
    if user is not None and actor is not None and user.id == actor.id and member and role is not member.role:
        raise RosterError("you cannot change your own role. Ask another instructor.")
    entry = Entry(row.line, login, row.name[:200], email, _section(row, member), role)
    if user is None:
        return entry
    entry = replace(entry, what=What.ENROL, locked=not user.active, keeps_own=_differs(entry, user))
    if member is None:
        return replace(entry, submissions=kept.get(user.id, 0))
    entry = replace(entry, before=member.role, section_before=member.section)
    changes = entry.changes_role or entry.changes_section
    return replace(entry, what=What.CHANGE if changes else What.KEEP)


def _login(row: Row) -> str:
    said = row.get("login")
    if not said:
        raise RosterError("the login is missing.")
    if _SHORTENED.fullmatch(said):
        raise RosterError(
            f"{said!r} is a number that a spreadsheet shortened. Make the column a text column, and put the "
            "whole number in again."
        )
    return accounts.check_login(said)


def _role(said: str, member: Enrollment | None) -> Role:
    if not said:
        return member.role if member else Role.STUDENT
    if said in ROLE_WORDS:
        return ROLE_WORDS[said]
    if said not in set(Role):
        raise RosterError(
            f"the role {said[:40]!r} is unknown; it is student, grader, assistant or instructor."
        )
    return Role(said)


def _section(row: Row, member: Enrollment | None) -> str:
    said = row.cells.get("section", "")
    if len([part for part in re.split(r"[\n;|]", said) if part.strip()]) > 1:
        raise RosterError(
            f"{row.get('section')[:80]!r} looks like two sections. A student is in one section of a course: "
            "keep one of them."
        )
    return members.clean_section(said) or (member.section if member else "")


def _differs(entry: Entry, user: User) -> bool:
    """An account may be used in other courses, and its address may open it: a roster changes neither."""
    return bool((entry.name and entry.name != user.name) or (entry.email and entry.email != user.email))


def _twice(entries: list[Entry]) -> list[str]:
    first: dict[str, Entry] = {}
    problems = []
    for entry in entries:
        other = first.setdefault(entry.login, entry)
        if other is entry:
            continue
        if other.section != entry.section:
            problems.append(
                f"Line {entry.line}: {entry.login} is in section {entry.section or 'none'} here and in "
                f"section {other.section or 'none'} in line {other.line}. A student is in one section of a "
                "course: keep one of the lines."
            )
        else:
            problems.append(f"Line {entry.line}: {entry.login} stands in line {other.line} already.")
    return problems


def _drops(
    entries: list[Entry], known: dict[str, User], now: dict[int, Enrollment], kept: dict[int, int]
) -> list[Drop]:
    named = {entry.login for entry in entries}
    return [
        Drop(user.id, login, user.name, now[user.id].section, kept.get(user.id, 0))
        for login, user in sorted(known.items())
        if user.id in now and now[user.id].role is Role.STUDENT and login not in named
    ]


def _last_editor(session: Session, course: Course) -> str:
    last = session.scalar(
        select(AuditEntry)
        .where(AuditEntry.course_id == course.id)
        .where(AuditEntry.action.like("roster.%") | AuditEntry.action.like("member.%"))
        .order_by(AuditEntry.id.desc())
        .limit(1)
    )
    return last.actor.login if last and last.actor else ""


def _told(roster: Roster) -> dict[str, list[str] | dict[str, list[str]]]:
    """Return who was made, enrolled, changed and dropped, for the audit log."""
    by_what = {what: [entry.login for entry in roster.entries if entry.what is what] for what in What}
    changed = {
        entry.login: [f"{entry.before}/{entry.section_before}", f"{entry.role}/{entry.section}"]
        for entry in roster.entries
        if entry.what is What.CHANGE
    }
    return {
        "created": by_what[What.CREATE],
        "enrolled": by_what[What.ENROL],
        "changed": changed,
        "dropped": [drop.login for drop in roster.drops],
    }


def _guarded(cell: str) -> str:
    # A spreadsheet would run these as formulas.
    return f"'{cell}" if cell.startswith(("=", "+", "-", "@", "\t", "\r")) else cell
