"""What the running submission uses, and which limit it has reached."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from graders.harness import processes
from graders.harness.privileges import Privileges
from graders.harness.processes import Process
from graders.limits import Limits
from graders.report import Usage
from graders.run import Ending

_GROWTH = 1.02
"""Growth of the simple sum after which the exact one is made again; far below the limit, less is enough."""
_GROWTH_FAR = 1.25


@dataclass(frozen=True, slots=True)
class Reached:
    """A limit that ends a run."""

    ending: Ending
    words: str


@dataclass(slots=True)
class Meter:
    """Adds up samples of all the submission's processes."""

    limits: Limits
    privileges: Privileges
    reaped_cpu: float = 0.0
    """Seconds of the processes the harness has waited for, their own children's included."""
    cpu: float = 0.0
    memory: int = 0
    counted_at: int = 0
    """The simple sum of memory when the exact one was last made."""
    most: int = 0
    seen: dict[int, None] = field(default_factory=dict)
    """Every process seen so far, by number, in order of creation."""
    tasks: set[int] = field(default_factory=set)
    """Every task seen so far: processes and their threads."""
    busy_at: float = 0.0
    """When CPU time was last used, in seconds since the run began."""

    def sample(self, running: Sequence[Process], seconds: float) -> Reached | None:
        """Take one sample, `seconds` after the start; returns the limit it has reached, if any."""
        alive = [process for process in running if process.alive]
        cpu = self.reaped_cpu + sum(process.cpu for process in running)
        if cpu > self.cpu:
            self.cpu, self.busy_at = cpu, seconds
        tasks = sum(process.threads for process in alive)
        self.most = max(self.most, len(alive))
        for process in running:
            self.seen.setdefault(process.pid)
            self.tasks.update([process.pid] if process.threads == 1 else processes.threads(process.pid))
        memory = self._memory(alive)
        self.memory = max(self.memory, memory)
        return self._reached(tasks, memory)

    def usage(self, seconds: float) -> Usage:
        """Return what was used in all."""
        return Usage(round(seconds, 4), round(max(self.cpu, self.reaped_cpu), 4), self.memory, self.most)

    def _memory(self, alive: Sequence[Process]) -> int:
        """Return bytes; the exact sum is dear, so it is made only when the simple one has grown.

        Forked processes share most of their pages, and the simple sum counts these for each.
        """
        simple = sum(process.resident for process in alive)
        near = simple > self.limits.memory_bytes
        if simple <= self.counted_at * (_GROWTH if near else _GROWTH_FAR):
            return 0
        self.counted_at = simple
        with self.privileges.reading_as_student():
            exact = [processes.proportional_memory(process.pid) for process in alive]
        return sum(e if e is not None else p.resident for e, p in zip(exact, alive, strict=True))

    def _reached(self, tasks: int, memory: int) -> Reached | None:
        if tasks > self.limits.processes:
            return Reached(Ending.PROCESS_LIMIT, process_words(self.limits))
        if memory > self.limits.memory_bytes:
            return Reached(Ending.MEMORY_LIMIT, memory_words(self.limits))
        if self.cpu > self.limits.cpu_seconds:
            words = f"all processes together used more than {self.limits.cpu_seconds:g} s of CPU time"
            return Reached(Ending.TIMEOUT, words)
        return None


def process_words(limits: Limits) -> str:
    """Return the limit of processes in words."""
    return f"there were more than {limits.processes} processes and threads at once"


def memory_words(limits: Limits) -> str:
    """Return the limit of memory in words."""
    return f"all processes together needed more than {limits.memory_bytes // 1024**2} MiB of memory"


def output_words(limits: Limits) -> str:
    """Return the limit of output in words."""
    return f"it printed more than {limits.output_bytes // 1024} KiB"
