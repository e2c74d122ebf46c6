"""A controlled run as the properties see it, so that one set of properties judges free and explored runs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection

from graders.explorer import waiting
from graders.explorer.controller import ControlledRun
from graders.explorer.lane import Made
from graders.explorer.names import Names
from graders.explorer.points import Op
from graders.explorer.world import Outcome
from graders.harness.crash import find
from graders.report import Usage
from graders.run import Crash, Ending, Run


def as_run(
    made: Made,
    names: Names,
    directory: str,
    files: Collection[str],
    expected: dict[str, int] | None,
    given: str,
) -> Run:
    """Return what happened as a `Run`; `expected` and `given` are those of a function-style draw."""
    run = made.run
    waits = waiting.waits(run, names) if run.outcome is Outcome.DEADLOCK else ()
    crash = _crash(made, directory, files)
    return Run(
        ending=_ending(run, crash),
        output=made.output,
        errors=made.errors,
        seconds=run.now / 1e6,
        usage=Usage(processes=len(run.slots)),
        started=sum(not slot.thread for slot in run.slots.values()) - 1,
        threads=sum(slot.thread for slot in run.slots.values()),
        start=start_value(run),
        values=_values(run, expected),
        expected=expected,
        given=given,
        crash=crash,
        waits=waits,
        limit=_limit(run),
    )


def undecided(run: ControlledRun) -> bool:
    """Whether the run broke off in a way that says more of the controller's reach than of the program."""
    return run.outcome in (Outcome.STUCK, Outcome.STEPS) or run.refused > 0


def shared_integer(run: ControlledRun) -> int | None:
    """Return the datum that most updates of workers go to, else the first made; `None` without any."""
    written = Counter(event.object for event in run.trace if event.op is Op.WRITE and event.slot)
    return max(written, key=lambda number: (written[number], -number), default=min(run.initial, default=None))


def start_value(run: ControlledRun) -> int | None:
    """Return what the shared integer held when the first worker was started."""
    datum = shared_integer(run)
    value = run.initial.get(datum) if datum is not None else None
    return value if isinstance(value, int) else None


def _values(run: ControlledRun, expected: dict[str, int] | None) -> dict[str, int] | None:
    if expected is None:
        return None
    return {name: int(run.final[number]) for name, number in zip(expected, sorted(run.data), strict=False)}


def _crash(made: Made, directory: str, files: Collection[str]) -> Crash | None:
    statuses = [slot.status for slot in made.run.slots.values() if slot.status is not None]
    first = made.run.slots[0].status or 0
    worst = first or next((status for status in statuses if status), 0)
    return find(made.errors, worst, directory, files) if worst else None


def _ending(run: ControlledRun, crash: Crash | None) -> Ending:
    if run.outcome is Outcome.DEADLOCK:
        return Ending.DEADLOCK
    if run.outcome is Outcome.TAMPERED:
        return Ending.TAMPERED
    if run.refused:
        return Ending.PROCESS_LIMIT
    if run.outcome in (Outcome.STUCK, Outcome.STEPS):
        return Ending.TIMEOUT
    return Ending.CRASH if crash else Ending.FINISHED


def _limit(run: ControlledRun) -> str:
    if run.refused:
        return f"it started more than {run.max_slots} processes and threads"
    if run.outcome is Outcome.STUCK:
        return f"a process ran for {run.turn_seconds:g} s without touching anything that is shared"
    if run.outcome is Outcome.STEPS:
        return f"no end after {run.max_steps} steps"
    return ""
