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
    return not_reached(runs) or Finding.passed(f"Every process ended by itself {all_runs(runs)}.")


def validate(spec: CheckSpec) -> None:
    """Raise `ContentError` on any parameter."""
    parameters(spec, {})
