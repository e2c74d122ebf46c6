"""The table: one row for each thing measured, with the bar it should come over or stay under."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class Row:
    """One measurement. At most one of the two bars is given; without one it is only told."""

    what: str
    value: float
    unit: str
    at_most: float | None = None
    at_least: float | None = None
    ratio: str = ""
    """The value in relation to another row's, in words."""

    @property
    def met(self) -> bool | None:
        """Whether it keeps to its bar; `None` where there is none."""
        if self.at_most is not None:
            return self.value <= self.at_most
        if self.at_least is not None:
            return self.value >= self.at_least
        return None

    def cells(self) -> tuple[str, str, str, str, str]:
        """Return what, value with unit, ratio, bar, and whether it is met, as texts."""
        bar = ""
        if self.at_most is not None:
            bar = f"<= {_number(self.at_most)}"
        if self.at_least is not None:
            bar = f">= {_number(self.at_least)}"
        said = {True: "met", False: "MISSED", None: ""}[self.met]
        return self.what, f"{_number(self.value)} {self.unit}".strip(), self.ratio, bar, said

    def to_json(self) -> dict[str, Any]:
        """Return plain values."""
        return asdict(self) | {"met": self.met}


HEAD = ("what", "value", "ratio", "bar", "")


def aligned(rows: list[Row]) -> str:
    """Return the table for a terminal."""
    cells = [HEAD, *(row.cells() for row in rows)]
    widths = [max(len(line[column]) for line in cells) for column in range(len(HEAD))]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)) for line in cells]
    return "\n".join(line.rstrip() for line in lines)


def markdown(rows: list[Row]) -> str:
    """Return the table for a page."""
    lines = [HEAD, ("---",) * len(HEAD), *(row.cells() for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _number(value: float) -> str:
    return f"{value:.0f}" if value == int(value) or abs(value) >= 100 else f"{value:.3g}"
