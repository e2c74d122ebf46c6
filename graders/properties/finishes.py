"""``finishes``: every run ends by itself. No parameters."""

from __future__ import annotations

from collections.abc import Sequence

from graders.lab import CheckSpec, Lab
from graders.properties.base import Finding, all_runs, broken, how, not_reached, of, parameters
from graders.run import Run


def judge(_: Lab, __: CheckSpec, runs: Sequence[Run]) -> Finding:
    """Pass when no run crashed, deadlocked or reached a limit."""
    found = broken(runs)
    if found:
        number, run, verdict = found
        sentence = f"{of(number, runs)} {how(run)}"
        return Finding(verdict, sentence[0].upper() + sentence[1:], run=run)
    return not_reached(runs) or Finding.passed(_passed(runs))


def validate(spec: CheckSpec) -> None:
    """Raise `ContentError` on any parameter."""
    parameters(spec, {})


def _passed(runs: Sequence[Run]) -> str:
    left = [number for number, run in enumerate(runs, 1) if run.left]
    if not left:
        return f"Every process ended by itself {all_runs(runs)}."
    return (
        f"The main program ended by itself {all_runs(runs)}; in {of(left[0], runs)} it left processes"
        " behind, which were stopped. Join every process you start."
    )
