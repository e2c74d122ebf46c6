"""What a program has from the lab's starter, and what is its author's own."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from service.similarity.tokens import Token, tokens
from service.similarity.winnowing import K, hashes


@lru_cache(maxsize=64)
def starter_hashes(starter: str) -> frozenset[int]:
    """Return every hash of the starter; which of them a program would keep depends on what stands around."""
    return frozenset(hashes([token.text for token in tokens(starter)]))


def own(written: Sequence[Token], given: frozenset[int]) -> list[tuple[int, int]]:
    """Return the stretches of a program that are not the starter's, as places: from, up to but without.

    Nothing of the starter is left at their ends: what is hashed of them is the author's alone.
    """
    theirs = [False] * len(written)
    for place, value in enumerate(hashes([token.text for token in written])):
        if value in given:
            theirs[place : place + K] = [True] * K
    stretches, begin = [], None
    for place, given_away in enumerate([*theirs, True]):
        if not given_away and begin is None:
            begin = place
        elif given_away and begin is not None:
            stretches.append((begin, place))
            begin = None
    return stretches
