"""``workers`` with ``{processes = 10}``: so many processes were really started, in every run.

With ``together = true`` it must also be possible that two of them are at work at the same time.
"""

from __future__ import annotations

from collections.abc import Sequence

from graders.lab import CheckSpec, Lab
from graders.properties.base import (
    Finding,
    all_runs,
    last_number,
    looks_at_all_lines,
    not_reached,
    parameters,
)
from graders.run import Run
from graders.verdict import Verdict


def judge(lab: Lab, spec: CheckSpec, runs: Sequence[Run]) -> Finding:
    """Pass when no run started fewer; the right value without any process at all is a cheat."""
    if finding := not_reached(runs):
        return finding
    wanted: int = spec.with_["processes"]
    least = min(runs, key=lambda run: run.started)
    # Where every line counts, to print one is work.
    told = looks_at_all_lines(lab)
    idle = min((run.work.silent if told else run.work.idle for run in runs if run.work), default=0)
    if least.started >= wanted > least.started - idle:
        message = f"{idle} of the {least.started} processes did nothing: {wanted} must take part in the work."
        return Finding(Verdict.REQUIREMENT, message, run=least)
    if least.started >= wanted and spec.with_.get("together") and _in_turn(runs):
        return Finding(Verdict.SEQUENTIAL, _SEQUENTIAL, run=least)
    busy = max((run.work.writers for run in runs if run.work), default=0)
    if busy > wanted:
        message = f"{busy} processes changed what they share; {wanted} of them were asked for, and no more."
        return Finding(Verdict.REQUIREMENT, message, run=least)
    if least.started >= wanted:
        return Finding.passed(f"At least {wanted} processes were started {all_runs(runs)}.", least)
    if least.started == least.threads == 0 and _right_value(lab, least):
        message = f"The right value was printed although no process was started; {wanted} must do the work."
        return Finding(Verdict.CHEAT, message, run=least)
    message = f"Only {least.started} of the {wanted} processes asked for were started."
    if least.threads:
        message += " A thread is no process: use multiprocessing.Process."
    return Finding(Verdict.REQUIREMENT, message, run=least)


def validate(spec: CheckSpec) -> None:
    """Raise `ContentError` unless the parameters are ``processes``, an integer."""
    parameters(spec, {"processes": int, "together": bool}, required=["processes"])


_SEQUENTIAL = (
    "The value is right, but the processes only ever work one after another: each is waited for before the"
    " next one may begin, so they never meet. Start all of them first, and join them in a second loop."
)


def _in_turn(runs: Sequence[Run]) -> bool:
    """Whether some run tells that no two workers can be at work at once, and none tells otherwise."""
    told = {run.together for run in runs if run.together is not None}
    return told == {False}


def _right_value(lab: Lab, run: Run) -> bool:
    """Whether the run prints what the lab's check of the final value asks for."""
    adds = [
        check.with_["adds"]
        for check in lab.checks
        if check.property == "final-value" and "adds" in check.with_
    ]
    return run.start is not None and any(last_number(run.output) == run.start + amount for amount in adds)
