"""Imports a course's roster from CSV, as spreadsheets write it. All rows or none."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session

from graders.errors import CallerError
from service.store import accounts
from service.store.models import Course, Enrollment, Role, User

MAX_BYTES = 1024**2
MAX_ROWS = 5000
COLUMNS = {
    "login": ("login", "username", "user name", "user", "student id", "sis login id", "kennung"),
    "name": ("name", "full name", "student", "display name"),
    "email": ("email", "e-mail", "email address", "mail"),
    "section": ("section", "group", "class"),
    "role": ("role",),
}
"""Our columns, and what other programs call them."""


class RosterError(CallerError):
    """The file is no roster at all; the message says what was expected."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One row: `line` as a text editor counts."""

    line: int
    login: str
    name: str = ""
    email: str = ""
    section: str = ""
    role: Role = Role.STUDENT
    new: bool = True
    """Whether an account will be made."""
    before: Role | None = None
    """The role of a person who is in the course already."""

    @property
    def enrolled(self) -> bool:
        """Whether the person is in the course already."""
        return self.before is not None

    @property
    def changes_role(self) -> bool:
        """Whether the person is in the course with another role."""
        return self.before not in (None, self.role)


@dataclass
class Roster:
    """What an import would do. With problems it does nothing."""

    entries: list[Entry] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    """One sentence per wrong row, with its line."""

    @property
    def new_accounts(self) -> int:
        """How many accounts will be made."""
        return sum(entry.new for entry in self.entries)


def preview(session: Session, course: Course, data: bytes) -> Roster:
    """Read a roster and say what importing it would do; raises `RosterError`."""
    roster = Roster()
    known = {user.login: user for user in session.scalars(select(User))}
    enrolled = session.scalars(select(Enrollment).where(Enrollment.course_id == course.id))
    members = {enrollment.user_id: enrollment for enrollment in enrolled}
    seen: dict[str, int] = {}
    for line, row in _rows(data):
        try:
            entry = _entry(line, row, known, members)
        except CallerError as problem:
            roster.problems.append(f"Line {line}: {problem}")
            continue
        if entry.login in seen:
            roster.problems.append(f"Line {line}: {entry.login} stands in line {seen[entry.login]} already.")
        seen.setdefault(entry.login, line)
        roster.entries.append(entry)
    if not roster.entries and not roster.problems:
        raise RosterError("The file has a header but no rows.")
    return roster


def import_roster(session: Session, course: Course, data: bytes) -> tuple[Roster, str]:
    """Make and enrol everybody in one transaction, or nobody when the roster has problems.

    Returns what was done and the new accounts with their passwords as CSV, which are kept nowhere.
    """
    roster = preview(session, course, data)
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
    return roster, out.getvalue()


def decode(data: bytes) -> str:
    """Return the text of a CSV file: UTF-8 or UTF-16 with or without a mark, else Windows-1252."""
    if len(data) > MAX_BYTES:
        raise RosterError(f"The file is larger than {MAX_BYTES // 1024} KiB: that is no roster.")
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings = ["utf-16"]
    elif data[:200:2].count(0) > 20 or data[1:200:2].count(0) > len(data[:200]) // 4:
        encodings = ["utf-16-le" if data[1:2] == b"\x00" else "utf-16-be"]
    else:
        encodings = ["utf-8-sig", "cp1252"]
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text
    raise RosterError("The file is not text. Save it as CSV (UTF-8) and try again.")


def _rows(data: bytes) -> list[tuple[int, dict[str, str]]]:
    text = decode(data)
    lines = text.splitlines()
    header = next((line for line in lines if line.strip()), "")
    if not header:
        raise RosterError("The file is empty. Its first line names the columns, such as login,name,email.")
    delimiter = max(",;\t", key=header.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    columns: dict[int, str] | None = None
    rows = []
    try:
        for cells in reader:
            if not any(cell.strip() for cell in cells):
                continue
            if columns is None:
                columns = _columns(cells)
                continue
            row = {columns[i]: cell.strip() for i, cell in enumerate(cells) if i in columns}
            rows.append((reader.line_num, row))
            if len(rows) > MAX_ROWS:
                raise RosterError(f"The file has more than {MAX_ROWS} rows.")
    except csv.Error as problem:
        raise RosterError(f"Line {reader.line_num} cannot be read as CSV: {problem}.") from None
    return rows


def _columns(header: list[str]) -> dict[int, str]:
    columns: dict[int, str] = {}
    for i, cell in enumerate(header):
        said = cell.strip().lower().replace("_", " ")
        name = next((ours for ours, theirs in COLUMNS.items() if said in theirs), None)
        if name in columns.values():
            raise RosterError(f"Two columns of the first line mean {name}: keep one of them.")
        if name is not None:
            columns[i] = name
    if "login" not in columns.values():
        found = ", ".join(cell.strip() for cell in header if cell.strip())[:200]
        raise RosterError(
            f"The first line names no column login; it names: {found}. "
            "Needed is login; name, email, section and role (student or staff) are understood too."
        )
    return columns


def _entry(line: int, row: dict[str, str], known: dict[str, User], members: dict[int, Enrollment]) -> Entry:
    """Read a row. What it does not say of a member stays: a plain list of logins demotes no staff."""
    if not row.get("login"):
        raise RosterError("the login is missing.")
    login = accounts.check_login(row["login"])
    email = row.get("email", "")
    if email and ("@" not in email or len(email) > 254):
        raise RosterError(f"{email[:80]!r} is not an e-mail address.")
    user = known.get(login)
    member = members.get(user.id) if user else None
    said = row.get("role", "").lower() or (member.role if member else Role.STUDENT)
    if said not in set(Role):
        raise RosterError(f"the role {said[:40]!r} is unknown; it is student or staff.")
    section = row.get("section", "")[:80] or (member.section if member else "")
    return Entry(
        line,
        login,
        row.get("name", "")[:200],
        email,
        section,
        Role(said),
        new=user is None,
        before=member.role if member else None,
    )


def _guarded(cell: str) -> str:
    # A spreadsheet would run these as formulas.
    return f"'{cell}" if cell.startswith(("=", "+", "-", "@", "\t", "\r")) else cell
