"""Reads rosters as spreadsheets really write them: encodings, delimiters, quoted newlines, other names."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass

from graders.errors import CallerError

MAX_BYTES = 1024**2
MAX_ROWS = 5000
COLUMNS = {
    "login": ("login", "username", "user name", "user", "student id", "sis login id", "kennung"),
    "name": ("name", "full name", "student", "display name"),
    "first": ("first name", "firstname", "given name", "vorname"),
    "last": ("last name", "lastname", "surname", "family name", "nachname"),
    "email": ("email", "e-mail", "email address", "mail"),
    "section": ("section", "group", "class"),
    "role": ("role",),
}
"""Our columns, and what other programs call them."""
_SEPARATOR_LINE = re.compile(r"sep=(.)\r?\n?", re.IGNORECASE)


class RosterError(CallerError):
    """The file is no roster at all; the message says what was expected."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row: `line` is where it begins, as a text editor counts; `cells` by our column names."""

    line: int
    cells: dict[str, str]
    problem: str = ""
    """What is wrong with its form; then the cells are not to be trusted."""

    def get(self, column: str) -> str:
        """Return a cell in one line, empty when the file does not have it."""
        return " ".join(self.cells.get(column, "").split())

    @property
    def name(self) -> str:
        """The name, also where the file has it in two columns."""
        return self.get("name") or f"{self.get('first')} {self.get('last')}".strip()


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


def read(data: bytes) -> list[Row]:
    """Return the rows below the first line, which names the columns; raises `RosterError`."""
    text = decode(data)
    if not text.strip():
        raise RosterError("The file is empty. Its first line names the columns, such as login,name,email.")
    told = _SEPARATOR_LINE.match(text)
    delimiter = told[1] if told else _delimiter(text)
    # The line sep=; is Excel's own; a blank one in its place keeps the count of lines.
    records = _records("\n" + text[told.end() :] if told else text, delimiter)
    _, header = records[0]
    columns = _columns(header)
    return [_row(line, cells, columns, len(header)) for line, cells in records[1:]]


def _records(text: str, delimiter: str) -> list[tuple[int, list[str]]]:
    """Return what is not blank, each with the line it begins in."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    records: list[tuple[int, list[str]]] = []
    begins = 1
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                records.append((begins, cells))
            begins = reader.line_num + 1
            if len(records) > MAX_ROWS + 1:
                raise RosterError(f"The file has more than {MAX_ROWS} rows.")
    except csv.Error as problem:
        raise RosterError(f"Line {begins} cannot be read as CSV: {problem}.") from None
    if not records:
        raise RosterError("The file is empty. Its first line names the columns, such as login,name,email.")
    return records


def _delimiter(text: str) -> str:
    """Return the sign that makes most columns we know out of the first line, then most columns at all."""
    first = next(line for line in io.StringIO(text, newline=None) if line.strip())

    def columns(delimiter: str) -> tuple[int, int]:
        try:
            cells = next(csv.reader([first], delimiter=delimiter))
        except csv.Error:
            return 0, 0
        return sum(_meaning(cell) is not None for cell in cells), len(cells)

    return max(",;\t", key=columns)


def _meaning(cell: str) -> str | None:
    said = " ".join(cell.lower().replace("_", " ").split())
    return next((ours for ours, theirs in COLUMNS.items() if said in theirs), None)


def _columns(header: list[str]) -> dict[int, str]:
    columns: dict[int, str] = {}
    for i, cell in enumerate(header):
        name = _meaning(cell)
        if name in columns.values():
            raise RosterError(f"Two columns of the first line mean {name}: keep one of them.")
        if name is not None:
            columns[i] = name
    if "login" not in columns.values():
        found = ", ".join(cell.strip() for cell in header if cell.strip())[:200]
        raise RosterError(
            f"The first line names no column login; it names: {found}. "
            "Needed is login; name, email, section and role (student, grader, assistant or instructor) are "
            "understood too."
        )
    return columns


def _row(line: int, cells: list[str], columns: dict[int, str], width: int) -> Row:
    problem = ""
    if any(cell.strip() for cell in cells[width:]):
        problem = (
            f"it has {len(cells)} cells, and the first line names {width}. Is there a comma inside a name? "
            "Then put the name in quotation marks."
        )
    named = {columns[i]: cell.strip() for i, cell in enumerate(cells) if i in columns}
    return Row(line, named, problem)
