"""``conservation``: function style, no parameters: the sum of all shared values is what it must be."""

from __future__ import annotations

from collections.abc import Sequence

from graders.lab import CheckSpec, Lab
from graders.properties.amounts import Outcome, compare
from graders.properties.base import Finding, not_reached, parameters
from graders.run import Run


def judge(_: Lab, __: CheckSpec, runs: Sequence[Run]) -> Finding:
    """Compare the sum of all shared values with what it must be."""
    return not_reached(runs) or compare([_sum(run) for run in runs], "The sum of all shared values was right")


def validate(spec: CheckSpec) -> None:
    """Raise `ContentError` on any parameter."""
    parameters(spec, {})


def _sum(run: Run) -> Outcome:
    expected, got = sum((run.expected or {}).values()), sum((run.values or {}).values())
    words = f"{run.given}: the sum of {' and '.join(run.expected or {})} must be {expected}, got {got}"
    return Outcome(run, (got - expected,), words)
