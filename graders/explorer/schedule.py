"""A schedule as text to paste (Shuttle's idea): what `interleave replay` needs besides the source.

``il1:SOURCE:DRAW:SHIFT:TURNS``: the hash of the source, the number of the draw of a function-style
lab's parameters, what was added to shared integers (``number+amount``, joined by commas, mostly
none), and the turns, each a slot and how many operations it does (``3x21``), joined by dots.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field

_VERSION = "il1"
_MOST = 200_000


@dataclass(frozen=True, slots=True)
class Schedule:
    """A run, as it can be made again."""

    source: str
    """`source_hash` of what was run."""
    turns: tuple[tuple[int, int], ...]
    draw: int = 0
    shift: Mapping[int, int] = field(default_factory=dict)

    def __str__(self) -> str:
        turns = ".".join(f"{slot}x{count}" for slot, count in self.turns)
        shift = ",".join(f"{number}+{amount}" for number, amount in sorted(self.shift.items()))
        return f"{_VERSION}:{self.source}:{self.draw}:{shift}:{turns}"

    @classmethod
    def parse(cls, text: str) -> Schedule:
        """Read what `str` gave; raises `ValueError` on anything else."""
        try:
            version, source, draw, shift, turns = text.split(":")
            if version != _VERSION or len(text) > _MOST:
                raise ValueError("it is of another version, or too long")
            pairs = (turn.split("x") for turn in turns.split(".")) if turns else ()
            added = (item.split("+") for item in shift.split(",")) if shift else ()
            return cls(
                source,
                tuple((int(slot), int(count)) for slot, count in pairs),
                int(draw),
                {int(number): int(amount) for number, amount in added},
            )
        except ValueError as problem:
            raise ValueError(f"not a schedule: {problem}") from None


def source_hash(files: Mapping[str, str]) -> str:
    """Return the hash of a program's files, by which a schedule knows what it belongs to."""
    digest = hashlib.sha256()
    for name, text in sorted(files.items()):
        digest.update(f"{name}\0{text}\0".encode())
    return digest.hexdigest()[:12]
