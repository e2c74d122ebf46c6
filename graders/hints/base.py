"""What a hint is, and how lines and names are told in one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from graders.picture.words import cut


class Kind(StrEnum):
    """What a hint asks for."""

    CRITICAL_SECTION = "critical-section"
    """Hold one lock from before the first of its lines until after the last."""
    SAME_LOCK = "same-lock"
    """What is held there excludes nobody: one lock for all."""
    JOIN_BEFORE = "join-before"
    """Wait for the processes before its line."""
    START_AFTER = "start-after"
    """Do what stands at its line before the first process is started."""
    WAIT_FOR = "wait-for"
    """Nothing says who comes first: let one wait for the other."""
    RELEASE = "release"
    """Give back the lock that is acquired at its first line."""
    ACQUIRE_ONCE = "acquire-once"
    """Do not acquire again what is held."""
    LOCK_ORDER = "lock-order"
    """Take the locks in one order everywhere, or one at a time."""
    SIGNAL = "signal"
    """Somebody must set, notify, release or send what is waited for."""
    RECEIVE_FIRST = "receive-first"
    """Read what processes send before waiting for their end."""
    NO_SPINNING = "no-spinning"
    """A loop asks for ever."""


@dataclass(frozen=True, slots=True)
class Hint:
    """What to change, in one or two sentences, and at which lines of the student's main file."""

    kind: Kind
    text: str
    lines: tuple[int, ...]
    """Lines of the witness, in ascending order; the text names no others."""


def hint(kind: Kind, text: str, *lines: int | None) -> Hint:
    """Return a hint; lines that are not known are left out."""
    return Hint(kind, text, tuple(sorted({line for line in lines if line})))


def at(*lines: int | None) -> str:
    """Return `` at line 7`` or `` at lines 7 and 9``; empty when no line is known."""
    known = sorted({line for line in lines if line})
    if not known:
        return ""
    return f" at line {known[0]}" if len(known) == 1 else f" at lines {listed(map(str, known))}"


def listed(words: Iterable[str]) -> str:
    """Return ``a``, ``a and b``, ``a, b and c``."""
    found: Sequence[str] = list(words)
    return found[0] if len(found) == 1 else f"{', '.join(found[:-1])} and {found[-1]}"


def called(name: str) -> str:
    """Return a name from a student's source between backticks: in one line, and not too long."""
    clean = cut(name, 40).replace("`", "'")
    return f"`{clean}`"
