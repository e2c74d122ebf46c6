"""Where a program has been, under control and in free runs: what differs each time is a second face.

The explorer's hooks can be found, so what runs under control show is compared with runs that have none. In
both it is noted alike which lines of the main file were executed, and at which of them a semaphore was taken
(`site/interleave_lines.py`). What is left to chance differs from run to run; what is done in every run of one
kind and in none of the other depends on the kind. Only lines that touch what is shared count.
"""

from __future__ import annotations

import fcntl
import os
import re
from collections.abc import Sequence
from dataclasses import dataclass

from graders import words
from graders.harness.site.interleave_lines import HALF

_TOUCHES = re.compile(r"\.\s*(value|raw|acquire|release|put|get|send|recv)\b|\bwith\b|\]\s*[-+*]?=")
"""What lines look like that may touch something shared."""
_DICE = re.compile(
    r"\b(random|randint|randrange|shuffle|choice|choices|sample|uniform|secrets|urandom|uuid\d)\b"
)


@dataclass(frozen=True, slots=True)
class Footprint:
    """Lines of the main file that a run has executed, in whichever process."""

    lines: frozenset[int]
    acquired: frozenset[int]
    """Lines at which a semaphore was taken, such as by ``with lock:``."""

    def __bool__(self) -> bool:
        """Whether anything was noted: earlier Pythons note nothing, nor do processes that are spawned."""
        return bool(self.lines)


@dataclass(frozen=True, slots=True)
class Difference:
    """Lines at which runs under control and free runs differ each time."""

    watched: frozenset[int] = frozenset()
    """What is done under control only."""
    free: frozenset[int] = frozenset()

    def __bool__(self) -> bool:
        """Whether there is any."""
        return bool(self.watched or self.free)

    def __str__(self) -> str:
        told = [
            f"{words.lines(lines)} {kind}"
            for lines, kind in ((self.watched, "under control alone"), (self.free, "in free runs alone"))
            if lines
        ]
        return " and ".join(told)


def enough(source: str) -> int:
    """Return how many runs of either kind it takes until what differs each time can be no chance.

    Who throws dice may well throw the same three times, and the other three times.
    """
    return 6 if _DICE.search(source) else 3


def make() -> int:
    """Return a descriptor of memory for the notes, whose size is final."""
    descriptor = os.memfd_create("lines", os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
    os.ftruncate(descriptor, 2 * HALF)
    fcntl.fcntl(descriptor, fcntl.F_ADD_SEALS, fcntl.F_SEAL_SHRINK | fcntl.F_SEAL_GROW | fcntl.F_SEAL_SEAL)
    return descriptor


def read(descriptor: int) -> Footprint:
    """Return what was noted."""
    noted = os.pread(descriptor, 2 * HALF, 0)
    return Footprint(_marked(noted[:HALF]), _marked(noted[HALF:]))


def _marked(half: bytes) -> frozenset[int]:
    return frozenset(number for number, mark in enumerate(half) if mark)


def difference(watched: Sequence[Footprint], free: Sequence[Footprint], source: str) -> Difference:
    """Return what every run of one kind did, and none of the other, at lines that touch something."""
    if not (watched and free and all(watched) and all(free)):
        return Difference()
    touching = {n for n, line in enumerate(source.splitlines(), 1) if _TOUCHES.search(line)}
    return Difference(_always_and_never(watched, free, touching), _always_and_never(free, watched, touching))


def _always_and_never(
    these: Sequence[Footprint], others: Sequence[Footprint], touching: set[int]
) -> frozenset[int]:
    always = frozenset.intersection(*(one.lines for one in these))
    never = frozenset.union(*(other.lines for other in others))
    taken = frozenset.intersection(*(one.acquired for one in these))
    untaken = frozenset.union(*(other.acquired for other in others))
    return frozenset((always - never) & touching) | (taken - untaken)
