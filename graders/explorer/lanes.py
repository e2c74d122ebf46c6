"""All lanes of a sandbox, side by side: one a CPU, each with a process of its own to control its runs.

Runs are handed out in the order in which they are asked for and come back in that order, so that
what the search sees does not depend on which lane was faster. When the search stops early, runs that
were begun ahead are thrown away.
"""

from __future__ import annotations

import os
import pickle
import re
import signal
import struct
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, NoReturn

from graders.errors import InfrastructureError
from graders.explorer.controller import Strategy
from graders.explorer.lane import Lane, Made, Target
from graders.explorer.liveness import current_cpu, wait_until_gone
from graders.explorer.nursery import Nursery

_MOST = 8
_LENGTH = struct.Struct("<Q")
_WORD = re.compile(r"\w+")
_END_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Order:
    """A run to make."""

    strategy: Strategy
    shift: Mapping[int, int] = field(default_factory=dict)
    """What is added to shared integers before the first process is started, see `Lane.make`."""
    notes: bool = False
    """Whether it is to be noted which lines are executed."""


class Lanes:
    """The lanes for one source. Use it as a context manager."""

    def __init__(self, nursery: Nursery, source: str, count: int | None = None) -> None:
        self.nursery = nursery
        cpus = nursery.cpus
        # The CPU the kernel has just found for us comes first: other sandboxes of this machine get others.
        first = cpus.index(current_cpu()) if current_cpu() in cpus else 0
        wanted = max(1, min(count or len(cpus), len(cpus), _MOST))
        nursery.prepare(set(_WORD.findall(source)))
        self.hands = [_Hand(nursery, cpus[(first + i) % len(cpus)]) for i in range(wanted)]

    def make(self, target: Target, strategy: Strategy) -> Made:
        """Make a single run."""
        return next(self.run(target, [Order(strategy)]))

    def run(self, target: Target, orders: Iterable[Order]) -> Iterator[Made]:
        """Yield the runs in the order of `orders`, of which a few are taken ahead."""
        waiting = iter(orders)
        under_way: deque[_Hand] = deque()
        try:
            while True:
                while len(under_way) < len(self.hands) and (order := next(waiting, None)) is not None:
                    hand = self._free()
                    hand.begin(target, order)
                    under_way.append(hand)
                if not under_way:
                    return
                made = under_way[0].result()
                under_way.popleft()
                yield made
        finally:
            for hand in under_way:
                hand.forget()

    def _free(self) -> _Hand:
        """Return a lane that has nothing to do, else the one whose forgotten run will be over first."""
        idle = [hand for hand in self.hands if not hand.busy]
        return (idle or [hand for hand in self.hands if hand.forgotten])[0]

    def close(self) -> None:
        """End every lane, and what is left of its run."""
        for hand in self.hands:
            hand.close()
        for pid in self.nursery.zygotes:
            wait_until_gone(pid, _END_SECONDS)

    def __enter__(self) -> Lanes:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


class _Hand:
    """A lane in a process of its own, as seen from the harness."""

    def __init__(self, nursery: Nursery, cpu: int) -> None:
        control = nursery.lane({cpu})
        orders, self._orders = os.pipe()
        self._results, results = os.pipe()
        self.pid = os.fork()
        if self.pid == 0:
            os.close(self._orders)
            os.close(self._results)
            _serve(Lane(control), cpu, orders, results)
        for fd in (orders, results):
            os.close(fd)
        control.close()
        self.busy = False
        self.forgotten = False

    def begin(self, target: Target, order: Order) -> None:
        """Hand over an order; the result of a forgotten one is waited for first."""
        if self.forgotten:
            self.result()
        _write(self._orders, (target, order))
        self.busy = True

    def result(self) -> Made:
        """Wait for the result of what was begun; raises what it raised."""
        try:
            found = _read(self._results)
        except (EOFError, OSError) as problem:
            raise InfrastructureError(f"a lane of the explorer is gone: {problem}") from problem
        self.busy = self.forgotten = False
        if isinstance(found, Exception):
            raise found
        assert isinstance(found, Made)
        return found

    def forget(self) -> None:
        """Nobody wants the result of what was begun."""
        self.forgotten = True

    def close(self) -> None:
        """End the lane; its zygote sees its socket close and ends what is left."""
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)
        os.close(self._orders)
        os.close(self._results)


def _serve(lane: Lane, cpu: int, orders: int, results: int) -> NoReturn:
    """Be the process of a lane until nobody gives orders any more."""
    status = 1
    try:
        os.sched_setaffinity(0, {cpu})
        while True:
            try:
                target, order = _read(orders)
            except EOFError:
                break
            try:
                _write(results, lane.make(target, order.strategy, order.shift, notes=order.notes))
            except InfrastructureError as problem:
                _write(results, problem)
        status = 0
    finally:
        os._exit(status)


def _write(fd: int, item: Any) -> None:
    data = pickle.dumps(item, pickle.HIGHEST_PROTOCOL)
    rest = memoryview(_LENGTH.pack(len(data)) + data)
    while rest:
        rest = rest[os.write(fd, rest) :]


def _read(fd: int) -> Any:
    (length,) = _LENGTH.unpack(_exactly(fd, _LENGTH.size))
    return pickle.loads(_exactly(fd, length))  # noqa: S301 - both ends are the harness's


def _exactly(fd: int, count: int) -> bytes:
    chunks = []
    while count:
        chunk = os.read(fd, min(count, 1 << 20))
        if not chunk:
            raise EOFError("the pipe was closed")
        chunks.append(chunk)
        count -= len(chunk)
    return b"".join(chunks)
