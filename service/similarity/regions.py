"""Where two programs match: runs of equal tokens, as lines, for a view side by side.

Greedy tiling after Wise ("YAP3", SIGCSE 1996), with the k-token hashes of the fingerprints as its seeds: the
longest run first, and no token belongs to two.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from service.similarity.starter import own, starter_hashes
from service.similarity.tokens import Token, tokens
from service.similarity.winnowing import K, hashes

MOST_SEEDS = 50
"""Places of one hash that are looked at."""
MOST_STEPS = 1_000_000
"""Tokens that are compared in all: two programs of one line, repeated, must not cost their square."""


@dataclass(frozen=True, slots=True)
class Region:
    """A passage that both have; lines from 1, both ends included."""

    first: tuple[int, int]
    second: tuple[int, int]
    tokens: int


@dataclass(frozen=True, slots=True)
class _Run:
    first: int
    second: int
    length: int


def regions(first: str, second: str, starter: str = "") -> list[Region]:
    """Return what both programs have and the starter does not, in the order of the first."""
    mine, theirs = tokens(first), tokens(second)
    given = starter_hashes(starter)
    runs = sorted(_runs(mine, theirs, given), key=lambda run: (-run.length, run.first, run.second))
    taken_mine, taken_theirs = _given(mine, given), _given(theirs, given)
    found = []
    for run in runs:
        for part in _free(run, taken_mine, taken_theirs):
            taken_mine.update(range(part.first, part.first + part.length))
            taken_theirs.update(range(part.second, part.second + part.length))
            found.append(part)
    return [_region(run, mine, theirs) for run in sorted(found, key=lambda run: run.first)]


def _given(written: list[Token], given: frozenset[int]) -> set[int]:
    """Return the places of what the starter gave: they belong to no passage."""
    left = set(range(len(written)))
    for begin, end in own(written, given):
        left.difference_update(range(begin, end))
    return left


def _runs(mine: list[Token], theirs: list[Token], given: frozenset[int]) -> set[_Run]:
    """Return every longest run of equal tokens that begins with a seed."""
    a, b = [token.text for token in mine], [token.text for token in theirs]
    places: dict[int, list[int]] = defaultdict(list)
    for place, value in enumerate(hashes(b)):
        if value not in given and len(places[value]) < MOST_SEEDS:
            places[value].append(place)
    found = set()
    reached: dict[int, int] = {}
    steps = 0
    for i, value in enumerate(hashes(a)):
        for j in places.get(value, ()):
            # The same diagonal was followed already from an earlier seed.
            if reached.get(i - j, -1) >= i + K or steps > MOST_STEPS:
                continue
            length = 0
            while i + length < len(a) and j + length < len(b) and a[i + length] == b[j + length]:
                length += 1
            steps += length
            if length >= K:
                reached[i - j] = i + length
                found.add(_Run(i, j, length))
    return found


def _free(run: _Run, mine: set[int], theirs: set[int]) -> list[_Run]:
    """Return the parts of a run that no longer one has taken, if they are long enough."""
    parts, begin = [], 0
    for step in range(run.length + 1):
        ends = step == run.length or run.first + step in mine or run.second + step in theirs
        if ends:
            if step - begin >= K:
                parts.append(_Run(run.first + begin, run.second + begin, step - begin))
            begin = step + 1
    return parts


def _region(run: _Run, mine: list[Token], theirs: list[Token]) -> Region:
    return Region(
        (mine[run.first].line, mine[run.first + run.length - 1].line),
        (theirs[run.second].line, theirs[run.second + run.length - 1].line),
        run.length,
    )
