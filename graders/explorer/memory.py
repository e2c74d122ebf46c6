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

ARENA_SHIFT = 24
"""An object's number is its arena's number and its offset therein; arenas stay below 16 MiB."""
MOST_ARENAS = 100
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


def take_down(data: dict[int, Datum], made: Datum) -> None:
    """Add a datum that a process has made; a spawned process only makes its own object of a known one."""
    known = data.get(made.number)
    if known is None or (known.size, known.code) != (made.size, made.code):
        data[made.number] = made


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

    def value(self, datum: Datum) -> int | float:
        """Return what a datum holds; 0 when its type is none that can be told."""
        layout = LAYOUTS.get(datum.code)
        arena, offset = datum.number >> ARENA_SHIFT, datum.number & ((1 << ARENA_SHIFT) - 1)
        if layout is None or arena >= len(self.arenas) or offset + layout.size > len(self.arenas[arena]):
            return 0
        found: int | float = layout.unpack_from(self.arenas[arena], offset)[0]
        return found

    def copy(self) -> list[bytes]:
        """Return what every arena holds."""
        return [bytes(arena) for arena in self.arenas]

    def close(self) -> None:
        """Give up every mapping."""
        for arena in self.arenas:
            arena.close()
