"""``lost-update`` with ``{adds = 100}``: every run must lose an update, visibly.

The other way round than everywhere else: the student shows a race, and a run that ends at
start + adds has not shown it.
"""

from __future__ import annotations

from collections.abc import Sequence

from graders.lab import CheckSpec, Lab
from graders.properties.base import (
    Finding,
    all_runs,
    last_number,
    not_reached,
    number_problem,
    of,
    parameters,
)
from graders.properties.final_value import UNKNOWN_START
from graders.run import Run
from graders.verdict import Verdict


def judge(_: Lab, spec: CheckSpec, runs: Sequence[Run]) -> Finding:
    """Pass when each run prints more than the start, and less than start + adds."""
    if finding := not_reached(runs):
        return finding
    adds: int = spec.with_["adds"]
    start = runs[0].start
    if start is None:
        return Finding(Verdict.REQUIREMENT, UNKNOWN_START, run=runs[0])
    lost = 0
    for number, run in enumerate(runs, 1):
        got = last_number(run.output)
        if got is None:
            return Finding(Verdict.WRONG_VALUE, number_problem(run, "the value at the end"), run=run)
        if got <= start or got > start + adds:
            between = f"more than {start} and less than {start + adds}"
            return Finding(
                Verdict.WRONG_VALUE,
                f"{of(number, runs).capitalize()} printed {got}; it must be {between}.",
                run=run,
            )
        lost += got < start + adds
    if lost == len(runs):
        return Finding.passed(
            f"Updates were lost, and the value printed shows it, {all_runs(runs)}.", runs[-1]
        )
    kept = next(run for run in runs if last_number(run.output) == start + adds)
    return Finding(Verdict.WRONG_VALUE, _some(lost, len(runs), start + adds), run=kept)


def validate(spec: CheckSpec) -> None:
    """Raise `ContentError` unless the parameters are ``adds``, an integer."""
    parameters(spec, {"adds": int}, required=["adds"])


def _some(lost: int, made: int, full: int) -> str:
    seen = f"{lost} of {made} runs lost an update" if lost else "No run lost an update"
    rest = "the others" if lost else "all"
    return (
        f"{seen}; {rest} printed {full}, as if nothing could go wrong. Make the moment between reading"
        " the value and writing it back longer, for instance by a short sleep, so that every run shows it."
    )
