"""All submissions of a lab or quiz as a zip that is written while it is sent: no copy of it is ever whole."""

from __future__ import annotations

import io
import json
import re
import unicodedata
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from service.exports.cells import table

_UNSAFE = re.compile(r"[^\w.@+-]+")
_RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.I)
_INDEX = ("folder", "login", "name", "submission", "handed_in", "state", "verdict", "score", "max_score")


@dataclass(frozen=True, slots=True)
class Work:
    """One submission, as it goes into the zip."""

    id: str
    login: str
    name: str
    handed_in: datetime
    state: str
    verdict: str
    score: float | None
    max_score: float | None
    files: dict[str, str]


def zipped(works: Iterable[Work]) -> Iterator[bytes]:
    """Yield the zip in parts: a folder for each submission below one for its student, and ``index.csv``."""
    sink = _Sink()
    rows: list[list[object]] = [list(_INDEX)]
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as archive:
        folders: dict[str, str] = {}
        for work in works:
            student = _folder(work.login, folders)
            folder = f"{student}/{work.id}"
            taken: set[str] = set()
            for name, text in sorted(work.files.items()):
                path = f"{folder}/{_unique(safe_name(name), taken)}"
                archive.writestr(_entry(path, work.handed_in), text.encode("utf-8", "replace"))
            score = "" if work.score is None else work.score
            most = "" if work.max_score is None else work.max_score
            moment = work.handed_in.isoformat(timespec="seconds")
            rows.append(
                [folder, work.login, work.name, work.id, moment, work.state, work.verdict, score, most]
            )
            yield from sink.taken()
        archive.writestr("index.csv", "\ufeff" + table(rows))
    yield from sink.taken()


def safe_name(name: str) -> str:
    """Return a name that is a plain file name on every system, whatever was typed."""
    plain = unicodedata.normalize("NFC", name)
    plain = _UNSAFE.sub("_", plain).strip(". ")[:100] or "_"
    return f"_{plain}" if _RESERVED.fullmatch(plain) else plain


def answers_text(answers: dict[str, object]) -> str:
    """Return a quiz's answers as a file."""
    return json.dumps(answers, ensure_ascii=False, indent=2) + "\n"


def _folder(login: str, folders: dict[str, str]) -> str:
    """Return the student's folder; two logins that look alike as file names get two."""
    if login not in folders:
        folders[login] = _unique(safe_name(login), {name.casefold() for name in folders.values()})
    return folders[login]


def _unique(name: str, taken: set[str]) -> str:
    found, number = name, 1
    while found.casefold() in taken:
        number += 1
        found = f"{number}-{name}"
    taken.add(found.casefold())
    return found


def _entry(path: str, moment: datetime) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(path, moment.timetuple()[:6])
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.external_attr = 0o644 << 16
    return entry


class _Sink(io.RawIOBase):
    """Takes what the zip writes and gives it on; it cannot go back, so the zip does not try."""

    def __init__(self) -> None:
        super().__init__()
        self._parts: list[bytes] = []

    def writable(self) -> bool:
        """Only that."""
        return True

    def write(self, data: object) -> int:
        """Keep a part until it is taken."""
        part = bytes(data)  # type: ignore[call-overload]
        self._parts.append(part)
        return len(part)

    def taken(self) -> Iterator[bytes]:
        """Yield what was written since."""
        parts, self._parts = self._parts, []
        if parts:
            yield b"".join(parts)
