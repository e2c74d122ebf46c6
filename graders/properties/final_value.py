"""``final-value``: the shared value ends where it must, in every run.

Program style, with ``{adds = 100}``: the last word of the last line printed is start + adds.
Function style, without parameters: each shared value is what the calls must make of it.
"""

from __future__ import annotations

from collections.abc import Sequence

from graders.lab import CheckSpec, Lab, Style
from graders.properties.amounts import Outcome, compare
from graders.properties.base import (
    Finding,
    last_number,
    not_reached,
    number_problem,
    parameters,
    without_workers,
)
from graders.run import Run
from graders.verdict import Verdict


def judge(lab: Lab, spec: CheckSpec, runs: Sequence[Run]) -> Finding:
    """Compare each run's value with what it must be."""
    if finding := not_reached(runs):
        return finding
    if lab.style is Style.FUNCTION:
        found = compare([_shared(run) for run in runs], "Every shared value ended right")
        return (found.verdict is Verdict.PASSED and _strange(runs)) or found
    adds: int = parameters(spec, {"adds": int}).get("adds", 0)
    start = runs[0].start
    if start is None:
        return Finding(Verdict.REQUIREMENT, UNKNOWN_START, run=runs[0])
    if all(last_number(run.output) is None for run in runs):
        return Finding(Verdict.WRONG_VALUE, number_problem(runs[0], _WHAT), run=runs[0])
    found = compare([_printed(run, start, adds) for run in runs], f"The last word printed was {start + adds}")
    if found.verdict is not Verdict.PASSED:
        return found
    return _nobodys(lab, runs, start + adds) or _others(runs, start + adds, adds) or found


def _strange(runs: Sequence[Run]) -> Finding | None:
    """Find a run in which a call did another's work, or not its own."""
    run = next((run for run in runs if run.strange_share), None)
    return Finding(Verdict.CHEAT, _STRANGE.format(run.given, run.strange_share), run=run) if run else None


def _nobodys(lab: Lab, runs: Sequence[Run], value: int) -> Finding | None:
    """Find a run whose right value nobody can have worked for."""
    alone = without_workers(lab, runs)
    if alone:
        return Finding(Verdict.CHEAT, _NOBODYS_WORK.format(value), run=alone)
    deaf = next((run for run in runs if run.deaf), None)
    if deaf:
        return Finding(Verdict.CHEAT, _DEAF.format(value), run=deaf)
    unshared = next((run for run in runs if run.work is not None and not run.work.shared), None)
    if unshared is None or unshared.work is None or unshared.work.by_parent:
        return None
    if unshared.work.answered:
        return Finding(Verdict.REQUIREMENT, _NOT_SHARED, run=unshared)
    return Finding(Verdict.CHEAT, _NOTHING_DONE.format(value), run=unshared)


def _others(runs: Sequence[Run], value: int, adds: int) -> Finding | None:
    """Find a run whose right value is not the sum of what the workers added."""
    for run in runs:
        work = run.work
        if work is None or work.managed:
            continue
        if work.composed and not work.by_parent and adds not in (work.net, work.net_in_all):
            return Finding(Verdict.INCONCLUSIVE, _COMPOSED.format(value), run=run)
        if work.last_by_parent and adds not in (work.net, work.net_in_all):
            return Finding(Verdict.CHEAT, _BY_PARENT.format(value, work.net, adds), run=run)
        if adds not in (work.net, work.net_in_all):
            return Finding(Verdict.CHEAT, _OTHERS_WORK.format(value, work.net, adds), run=run)
        if adds not in (work.meant, work.meant_in_all):
            message = _AGAIN.format(value, max(work.meant, work.meant_in_all), adds)
            return Finding(Verdict.CHEAT, message, run=run)
    return None


_WHAT = "the value at the end"


def validate(spec: CheckSpec) -> None:
    """Raise `ContentError` unless the only parameter is ``adds``, an integer."""
    parameters(spec, {"adds": int})


UNKNOWN_START = (
    "The value your shared integer starts with could not be read from the file: write it as a plain number,"
    ' such as RawValue("i", 0).'
)

_NOBODYS_WORK = (
    "{} was printed, but no process was started that could have added anything: the value must come"
    " from the work of the processes."
)

_DEAF = (
    "{} is printed whatever the shared integer holds: it began with another number for once, unknown to the"
    " program, and the same was printed. Print what the processes have made of it."
)

_NOTHING_DONE = (
    "{} was printed, but no process changed anything that is shared, nor sent anything: the value must come"
    " from the work of the processes."
)

_STRANGE = "{}: every shared value ended right, but {}. Each call must do its own work, and no other's."

_NOT_SHARED = (
    "The right value was printed, but no process changed anything that they share. The task asks for one"
    " integer in shared memory that all of them add to."
)

_BY_PARENT = (
    "{} was printed, but the main program wrote it: the processes added {} to the shared integer, and not {}."
    " The value must come from their work."
)

_COMPOSED = (
    "{} was printed, put together from several shared integers in a way that the grader cannot follow, so it"
    " cannot tell whether the processes have worked for it. Keep the value in one shared integer."
)

_AGAIN = (
    "{} was printed, but only after additions were lost and made up for: the processes tried to add {} in"
    " all, and not {}. To try again until it is right is no way to keep every addition."
)

_OTHERS_WORK = (
    "{} was printed, but the processes added {} to the shared integer, and not {}: the value must come from"
    " their work."
)


def _printed(run: Run, start: int, adds: int) -> Outcome:
    got = last_number(run.output)
    if got is None:
        # Another run has printed one: whether it comes depends on the schedule.
        return Outcome(run, (-start - adds or -1,), number_problem(run, _WHAT).rstrip("."))
    must = (
        f"the shared integer starts at {start} and {adds} is added, so the last word must be {start + adds}"
    )
    words = f"{must}; it was {got}"
    return Outcome(run, (got - start - adds,), words)


def _shared(run: Run) -> Outcome:
    expected, values = run.expected or {}, run.values or {}
    parts = [
        f"{name}: expected {expected[name]}, got {values[name]}"
        for name in expected
        if values[name] != expected[name]
    ]
    if len(expected) == 1:
        parts = [part.partition(": ")[2] for part in parts]
    off = tuple(values[name] - expected[name] for name in expected)
    return Outcome(run, off, f"{run.given}: {'; '.join(parts)}")
