"""Timing: medians, percentiles, and how much gets done with several in flight."""

from __future__ import annotations

import os
import statistics
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

_PATIENCE_SECONDS = 120.0


@dataclass(frozen=True)
class Sustained:
    """What was done in a stretch of time with so many always in flight."""

    in_flight: int
    done: int
    seconds: float
    cpu: float
    """CPU seconds of the whole machine meanwhile, for each one done."""

    @property
    def per_second(self) -> float:
        """How many a second."""
        return self.done / self.seconds


def median_of(times: int, action: Callable[[], object]) -> float:
    """Return the median seconds of `times` calls, after one that does not count."""
    action()
    return statistics.median(seconds_of(action) for _ in range(times))


def seconds_of(action: Callable[[], object]) -> float:
    """Return how long one call takes."""
    begin = time.monotonic()
    action()
    return time.monotonic() - begin


def percentile(values: Sequence[float], share: float) -> float:
    """Return the nearest-rank percentile."""
    ordered = sorted(values)
    return ordered[min(int(share * len(ordered)), len(ordered) - 1)]


def sustain(in_flight: int, seconds: float, action: Callable[[], object]) -> Sustained:
    """Call `action` from so many threads for about so long, one after the other in each.

    The stretch begins when each has been once round, so that what is started ahead stands, and ends with the
    last call that was begun in it. An exception ends all and goes up.
    """
    ready = threading.Barrier(in_flight + 1, timeout=_PATIENCE_SECONDS)
    stop = threading.Event()

    def one() -> int:
        with _or_abort(ready):
            action()
        ready.wait()
        count = 0
        while not stop.is_set():
            action()
            count += 1
        return count

    with ThreadPoolExecutor(in_flight) as threads:
        futures = [threads.submit(one) for _ in range(in_flight)]
        with suppress(threading.BrokenBarrierError):
            ready.wait()
        begin, used = time.monotonic(), machine_cpu()
        stop.wait(0 if ready.broken else seconds)
        stop.set()
        done = sum(future.result() for future in futures)
    return Sustained(in_flight, done, time.monotonic() - begin, (machine_cpu() - used) / max(done, 1))


@contextmanager
def _or_abort(ready: threading.Barrier) -> Iterator[None]:
    """Let nobody wait for somebody who has failed."""
    done = False
    try:
        yield
        done = True
    finally:
        if not done:
            ready.abort()


def machine_cpu() -> float:
    """Return the CPU seconds that all processes of this machine have used since it began; see proc(5)."""
    fields = [int(word) for word in Path("/proc/stat").read_text().split("\n", 1)[0].split()[1:]]
    user, nice, system, _idle, _waiting, interrupts, soft_interrupts = fields[:7]
    return (user + nice + system + interrupts + soft_interrupts) / os.sysconf("SC_CLK_TCK")


def threads_cpu(pids: Iterable[int]) -> float:
    """Return the CPU seconds that all living threads of these processes have used, to the nanosecond.

    What else goes on on the machine does not lengthen them much. See proc(5), ``schedstat``.
    """
    used = 0
    for pid in pids:
        for thread in Path(f"/proc/{pid}/task").iterdir():
            with suppress(OSError):
                used += int((thread / "schedstat").read_text().split()[0])
    return used / 1e9


def process_cpu(pid: int) -> float:
    """Return the CPU seconds a process has used itself, its children not counted; 0 when it is gone."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return sum(map(int, fields[11:13])) / os.sysconf("SC_CLK_TCK")
