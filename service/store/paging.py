"""A page of a longer list."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Page:
    """Which part of a list is shown; `number` counts from 1 and is always one that exists."""

    number: int
    size: int
    total: int
    """How many entries there are in all."""

    @classmethod
    def of(cls, wanted: int, size: int, total: int) -> Page:
        """Return the page `wanted`, or the nearest there is."""
        return cls(min(max(wanted, 1), max(-(-total // size), 1)), size, total)

    @property
    def pages(self) -> int:
        """How many pages there are; one even when there is nothing."""
        return max(-(-self.total // self.size), 1)

    @property
    def begin(self) -> int:
        """How many entries come before."""
        return (self.number - 1) * self.size

    @property
    def end(self) -> int:
        """How many entries there are up to the page's last."""
        return min(self.begin + self.size, self.total)
