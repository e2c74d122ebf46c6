"""``order`` with ``{lines = ["ready", "steady", "go"]}``: these lines are printed in this order.

Other lines may come before, between and after them. A line may be printed several times; then each
time must come before the first time of the next one.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from graders.errors import ContentError
from graders.lab import CheckSpec, Lab
from graders.properties.agreement import agree, printed
from graders.properties.base import Finding, not_reached, parameters
from graders.run import Run


def judge(_: Lab, spec: CheckSpec, runs: Sequence[Run]) -> Finding:
    """Look at the order of the lines in each run; runs that disagree are a race."""
    if finding := not_reached(runs):
        return finding
    problems = [_problem(run, spec.with_["lines"]) for run in runs]
    return agree(runs, problems, "The lines came in the order asked for", _RACE)


def validate(spec: CheckSpec) -> None:
    """Raise `ContentError` unless the only parameter is ``lines``, two or more that differ."""
    parameters(spec, {"lines": list}, required=["lines"])
    lines = spec.with_["lines"]
    texts = [line for line in lines if type(line) is str and line.strip() and line == line.rstrip()]
    if len(set(texts)) != len(lines) or len(lines) < 2:
        expected = "two or more lines that differ, none of them empty"
        raise ContentError("lab.toml", f"checks.{spec.id}.with.lines", expected)


_RACE = (
    "Which line comes first depends on the order in which the processes happen to run. Let the one that must"
    " come later wait for the one before it: with an Event, a lock, a queue, or a join."
)


def _problem(run: Run, wanted: Sequence[str]) -> str:
    lines = printed(run)
    for line in wanted:
        if line not in lines:
            return f"the line {line!r} is missing."
    for earlier, later in pairwise(wanted):
        last = len(lines) - 1 - lines[::-1].index(earlier)
        if lines.index(later) < last:
            return f"{later!r} was printed before {earlier!r}."
    return ""
