"""One execution under the students' uid: watched, limited, and cleared away to the last process."""

from __future__ import annotations

import os
import selectors
import subprocess
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from types import TracebackType
from typing import IO

from graders.harness import cgroup, meter, processes, waits
from graders.harness.deadlock import DeadlockWatch, Scan
from graders.harness.meter import Meter, Reached
from graders.harness.privileges import Privileges, offer_to_oom_killer, yield_to_harness
from graders.harness.tracing import Stack, Tracer
from graders.harness.workplace import Workplace
from graders.limits import Limits
from graders.report import Usage, Wait
from graders.run import Ending

_TICK = 0.05
"""Seconds between two samples."""
_FIRST_TICK = 0.01
"""Samples are closer while a run is young, or a short run would not be seen at all."""
_YOUNG = 0.3
_GRACE = 0.2
"""Seconds for helpers of `multiprocessing` to notice that the first process has ended."""
_QUIET = 2.0
"""A run without any CPU time for so long at its end is said to wait, not to be busy."""
_MOST_ASKED = 16


@dataclass(frozen=True, slots=True)
class Command:
    """What to start: a Python script of ours or the student's, by its path."""

    python: str
    arguments: tuple[str, ...]
    descriptors: tuple[int, ...] = ()
    watch_deadlock: bool = True
    notes: int | None = None
    """Descriptor of memory in which executed lines are noted, see `graders.harness.footprints`."""


@dataclass(frozen=True, slots=True)
class Execution:
    """How it went."""

    status: int
    """Exit status of the first process, negative for a signal."""
    output: str
    errors: str
    seconds: float
    usage: Usage
    started: int
    """Processes besides the first."""
    threads: int
    reached: Reached | None = None
    waits: tuple[Wait, ...] = ()
    """Where each process stood when the harness ended the run."""
    quiet: float = 0.0
    """Seconds without any CPU time before a limit of time ended the run."""
    left_processes: bool = False
    refused_forks: int = 0
    oom_kills: int = 0


def execute(
    command: Command, place: Workplace, limits: Limits, privileges: Privileges, main: str, wall: float
) -> Execution:
    """Run `command` for at most `wall` seconds; when it returns, no process of the submission is left."""
    with _Supervisor(command, place, limits, privileges, main) as supervisor:
        return supervisor.watch(wall)


@dataclass(slots=True)
class _Sink:
    """A bounded pipe's reading end, and what has come out of it."""

    descriptor: int
    chunks: list[bytes] = field(default_factory=list)
    open: bool = True

    def drain(self, room: int) -> int:
        """Take at most `room` bytes and return how many there were; notices the end."""
        taken = 0
        while room > taken:
            try:
                chunk = os.read(self.descriptor, min(room - taken, 65536))
            except BlockingIOError:
                break
            if not chunk:
                self.open = False
                break
            self.chunks.append(chunk)
            taken += len(chunk)
        return taken

    @property
    def text(self) -> str:
        return b"".join(self.chunks).decode(errors="replace")


class _Supervisor:
    """State of one execution."""

    def __init__(
        self, command: Command, place: Workplace, limits: Limits, privileges: Privileges, main: str
    ) -> None:
        self._command, self._place, self._limits, self._main = command, place, limits, main
        self._privileges = privileges
        self._meter = Meter(limits, privileges)
        self._deadlock = (
            DeadlockWatch(privileges) if command.watch_deadlock and DeadlockWatch.possible() else None
        )
        self._status: int | None = None
        self._room = limits.output_bytes
        self._reached: Reached | None = None
        self._waits: tuple[Wait, ...] = ()
        self._left = False
        self._next_look = 0.0
        self._had_children = False

    def __enter__(self) -> _Supervisor:
        self._counters = cgroup.read(self._privileges.private_pids)
        self._latest = processes.latest()
        self._tracer = Tracer(self._place.trace)
        self._selector = selectors.DefaultSelector()
        self._begin = time.monotonic()
        self._process = self._start()
        offer_to_oom_killer(self._process.pid, self._privileges)
        self._sinks = [self._sink(stream.fileno()) for stream in self._streams()]
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._clear_away()
        self._process.returncode = self._status
        for stream in self._streams():
            stream.close()
        self._selector.close()
        self._tracer.close()

    def watch(self, wall: float) -> Execution:
        """Follow the processes until the first has ended, or a limit or a deadlock ends them all."""
        while self._status is None and self._reached is None:
            self._wait(self._tick)
            self._reap(processes.reap(self._look_at))
            if self._status is None and self._reached is None and self._elapsed >= self._next_look:
                self._next_look = self._elapsed + self._tick
                self._inspect(wall)
        if self._reached is None:
            self._let_helpers_end()
        seconds = self._elapsed
        quiet = seconds - self._meter.busy_at
        self._clear_away()
        self._drain_rest()
        return self._result(seconds, quiet)

    def _start(self) -> subprocess.Popen[bytes]:
        uid = self._privileges.student_uid
        environment, descriptors = self._place.environment(), self._command.descriptors
        if self._command.notes is not None:
            ours, path = self._place.ours / "interleave_lines.py", self._place.directory / self._main
            environment["INTERLEAVE_LINES"] = f"{self._command.notes}:{ours}:{path}"
            descriptors = (*descriptors, self._command.notes)
        return subprocess.Popen(
            [self._command.python, *self._command.arguments],
            cwd=self._place.directory,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
            pass_fds=descriptors,
            preexec_fn=yield_to_harness,
            user=uid,
            group=uid,
            extra_groups=None if uid is None else (),
        )

    def _streams(self) -> list[IO[bytes]]:
        return [stream for stream in (self._process.stdout, self._process.stderr) if stream]

    def _sink(self, descriptor: int) -> _Sink:
        os.set_blocking(descriptor, False)
        sink = _Sink(descriptor)
        self._selector.register(descriptor, selectors.EVENT_READ, sink)
        return sink

    @property
    def _tick(self) -> float:
        return _FIRST_TICK if self._elapsed < _YOUNG else _TICK

    @property
    def _elapsed(self) -> float:
        return time.monotonic() - self._begin

    def _wait(self, timeout: float) -> None:
        """Take in output until nothing comes for a moment; the end of all output wakes us at once."""
        for key, _ in self._selector.select(timeout):
            sink: _Sink = key.data
            self._room -= sink.drain(self._room + 1)
            if self._room < 0:
                self._reached = Reached(Ending.OUTPUT_LIMIT, meter.output_words(self._limits))
            if not sink.open:
                self._selector.unregister(sink.descriptor)

    def _inspect(self, wall: float) -> None:
        """Take a sample; ends the run at a limit or in a deadlock."""
        numbers = processes.numbers(self._privileges.private_pids)
        if len(numbers) > 2 * self._limits.processes:
            # A fork bomb: looking at each would give it the time to grow.
            self._reached = Reached(Ending.PROCESS_LIMIT, meter.process_words(self._limits))
            return
        running = [process for pid in numbers if (process := processes.read(pid))]
        self._reached = self._meter.sample(running, self._elapsed) or self._refused()
        if self._reached is None and self._deadlock:
            scan = self._deadlock.look(running, time.monotonic())
            if scan and self._process.pid in scan:
                self._reached = Reached(Ending.DEADLOCK, "")
                self._waits = self._describe(scan)
        if self._reached is None and self._elapsed > wall:
            self._reached = Reached(Ending.TIMEOUT, f"it had not ended after {wall:.3g} s")
        if self._reached and self._reached.ending is Ending.TIMEOUT:
            self._waits = self._describe({process.pid: () for process in running if process.alive})

    def _refused(self) -> Reached | None:
        """Say whether the kernel has refused the submission a process, as its control group asks."""
        counted = cgroup.read(self._privileges.private_pids).since(self._counters)
        return (
            Reached(Ending.PROCESS_LIMIT, meter.process_words(self._limits))
            if counted.refused_forks
            else None
        )

    def _describe(self, scan: Scan) -> tuple[Wait, ...]:
        asked = {pid: scan[pid] for pid in list(scan)[:_MOST_ASKED]}
        stacks: dict[int, tuple[Stack, ...]] = {pid: self._tracer.ask(pid) for pid in asked}
        helpers = {pid for pid, found in stacks.items() if waits.is_helper(found)}
        for pid in helpers:
            del asked[pid]
        return waits.describe(asked, stacks, self._numbers(helpers), str(self._place.directory), self._main)

    def _numbers(self, helpers: set[int]) -> dict[int, int]:
        """Number the processes in order of creation, the first one 0; helpers of Python's do not count.

        In a PID namespace of our own numbers are consecutive, so that processes which ended unseen
        count too, and only threads must be left out.
        """
        first = self._process.pid
        pids = [pid for pid in self._meter.seen if pid not in helpers]
        if not self._privileges.private_pids:
            return {pid: number for number, pid in enumerate(pids)}
        others = (self._meter.tasks | helpers) - set(pids)
        return {pid: pid - first - sum(first < tid < pid for tid in others) for pid in pids}

    def _reap(self, ended: Iterable[tuple[int, int, float]]) -> None:
        for pid, status, cpu in ended:
            self._meter.reaped_cpu += cpu
            if pid == self._process.pid:
                self._status = os.waitstatus_to_exitcode(status)
            else:
                self._had_children = True

    def _let_helpers_end(self) -> None:
        """Give what outlives the first process a moment; what stays is left behind by the program."""
        deadline = time.monotonic() + _GRACE
        while self._running() and time.monotonic() < deadline:
            self._wait(_FIRST_TICK)
            self._reap(processes.reap())
        self._left = bool(self._running())

    def _running(self) -> bool:
        return any(process.alive for process in processes.of_submission(self._privileges.private_pids))

    def _clear_away(self) -> None:
        self._reap(processes.kill_all(self._privileges.private_pids))

    def _drain_rest(self) -> None:
        """Take what is still in the pipes. Nobody is left who could write, so the end comes."""
        while self._room >= 0 and self._selector.get_map():
            self._wait(0)

    def _result(self, seconds: float, quiet: float) -> Execution:
        counted = cgroup.read(self._privileges.private_pids).since(self._counters)
        output, errors = (sink.text for sink in self._sinks)
        assert self._status is not None
        started, threads = self._started()
        return Execution(
            status=self._status,
            output=output,
            errors=errors,
            seconds=seconds,
            usage=self._meter.usage(seconds),
            started=started,
            threads=threads,
            reached=self._reached,
            waits=self._waits,
            quiet=quiet if quiet > _QUIET else 0.0,
            left_processes=self._left,
            refused_forks=counted.refused_forks,
            oom_kills=counted.oom_kills,
        )

    def _look_at(self, pid: int) -> None:
        """See at its end whether the first process had children, however short they lived."""
        if pid == self._process.pid and (ended := processes.read(pid)):
            own = processes.read(os.getpid())
            # The harness had children itself; where it shows none, this kernel does not count.
            uncounted = own is None or own.child_faults == 0
            self._had_children |= uncounted or ended.child_faults > 0

    def _started(self) -> tuple[int, int]:
        """Count the processes and threads the submission made: the kernel's numbers are consecutive.

        Outside of a PID namespace of our own other programs take numbers too, so there it is an
        upper bound: a right program must never be told that it started too few.
        """
        passed = processes.given_since(self._latest) - 1
        threads = len(self._meter.tasks - set(self._meter.seen))
        if not self._had_children and len(self._meter.seen) < 2:
            return 0, max(passed, 0) if self._privileges.private_pids else threads
        tasks = passed if passed >= 0 else len(self._meter.tasks) - 1
        return max(tasks - threads, 0), threads
