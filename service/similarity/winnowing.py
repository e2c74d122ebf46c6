"""Fingerprints of a program: of every window of hashes the least one, so that few stand for all.

Schleimer, Wilkerson and Aiken, "Winnowing: Local Algorithms for Document Fingerprinting", SIGMOD 2003.
Whatever two programs share of at least `GUARANTEED` tokens is found; nothing shorter than `K` ever is.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from zlib import crc32

K = 12
"""Tokens in one hash: about a line and a half. Shorter matches are how Python looks, not who wrote it."""
WINDOW = 6
GUARANTEED = K + WINDOW - 1
_BASE = 1_000_003
_MODULUS = (1 << 61) - 1


def hashes(texts: Sequence[str], k: int = K) -> list[int]:
    """Return the Karp-Rabin hash of every run of `k` tokens; the same on every machine and in every run."""
    if len(texts) < k:
        return []
    numbers = [_number(text) for text in texts]
    lead = pow(_BASE, k - 1, _MODULUS)
    value = 0
    for number in numbers[:k]:
        value = (value * _BASE + number) % _MODULUS
    found = [value]
    for gone, come in zip(numbers, numbers[k:], strict=False):
        value = ((value - gone * lead) * _BASE + come) % _MODULUS
        found.append(value)
    return found


def winnow(values: Sequence[int], window: int = WINDOW) -> list[int]:
    """Return the places whose hash is the least of some window, the rightmost of equal ones; in order."""
    if not values:
        return []
    chosen: list[int] = []
    for begin in range(max(1, len(values) - window + 1)):
        part = values[begin : begin + window]
        least = min(part)
        place = begin + max(i for i, value in enumerate(part) if value == least)
        if not chosen or chosen[-1] != place:
            chosen.append(place)
    return chosen


@cache
def _number(text: str) -> int:
    # The built-in hash of a text is another in every process.
    return crc32(text.encode("utf-8", "surrogatepass")) + 1
