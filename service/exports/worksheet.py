"""Fills in a grading worksheet that was downloaded from Moodle, and changes nothing else in it.

Moodle takes a worksheet back only as it gave it out. So the file is not read and written anew: the
places of its cells are found, and the text between them stays what it was, byte for byte.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from graders.errors import CallerError

MAX_BYTES = 4 * 1024**2
_COLUMNS = {
    "grade": ("grade", "bewertung"),
    "most": ("maximum grade", "maximale bewertung", "bestwertung"),
    "locked": ("grade can be changed", "bewertung kann geändert werden"),
    "email": ("email address", "e-mail-adresse", "email"),
    "login": ("id number", "id-nummer", "username", "anmeldename", "matrikelnummer"),
    "name": ("full name", "vollständiger name"),
}
"""Moodle's columns, in English and German."""
_FIXED = ("no", "nein")
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


class WorksheetError(CallerError):
    """The file is no grading worksheet; the message says what was expected."""


@dataclass(frozen=True, slots=True)
class Mark:
    """What somebody reached; `login` and `email` are how Moodle may know them."""

    login: str
    email: str
    score: float | None


@dataclass
class Filled:
    """The worksheet with its grades, and what could not be filled in."""

    data: bytes
    filled: int = 0
    without_mark: list[str] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    """Rows of people we do not know, or know twice."""
    locked: list[str] = field(default_factory=list)
    """Rows that Moodle says cannot be changed."""
    scaled: tuple[float, float] | None = None
    """Our maximum and Moodle's, where they are not the same."""


@dataclass(frozen=True, slots=True)
class _Cell:
    begin: int
    end: int
    value: str
    quoted: bool


def fill(data: bytes, marks: list[Mark], max_score: float) -> Filled:
    """Return the worksheet with the Grade column filled in; raises `WorksheetError`.

    Marks are scaled to Maximum Grade where that is another than `max_score`.
    """
    mark, encoding, text = _decode(data)
    rows = [row for row in _rows(text, _delimiter(text)) if any(cell.value.strip() for cell in row)]
    if not rows:
        raise WorksheetError("The file is empty. Download the grading worksheet from Moodle first.")
    columns = _columns(rows[0])
    known = _by_key(marks)
    done = Filled(b"")
    changes = [
        (row[columns["grade"]], new)
        for row in rows[1:]
        if (new := _grade(row, columns, known, max_score, done))
    ]
    done.filled = len(changes)
    done.data = mark + _replaced(text, changes).encode(encoding)
    return done


def _decode(data: bytes) -> tuple[bytes, str, str]:
    """Return the byte order mark, the encoding, and the text."""
    if len(data) > MAX_BYTES:
        raise WorksheetError(f"The file is larger than {MAX_BYTES // 1024**2} MiB: that is no worksheet.")
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            encodings, rest = [encoding], data[len(mark) :]
            break
    else:
        mark, encodings, rest = b"", ["utf-8", "cp1252"], data
    for encoding in encodings:
        try:
            text = rest.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return mark, encoding, text
    raise WorksheetError("The file is not text. Moodle gives the worksheet as CSV: upload that file.")


def _delimiter(text: str) -> str:
    header = next((line for line in text.splitlines() if line.strip()), "")
    return max(",;\t", key=header.count)


def _rows(text: str, delimiter: str) -> Iterator[list[_Cell]]:
    cell = re.compile(
        rf'"(?P<quoted>(?:[^"]|"")*)"[^{re.escape(delimiter)}\r\n]*|[^{re.escape(delimiter)}\r\n]*'
    )
    place = 0
    while place < len(text):
        row = []
        while True:
            match = cell.match(text, place)
            assert match is not None
            inside = match["quoted"]
            value = match.group() if inside is None else inside.replace('""', '"')
            row.append(_Cell(match.start(), match.end(), value, inside is not None))
            place = match.end()
            if text[place : place + 1] != delimiter:
                break
            place += 1
        if text[place : place + 2] == "\r\n":
            place += 2
        elif place < len(text):
            place += 1
        yield row


def _columns(header: list[_Cell]) -> dict[str, int]:
    said = [cell.value.strip().lower() for cell in header]
    columns = {
        ours: said.index(name) for ours, names in _COLUMNS.items() for name in names[::-1] if name in said
    }
    if "grade" not in columns or not columns.keys() & {"email", "login"}:
        found = ", ".join(cell.value.strip() for cell in header if cell.value.strip())[:200]
        raise WorksheetError(
            "This is no grading worksheet of Moodle: it needs the columns Grade, and Email address or ID "
            f"number. Its first line names: {found or 'nothing'}."
        )
    return columns


def _by_key(marks: list[Mark]) -> Mapping[str, Mark | None]:
    """Return marks by login and by address; `None` where two people share it."""
    known: dict[str, Mark | None] = {}
    for mark in marks:
        for key in {mark.login.casefold(), mark.email.strip().casefold()} - {""}:
            known[key] = None if key in known else mark
    return known


def _grade(
    row: list[_Cell],
    columns: dict[str, int],
    known: Mapping[str, Mark | None],
    max_score: float,
    done: Filled,
) -> str | None:
    """Return the text of a row's grade, or note in `done` why there is none."""

    def said(column: str) -> str:
        place = columns.get(column, len(row))
        return row[place].value.strip() if place < len(row) else ""

    if len(row) <= columns["grade"]:
        return None
    keys = [said("login").casefold(), said("email").casefold()]
    mark = next((found for key in keys if key and (found := known.get(key))), None)
    who = said("name") or said("email") or said("login")
    if mark is None:
        done.unknown.append(who)
        return None
    if said("locked").lower() in _FIXED:
        done.locked.append(who)
        return None
    if mark.score is None:
        done.without_mark.append(who)
        return None
    most = _number(said("most"))
    points = mark.score
    if most and max_score and most != max_score:
        done.scaled = max_score, most
        points = points * most / max_score
    written = f"{points:.2f}"
    return written.replace(".", ",") if "," in said("most") else written


def _number(text: str) -> float | None:
    try:
        return float(text.replace(",", "."))
    except ValueError:
        return None


def _replaced(text: str, changes: list[tuple[_Cell, str]]) -> str:
    parts, place = [], 0
    for cell, new in changes:
        # A comma inside a cell needs its quotes; a cell that had some keeps them.
        parts += [text[place : cell.begin], f'"{new}"' if cell.quoted or "," in new else new]
        place = cell.end
    return "".join([*parts, text[place:]])
