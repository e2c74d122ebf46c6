"""A controlled run as the properties see it, so that one set of properties judges free and explored runs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass

from graders.explorer import waiting
from graders.explorer.consistency import unannounced
from graders.explorer.controller import ControlledRun
from graders.explorer.lane import Made
from graders.explorer.names import Names
from graders.explorer.points import Op
from graders.explorer.world import Outcome
from graders.harness.crash import find
from graders.report import Usage
from graders.run import Crash, Ending, Run


@dataclass(frozen=True, slots=True)
class Setting:
    """What is known of a program besides what its runs show."""

    directory: str
    files: Collection[str]
    start: int | None = None
    """Program style: what the source says the shared integer begins with, for runs that do not show it."""
    unhooked: bool = False
    """Whether the program's instructions are watched, so that what no hook announces is seen all the same."""
    expected: dict[str, int] | None = None
    given: str = ""
    """Function style: the values at the end as they must be, and the parameters in words."""


def as_run(made: Made, names: Names, setting: Setting) -> Run:
    """Return what happened as a `Run`."""
    run = made.run
    waits = waiting.waits(run, names) if run.outcome is Outcome.DEADLOCK else ()
    crash = _crash(made, setting.directory, setting.files)
    start = start_value(run)
    return Run(
        ending=_ending(made, crash),
        output=made.output,
        errors=made.errors,
        seconds=run.now / 1e6,
        usage=Usage(processes=len(run.slots)),
        started=sum(not slot.thread for slot in run.slots.values()) - 1,
        threads=sum(slot.thread for slot in run.slots.values()),
        by_workers=added_by_workers(run),
        unexplained=not setting.unhooked and unannounced(run),
        start=setting.start if start is None else start,
        values=_values(run, setting.expected),
        expected=setting.expected,
        given=setting.given,
        crash=crash,
        waits=waits,
        limit=_limit(run),
    )


def undecided(made: Made) -> bool:
    """Whether the run broke off in a way that free runs tell better: a limit, or out of our sight."""
    out_of_memory = "\nMemoryError" in made.errors
    return (
        made.run.outcome in (Outcome.STUCK, Outcome.STEPS)
        or made.run.refused > 0
        or made.cut
        or out_of_memory
    )


def added_by_workers(run: ControlledRun) -> tuple[int, ...] | None:
    """Return by how much others than the main program changed the shared integer, and all data together.

    `None` when that is not known: nothing is shared, or what is shared changes unannounced.
    """
    main = shared_integer(run)
    if main is None or not isinstance(run.initial.get(main), int) or unannounced(run):
        return None
    values: dict[int, int] = {}
    added: Counter[int] = Counter()
    for event in run.trace[run.forked_at :]:
        if event.op is Op.READ:
            values[event.object] = event.value
        elif event.op is Op.WRITE:
            before = values.get(event.object, _initial(run, event.object))
            added[event.object] += event.value - before if event.slot else 0
            values[event.object] = event.value
    return added[main], added.total()


def _initial(run: ControlledRun, number: int) -> int:
    value = run.initial.get(number, 0)
    return value if isinstance(value, int) else 0


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


def _ending(made: Made, crash: Crash | None) -> Ending:
    run = made.run
    if run.outcome is Outcome.DEADLOCK:
        return Ending.DEADLOCK
    if run.outcome is Outcome.TAMPERED:
        return Ending.TAMPERED
    if run.refused:
        return Ending.PROCESS_LIMIT
    if made.cut:
        return Ending.OUTPUT_LIMIT
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
