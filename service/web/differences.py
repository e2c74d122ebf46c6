"""The difference between two programs, line by line, ready to be shown. Pure functions on hostile text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

from markupsafe import Markup

from service.web import text

MOST_LINES = 1000
"""Longer files are not compared: with lines that repeat, the time grows with the square of their number."""
CONTEXT = 3

Kind = Literal["same", "old", "new", "gap"]


@dataclass(frozen=True, slots=True)
class Side:
    """A line of one of the two programs."""

    number: int
    code: Markup


@dataclass(frozen=True, slots=True)
class Row:
    """A line that stayed, went or came; `gap` stands for so many lines that stayed and are left out."""

    kind: Kind
    old: Side | None = None
    new: Side | None = None
    left_out: int = 0


@dataclass(frozen=True, slots=True)
class Pair:
    """What stands side by side: what was and what is there now."""

    kind: Literal["same", "changed", "gap"]
    old: Side | None = None
    new: Side | None = None
    left_out: int = 0


@dataclass(frozen=True, slots=True)
class Difference:
    """What became of one file."""

    name: str
    fate: Literal["changed", "same", "new", "gone", "long"]
    rows: tuple[Row, ...] = ()

    @property
    def went(self) -> int:
        """How many lines are no longer there."""
        return sum(row.kind == "old" for row in self.rows)

    @property
    def came(self) -> int:
        """How many lines are new."""
        return sum(row.kind == "new" for row in self.rows)

    @property
    def pairs(self) -> tuple[Pair, ...]:
        """The rows side by side."""
        return tuple(_pairs(self.rows))


def differences(old: Mapping[str, str], new: Mapping[str, str], main: str | None) -> list[Difference]:
    """Compare two programs of one or several files; the file `main` comes first."""
    names = sorted(old.keys() | new.keys(), key=lambda name: (name != main, name))
    return [_difference(name, old.get(name), new.get(name)) for name in names]


def _difference(name: str, old: str | None, new: str | None) -> Difference:
    if old == new:
        return Difference(name, "same")
    before, after = _lines(old), _lines(new)
    if max(len(before), len(after)) > MOST_LINES:
        return Difference(name, "long")
    fate: Literal["changed", "new", "gone"] = "new" if old is None else "gone" if new is None else "changed"
    return Difference(name, fate, tuple(_rows(old or "", new or "", before, after)))


def _lines(source: str | None) -> list[str]:
    """Return the lines as they are shown, so that what looks alike counts as alike, and nothing else."""
    shown = text.visible((source or "").replace("\r\n", "\n").replace("\r", "\n"))
    return shown.removesuffix("\n").split("\n") if shown else []


def _rows(old: str, new: str, before: Sequence[str], after: Sequence[str]) -> list[Row]:
    was = [Side(number, code) for number, code in enumerate(text.source_lines(old), 1)]
    now = [Side(number, code) for number, code in enumerate(text.source_lines(new), 1)]
    rows: list[Row] = []
    shown = 0
    for group in SequenceMatcher(None, before, after).get_grouped_opcodes(CONTEXT):
        if group[0][1] > shown:
            rows.append(Row("gap", left_out=group[0][1] - shown))
        for kind, a, b, c, d in group:
            if kind == "equal":
                rows += [Row("same", was[a + i], now[c + i]) for i in range(b - a)]
            else:
                rows += [Row("old", old=side) for side in was[a:b]]
                rows += [Row("new", new=side) for side in now[c:d]]
        shown = group[-1][2]
    if len(before) > shown:
        rows.append(Row("gap", left_out=len(before) - shown))
    return rows


def _pairs(rows: Sequence[Row]) -> list[Pair]:
    found: list[Pair] = []
    gone: list[Side] = []
    come: list[Side] = []

    def settle() -> None:
        for place in range(max(len(gone), len(come))):
            old = gone[place] if place < len(gone) else None
            new = come[place] if place < len(come) else None
            found.append(Pair("changed", old, new))
        gone.clear()
        come.clear()

    for row in rows:
        if row.kind == "old" and row.old:
            gone.append(row.old)
        elif row.kind == "new" and row.new:
            come.append(row.new)
        else:
            settle()
            found.append(Pair("gap" if row.kind == "gap" else "same", row.old, row.new, row.left_out))
    settle()
    return found
