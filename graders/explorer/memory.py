"""The shared memory of a run, as the controller maps it itself.

Students' processes share what the controller hands them, so that what a value really is can be read
here, whatever a process says.
"""

from __future__ import annotations

import fcntl
import mmap
import os
import struct
from dataclasses import dataclass, field

from graders.explorer.points import ARENA_SHIFT

MOST_ARENAS = 8
MOST_ELEMENTS = 1024
LAYOUTS = {code: struct.Struct(f"={code}") for code in "bBhHiIqQfd"} | {
    "l": struct.Struct("@l"),
    "L": struct.Struct("@L"),
    "?": struct.Struct("=?"),
}
"""ctypes' codes of simple types, as `struct` reads them."""


@dataclass(frozen=True, slots=True)
class Datum:
    """A shared value."""

    number: int
    size: int
    code: str
    """Type code of the value, or of an array's elements; ``*`` for what has none."""
    line: int
    field: int = 0
    """Which field of a structure it is, from 1; 0 when it is none."""

    @property
    def layout(self) -> struct.Struct | None:
        """How one element is kept; `None` when that cannot be told."""
        return LAYOUTS.get(self.code)


def take_down(data: dict[int, Datum], made: Datum) -> None:
    """Add a datum that a process has made.

    A spawned process makes its own object of a known one, at no line of the student's.
    """
    known = data.get(made.number)
    if made.line or known is None or (known.size, known.code) != (made.size, made.code):
        data[made.number] = made


def place(number: int) -> tuple[int, int]:
    """Return the arena of an object and its offset therein."""
    return number >> ARENA_SHIFT, number & ((1 << ARENA_SHIFT) - 1)


@dataclass
class Memory:
    """The arenas of one run."""

    arenas: list[mmap.mmap] = field(default_factory=list)

    def new_arena(self, size: int) -> tuple[int, int] | None:
        """Make an arena of `size` bytes; returns its number and a descriptor, `None` beyond the limit."""
        if not 0 < size < 1 << ARENA_SHIFT or len(self.arenas) >= MOST_ARENAS:
            return None
        fd = os.memfd_create("arena", os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
        os.ftruncate(fd, size)
        # A process that could shrink it would kill whoever reads its own mapping.
        fcntl.fcntl(fd, fcntl.F_ADD_SEALS, fcntl.F_SEAL_SHRINK | fcntl.F_SEAL_GROW | fcntl.F_SEAL_SEAL)
        self.arenas.append(mmap.mmap(fd, size))
        return len(self.arenas) - 1, fd

    def read(self, number: int, size: int) -> bytes:
        """Return `size` bytes of the object `number`; fewer, or none, where there is no such memory."""
        arena, offset = place(number)
        return self.arenas[arena][offset : offset + size] if arena < len(self.arenas) else b""

    def value(self, datum: Datum) -> int | float:
        """Return what a datum holds; 0 when its type is none that can be told."""
        layout = datum.layout
        content = self.read(datum.number, layout.size) if layout else b""
        if layout is None or len(content) < layout.size:
            return 0
        found: int | float = layout.unpack(content)[0]
        return found

    def values(self, datum: Datum) -> list[tuple[int, int | float]]:
        """Return each element of a datum with its number, at most `MOST_ELEMENTS`."""
        layout = datum.layout
        if layout is None or datum.size <= layout.size:
            return [(datum.number, self.value(datum))]
        content = self.read(datum.number, datum.size)
        return [
            (datum.number + i * layout.size, value[0])
            for i, value in zip(range(MOST_ELEMENTS), layout.iter_unpack(content), strict=False)
        ]

    def add(self, datum: Datum, amount: int) -> None:
        """Add to what an integer datum holds; does nothing where the sum does not fit."""
        layout = datum.layout
        arena, offset = place(datum.number)
        value = self.value(datum)
        if layout is None or not isinstance(value, int) or arena >= len(self.arenas):
            return
        try:
            layout.pack_into(self.arenas[arena], offset, value + amount)
        except struct.error:
            return

    def close(self) -> None:
        """Give up every mapping."""
        for arena in self.arenas:
            arena.close()
