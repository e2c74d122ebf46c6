"""A controlled run as the properties see it, so that one set of properties judges free and explored runs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from graders.explorer import waiting
from graders.explorer.lane import Made
from graders.explorer.names import Names
from graders.explorer.points import BY_NAME, MANAGED, Event, Op
from graders.explorer.primitives import Kind, kind_of
from graders.explorer.shared import Tally, tally
from graders.explorer.together import together
from graders.explorer.world import ControlledRun, Outcome
from graders.harness.crash import find
from graders.report import Usage
from graders.run import Crash, Ending, Run, Work


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


_ENDINGS = {
    Outcome.DEADLOCK: Ending.DEADLOCK,
    Outcome.LIVELOCK: Ending.LIVELOCK,
    Outcome.TAMPERED: Ending.TAMPERED,
    Outcome.STUCK: Ending.TIMEOUT,
    Outcome.STEPS: Ending.TIMEOUT,
}


def as_run(made: Made, names: Names, setting: Setting) -> Run:
    """Return what happened as a `Run`."""
    run = made.run
    waits = waiting.waits(run, names) if run.outcome is Outcome.DEADLOCK else ()
    crash = _crash(made, setting.directory, setting.files)
    counted = tally(run)
    start = counted.start if counted else None
    return Run(
        ending=_ending(made, crash),
        output=made.output,
        errors=made.errors,
        seconds=run.now / 1e6,
        usage=Usage(made.wall, made.cpu, made.memory, len(run.slots)),
        started=sum(not slot.thread for slot in run.slots.values()) - 1,
        threads=sum(slot.thread for slot in run.slots.values()),
        work=work(run, counted, setting.unhooked),
        together=together(run),
        unexplained=not setting.unhooked and run.unannounced,
        start=setting.start if start is None else start,
        values=_values(run, setting.expected),
        expected=setting.expected,
        given=setting.given,
        crash=crash,
        waits=waits,
        limit=_limit(run),
    )


def work(run: ControlledRun, counted: Tally | None, unhooked: bool = False) -> Work | None:
    """Return by whom the shared data was changed; `None` when that is not known.

    A write adds what it differs from what its process read last, or from what was there when it has
    read nothing since its own last write.
    """
    if run.unannounced or unhooked or any(e.object >> 24 == BY_NAME for e in run.trace):
        return None
    process = {slot.number: run.process_of(slot).number for slot in run.slots.values()}
    books = _Ledger(counted.objects if counted else frozenset(), dict(run.initial))
    for event in run.trace[run.forked_at :]:
        if event.op is Op.READ:
            books.read[process[event.slot], event.object] = event.value
        elif event.op is Op.WRITE:
            books.write(process[event.slot], event)
    writes = [e for e in run.trace if e.op is Op.WRITE and process[e.slot]]
    idle = _idle(run, process)
    return Work(
        shared=bool(writes),
        meant=books.meant[True],
        net=books.net[True],
        meant_in_all=books.meant.total(),
        net_in_all=books.net.total(),
        writers=len({process[e.slot] for e in writes if e.object in books.counted}),
        idle=len(idle),
        silent=len(idle - {process[e.slot] for e in run.trace if e.op is Op.PRINT}),
        by_parent=books.by_parent,
        last_by_parent=books.last_by_parent,
        composed=_composed(run),
        answered=any(e.op is Op.RECEIVE and process[e.slot] == 0 for e in run.trace),
        managed=any(e.object >> 28 == MANAGED for e in writes),
    )


def _composed(run: ControlledRun) -> bool:
    """Whether who prints last has looked before at several shared integers that workers write."""
    last = next((e for e in reversed(run.trace) if e.op is Op.PRINT), None)
    if last is None:
        return False
    written = {e.object for e in run.trace if e.op is Op.WRITE and e.slot}
    read = {e.object for e in run.trace[: last.step] if e.op is Op.READ and e.slot == last.slot}
    looked_at = (run.datum_at(number) for number in written & read)
    return len({datum.number for datum in looked_at if datum is not None}) > 1


def _idle(run: ControlledRun, process: Mapping[int, int]) -> set[int]:
    """Return the processes that did nothing others could notice."""
    if any(kind_of(lock) is Kind.POOL for lock in run.locks.values()):
        return set()
    busy = {process[e.slot] for e in run.trace if e.op in (Op.WRITE, Op.SEND, Op.CALL, Op.FORK)}
    return set(process.values()) - busy - {0}


@dataclass
class _Ledger:
    """Adds up what the writes of a run change."""

    counted: frozenset[int]
    there: dict[int, int | float]
    read: dict[tuple[int, int], int | float] = field(default_factory=dict)
    meant: Counter[bool] = field(default_factory=Counter)
    """By whether it is the shared integer."""
    net: Counter[bool] = field(default_factory=Counter)
    by_parent: int = 0
    last_by_parent: bool = False

    def write(self, who: int, event: Event) -> None:
        """Take one write into account."""
        before = self.there.get(event.object, 0)
        own = self.read.pop((who, event.object), before)
        self.there[event.object] = event.value
        counted = event.object in self.counted
        if who:
            self.meant[counted] += int(event.value - own)
            self.net[counted] += int(event.value - before)
        elif counted and event.value != before:
            self.by_parent += 1
        if counted:
            self.last_by_parent = who == 0 and event.value != own


def counter(run: ControlledRun, adds: int) -> int | None:
    """Return the one integer that ended `adds` higher than it began, if there is exactly one."""
    found = [
        number
        for number, value in run.initial.items()
        if isinstance(value, int) and number in run.data and run.final.get(number) == value + adds
    ]
    return found[0] if len(found) == 1 else None


def _values(run: ControlledRun, expected: dict[str, int] | None) -> dict[str, int] | None:
    if expected is None:
        return None
    return {name: int(run.final[number]) for name, number in zip(expected, sorted(run.data), strict=False)}


def _crash(made: Made, directory: str, files: Collection[str]) -> Crash | None:
    killed = {e.object for e in made.run.trace if e.op is Op.SIGNAL}
    statuses = [
        slot.status
        for slot in made.run.slots.values()
        if slot.status is not None and slot.pid & 0xFFFFFFFF not in killed
    ]
    first = made.run.slots[0].status or 0
    worst = first or next((status for status in statuses if status), 0)
    return find(made.errors, worst, directory, files) if worst else None


def _ending(made: Made, crash: Crash | None) -> Ending:
    run = made.run
    if run.outcome in (Outcome.DEADLOCK, Outcome.LIVELOCK, Outcome.TAMPERED):
        return _ENDINGS[run.outcome]
    if run.lied:
        return Ending.TAMPERED
    if run.refused:
        return Ending.PROCESS_LIMIT
    if made.cut:
        return Ending.OUTPUT_LIMIT
    if run.outcome in _ENDINGS:
        return _ENDINGS[run.outcome]
    return Ending.CRASH if crash else Ending.FINISHED


def _limit(run: ControlledRun) -> str:
    if run.refused:
        return f"it started more than {run.max_slots} processes and threads"
    if run.outcome is Outcome.STUCK:
        return f"a process ran for {run.turn_seconds:g} s without touching anything that is shared"
    if run.outcome is Outcome.STEPS:
        return f"no end after {run.max_steps} steps"
    return ""
