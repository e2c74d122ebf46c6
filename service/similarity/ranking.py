"""All pairs of a lab's programs, the most alike first."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations

from service.similarity.starter import own, starter_hashes
from service.similarity.tokens import tokens
from service.similarity.winnowing import hashes, winnow

COMMON_SHARE = 0.2
COMMON_LEAST = 8
"""What more than a fifth of all programs (and more than eight) share is the task's, not somebody's."""
LEAST_SHARED = 2
"""Fingerprints a pair must share to be told at all."""


@dataclass(frozen=True, slots=True)
class Pair:
    """Two programs, by their names."""

    first: str
    second: str
    shared: int
    """Fingerprints that both have."""
    first_share: float
    """Of the first program's own fingerprints the part that the second has too, 0 to 1."""
    second_share: float

    @property
    def likeness(self) -> float:
        """The greater of the two shares: who copied all of a short program is not hidden by padding it."""
        return max(self.first_share, self.second_share)


def ranked(programs: Mapping[str, str], starter: str = "", limit: int = 200) -> list[Pair]:
    """Return the pairs that are most alike, at most `limit`; the same for the same programs, in any order.

    What stands in `starter`, and what very many programs share, is left out before anything is counted.
    """
    prints = {name: fingerprints(text, starter) for name, text in sorted(programs.items())}
    holders: dict[int, list[str]] = defaultdict(list)
    for name, values in prints.items():
        for value in values:
            holders[value].append(name)
    most = max(COMMON_LEAST, COMMON_SHARE * len(programs))
    common = {value for value, names in holders.items() if len(names) > most}
    sizes = {name: len(values - common) for name, values in prints.items()}
    shared: dict[tuple[str, str], int] = defaultdict(int)
    for value, names in holders.items():
        if value not in common:
            for pair in combinations(names, 2):
                shared[pair] += 1
    pairs = [
        Pair(first, second, count, count / sizes[first], count / sizes[second])
        for (first, second), count in shared.items()
        if count >= LEAST_SHARED
    ]
    pairs.sort(key=lambda pair: (-pair.likeness, -pair.shared, pair.first, pair.second))
    return pairs[:limit]


@lru_cache(maxsize=8192)
def fingerprints(source: str, starter: str = "") -> frozenset[int]:
    """Return the fingerprints of what is the author's own; computed once, as neither text ever changes."""
    found: set[int] = set()
    written = tokens(source)
    for begin, end in own(written, starter_hashes(starter)):
        values = hashes([token.text for token in written[begin:end]])
        found.update(values[place] for place in winnow(values))
    return frozenset(found)
