"""Puts together what is wrong in each run: right, a race, or always wrong."""

from __future__ import annotations

from collections.abc import Sequence

from graders.properties.base import Finding, all_runs, of
from graders.run import Run
from graders.verdict import Verdict


def agree(runs: Sequence[Run], problems: Sequence[str], right: str, advice: str) -> Finding:
    """Return `passed`, `race` when it depends on the schedule, or `wrong-value` when it does not.

    `problems` has a sentence for each run that is wrong, and nothing for one that is right; `right` is
    the beginning of a sentence for a pass, `advice` what to do about a race.
    """
    wrong = [(number, text) for number, text in enumerate(problems, 1) if text]
    if not wrong:
        return Finding.passed(f"{right} {all_runs(runs)}.", runs[-1])
    number, text = wrong[0]
    message = f"{of(number, runs).capitalize()}: {text}"
    if len(wrong) < len(runs) or len({tuple(run.output.split()) for run in runs}) > 1:
        return Finding(Verdict.RACE, f"{message} {advice}", run=runs[number - 1])
    return Finding(Verdict.WRONG_VALUE, message, run=runs[number - 1])


def printed(run: Run) -> list[str]:
    """Return the lines that a run has printed, without the space after them."""
    return [line.rstrip() for line in run.output.rstrip().splitlines()]
