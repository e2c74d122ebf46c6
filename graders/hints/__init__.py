"""Hints: what to change, and where, as it follows from a witness. Pure functions; no further run is made.

A hint names only lines that the witness names. The source adds what a witness cannot know: whether the two
lines of an update lie in one statement or in two functions, which lock the program has already and where it
holds it. Whatever is not certain is left out: a report without a witness has no hints.
"""

from __future__ import annotations

from graders.hints.base import Hint, Kind
from graders.hints.deadlocks import deadlock, livelock
from graders.hints.races import race
from graders.hints.reading import read
from graders.report import Report
from graders.verdict import Verdict

__all__ = ["Hint", "Kind", "hints"]

_BY_VERDICT = {Verdict.RACE: race, Verdict.DEADLOCK: deadlock, Verdict.LIVELOCK: livelock}


def hints(report: Report, source: str) -> tuple[Hint, ...]:
    """Return the hints for a report's witness, the most important first; empty where nothing follows from it.

    `source` is the student's main file, whose lines the witness names.
    """
    witness = report.witness
    if witness is None or witness.kind not in _BY_VERDICT:
        return ()
    found = _BY_VERDICT[witness.kind](witness, read(source))
    # What several processes do wrong at the same lines is told once.
    return tuple({(one.kind, one.lines): one for one in reversed(found)}.values())[::-1]
