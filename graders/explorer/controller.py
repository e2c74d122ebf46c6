"""The controller of one run: it owns the schedule, the lock table, the trace and the memory.

One slot runs at a time. A strategy says which, and how many operations it may do before it has to
ask again, so that a run with one preemption needs a handful of turns instead of one per operation.
"""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import struct
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from graders.explorer.intake import Books
from graders.explorer.liveness import cpu_seconds, sleeps, survives, wait_until_gone
from graders.explorer.memory import Memory
from graders.explorer.points import (
    GO,
    MAX_DESCRIPTORS,
    MESSAGE,
    MESSAGE_BYTES,
    RECORD,
    STATUS_OFFSET,
    Kind,
    Op,
)
from graders.explorer.primitives import Kind as Primitive
from graders.explorer.primitives import kind_of
from graders.explorer.world import FAR, TIMEOUTS, ControlledRun, Outcome, Pending, Slot, State

_PATIENCE = 2
"""In how many parts a slot's time to come back is waited for; after each it is looked at."""


SHORT = 1_000_000
"""Virtual microseconds: a timeout up to here may be over although others can run; a longer one is trusted
to be long enough while anybody can."""


class Strategy(Protocol):
    """Chooses who runs next."""

    sleepers_wake: bool
    name: str

    def choose(self, run: ControlledRun, enabled: Sequence[Slot]) -> tuple[Slot, int]:
        """Return the slot that goes on, and for how many operations; fairness is its business."""


@dataclass
class Controller:
    """Makes one run. Use it once, and `close` it."""

    run: ControlledRun
    first: socket.socket
    """Socket of slot 0."""
    spawn: Callable[[list[int]], int]
    """Makes the zygote fork a process with these descriptors, the slot's socket first; returns its id."""
    shift: Mapping[int, int] = field(default_factory=dict)
    """What is added to a shared integer, by its number, when the first process is about to be started."""
    memory: Memory = field(default_factory=Memory)
    messages: int = 0
    leaving: list[int] = field(default_factory=list)
    """Processes that have said their end and may not be gone yet."""
    socks: dict[int, socket.socket] = field(init=False)
    books: Books = field(init=False)

    def __post_init__(self) -> None:
        self.books = Books(self.run, self.memory)
        self.socks = {0: self.first}
        self._be_patient(self.first)

    def _be_patient(self, sock: socket.socket) -> None:
        # The kernel's own time limit: a limit of Python's would cost a poll before each call.
        seconds, rest = divmod(self.run.turn_seconds / _PATIENCE, 1)
        limit = struct.pack("ll", int(seconds), int(rest * 1e6))
        sock.setblocking(True)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, limit)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, limit)

    # -- the loop ---------------------------------------------------------------------------

    def go(self, strategy: Strategy) -> ControlledRun:
        """Run to the end under `strategy`."""
        run = self.run
        while run.outcome is None:
            alive = [slot for slot in run.slots.values() if slot.state is not State.ENDED]
            if not alive:
                run.outcome = Outcome.FINISHED
                break
            enabled = [slot for slot in alive if self.enabled(slot)]
            result = 0
            if not enabled and self._settle():
                continue
            if not enabled:
                enabled, result = self._jump(alive)
                if not enabled:
                    run.outcome = Outcome.DEADLOCK
                    break
            if self.books.progress.ceased(enabled):
                run.outcome = Outcome.LIVELOCK
                break
            slot, budget = strategy.choose(run, enabled)
            self._turn(slot, budget, result or int(self._gives_up(slot)))
            if run.outcome is None and len(run.trace) > run.max_steps:
                run.outcome = Outcome.STEPS
        return run

    def enabled(self, slot: Slot) -> bool:
        """Whether the slot's next operation can be done now without waiting, or need not be waited for."""
        return self._ready(slot) or self._impatient(slot)

    def _impatient(self, slot: Slot) -> bool:
        """Whether the slot may give up waiting although others can still run: they may be that slow."""
        pending = slot.pending
        short = pending.op in TIMEOUTS and 0 < pending.value <= SHORT
        return self.run.sleepers_wake and slot.wakes is not None and short

    def _gives_up(self, slot: Slot) -> bool:
        return slot.born and self._impatient(slot) and not self._ready(slot)

    def _ready(self, slot: Slot) -> bool:
        if not slot.born:
            return True
        pending, run = slot.pending, self.run
        if pending.op in (Op.ACQUIRE, Op.TIMED) and pending.object in run.locks:
            return run.locks[pending.object].value > 0
        if pending.op is Op.JOIN:
            self._let_all_be_born()
            return run.ended(slot, pending.object)
        if pending.op is Op.SLEEP:
            return run.sleepers_wake or (slot.wakes is not None and slot.wakes <= run.now)
        return slot.blocked_at is None or slot.blocked_at < run.changes

    def _let_all_be_born(self) -> None:
        """Hear from everybody: a process's id is known only once it has spoken."""
        for slot in list(self.run.slots.values()):
            if not slot.born:
                self._be_born(slot)

    def _settle(self) -> bool:
        """Wait until the processes that said their end are gone, and let the blocked look again.

        Between a process's last word and its exit its pipes are still open.
        """
        leaving, self.leaving = self.leaving, []
        for pid in leaving:
            wait_until_gone(pid, self.run.turn_seconds)
        self.run.changes += bool(leaving)
        return bool(leaving)

    def _jump(self, alive: list[Slot]) -> tuple[list[Slot], int]:
        """Nobody can run: let the clock jump to the next sleep or timeout that is over."""
        waiting = [slot for slot in alive if slot.wakes is not None]
        if not waiting:
            return [], 0
        first = min(waiting, key=lambda slot: (slot.wakes, slot.number))
        assert first.wakes is not None
        self.run.now = max(self.run.now, first.wakes)
        return [first], int(first.pending.op in TIMEOUTS)

    # -- one turn ---------------------------------------------------------------------------

    def _turn(self, slot: Slot, budget: int, result: int) -> None:
        run = self.run
        if not slot.born:
            self._be_born(slot)
        if slot.state is State.ENDED:
            return
        if slot.pending.op is Op.START:
            result = slot.number
        elif slot.pending.op is Op.CHECK_END or slot.pending.wants_status:
            result = self._answer(slot)
        before = slot.done
        if slot.wakes is not None and (slot.pending.op is Op.SLEEP or result):
            run.now = max(run.now, slot.wakes)
        slot.wakes = None
        if run.last is not slot:
            slot.turn_operations = 0
        run.last = slot
        # A slot may have been killed while it waited; what it had sent before can still be read.
        with contextlib.suppress(BrokenPipeError, BlockingIOError):
            self.socks[slot.number].send(GO.pack(max(1, min(budget, FAR)), result, run.now))
        self._listen(slot)
        slot.turn_operations += slot.done - before
        self._remember(slot.number, slot.done - before)

    def _remember(self, number: int, count: int) -> None:
        segments = self.run.segments
        if count and segments and segments[-1][0] == number:
            segments[-1] = (number, segments[-1][1] + count)
        elif count:
            segments.append((number, count))

    def _answer(self, slot: Slot) -> int:
        """Return whether the child has ended, or its status where that is asked for."""
        self._let_all_be_born()
        if not self.run.ended(slot, slot.pending.object):
            return 0
        child = self.run.by_pid(slot.pending.object)
        if not slot.pending.wants_status or child is None:
            return 1
        return (child.status if child.status is not None else -signal.SIGKILL) + STATUS_OFFSET

    def _be_born(self, slot: Slot) -> None:
        slot.born = True
        self._listen(slot)

    def _listen(self, slot: Slot) -> None:
        """Take the slot's messages until it waits for a turn or has ended."""
        run, sock = self.run, self.socks[slot.number]
        cpu: float | None = None
        waits = 0
        while run.outcome is None:
            try:
                message, fds, _, _ = socket.recv_fds(sock, MESSAGE_BYTES, MAX_DESCRIPTORS)
            except BlockingIOError:
                waits += 1
                pid = run.process_of(slot).pid
                if cpu is None:
                    cpu = cpu_seconds(pid)
                elif self._hopeless(pid, cpu_seconds(pid) - cpu, waits):
                    run.outcome = Outcome.STUCK
                continue
            except ConnectionResetError:
                message, fds = b"", []
            if not message:
                self._end(slot, slot.status)
                return
            self.messages += 1
            try:
                if self._take(slot, message, fds):
                    return
            except (struct.error, ValueError, LookupError):
                # No hook of ours says such a thing.
                run.outcome = Outcome.TAMPERED
            except (BrokenPipeError, ConnectionResetError, BlockingIOError):
                continue  # It asked and did not stay for the answer.
            finally:
                for fd in fds:
                    os.close(fd)
            if len(run.trace) > run.max_steps or self.messages > 2 * run.max_steps:
                run.outcome = Outcome.STEPS

    def _hopeless(self, pid: int, used: float, waits: int) -> bool:
        """Whether a slot that has not come back never will: it computes on, or waits where nobody sees it.

        On a busy machine a process may get no CPU for long, so its CPU time counts.
        """
        if pid == 0:  # It has not been born yet: the machine is that busy.
            return waits > 20 * _PATIENCE
        enough = 0.75 * self.run.turn_seconds * (_PATIENCE - 1) / _PATIENCE
        return used >= enough or sleeps(pid) or waits > 20 * _PATIENCE

    def _take(self, slot: Slot, message: bytes, fds: list[int]) -> bool:
        """Take one message; returns whether the slot now waits for its turn, or has ended."""
        number, has_pending, count, argument = MESSAGE.unpack_from(message)
        kind = Kind(number)
        offset = MESSAGE.size
        killed = self.books.log(slot, RECORD.iter_unpack(message[offset : offset + count * RECORD.size]))
        offset += count * RECORD.size
        for pid, signal_number in killed:
            if pid != slot.pid & 0xFFFFFFFF:  # Who signals itself tells so before.
                self._bury(pid, signal_number)
        if kind == Kind.SLOT:
            self._new_slot(slot, bool(argument))
            return False
        if kind == Kind.SPAWN:
            self._new_process(slot, fds)
            return False
        if kind == Kind.ARENA:
            self._new_arena(slot, argument)
            return False
        if kind == Kind.FORKED:
            slot.pid = argument
            return False
        if kind == Kind.END:
            self._end(slot, argument)
            return True
        if has_pending:
            op, _, line, obj, value = RECORD.unpack_from(message, offset)
            slot.pending = Pending(Op(op), obj, value, line, kind == Kind.THREAD, kind == Kind.STATUS)
            slot.blocked_at = self.run.changes if kind == Kind.BLOCKED else None
            if op == Op.SLEEP or (op in TIMEOUTS and value):
                slot.wakes = self.run.now + value
        return True

    def _bury(self, pid: int, number: int) -> None:
        """Hear the end of every slot of a process that a signal ends; one with a handler lives on."""
        target = self.run.by_pid(pid)
        if target is None or target.state is State.ENDED or survives(pid, number):
            return
        for slot in list(self.run.slots.values()):
            if self.run.process_of(slot) is target and slot.state is not State.ENDED:
                self._listen(slot)

    def _end(self, slot: Slot, status: int | None) -> None:
        if self.books.end(slot, status):
            self.socks.pop(slot.number).close()
            if slot.pid:
                self.leaving.append(slot.pid)

    # -- requests ---------------------------------------------------------------------------

    def _refuse(self, slot: Slot) -> bool:
        """Refuse a new process or thread beyond the limit, as the system would."""
        run = self.run
        alive = sum(s.state is not State.ENDED for s in run.slots.values())
        if alive < run.max_slots and len(run.slots) < 4 * run.max_slots:
            return False
        run.refused += 1
        self.socks[slot.number].send(GO.pack(0, 0, 0))
        return True

    def _new_slot(self, parent: Slot, thread: bool) -> None:
        if self._refuse(parent):
            return
        slot, theirs = self._make_slot(parent, thread)
        with theirs:
            answer = GO.pack(1, slot.number, 0)
            socket.send_fds(self.socks[parent.number], [answer], [theirs.fileno()])

    def _make_slot(self, parent: Slot, thread: bool) -> tuple[Slot, socket.socket]:
        run = self.run
        number = len(run.slots)
        if number == 1:
            self._begin()
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._be_patient(ours)
        self.socks[number] = ours
        run.slots[number] = Slot(number, parent.number, thread=thread)
        return run.slots[number], theirs

    def _begin(self) -> None:
        """The first process or thread is about to be started: take down what it finds."""
        run = self.run
        for number, amount in self.shift.items():
            if number in run.data:
                self.memory.add(run.data[number], amount)
        run.forked_at = len(run.trace)
        run.initial = self._values()
        self.books.shadow.begin()

    def _values(self) -> dict[int, int | float]:
        """Return what every datum holds, an array's elements one by one."""
        return {
            number: value for datum in self.run.data.values() for number, value in self.memory.values(datum)
        }

    def _new_process(self, parent: Slot, fds: list[int]) -> None:
        """Let the zygote fork a process that a program wants spawned."""
        if self._refuse(parent):
            return
        slot, theirs = self._make_slot(parent, thread=False)
        with theirs:
            slot.pid = self.spawn([theirs.fileno(), *fds])
        self.socks[parent.number].send(GO.pack(1, slot.number, slot.pid))

    def _new_arena(self, slot: Slot, size: int) -> None:
        sock = self.socks[slot.number]
        made = self.memory.new_arena(size)
        if made is None:
            sock.send(GO.pack(0, 0, 0))
            return
        number, fd = made
        socket.send_fds(sock, [GO.pack(1, number, 0)], [fd])
        os.close(fd)

    def close(self) -> None:
        """Take down what the data hold, then give up every descriptor and mapping."""
        self.books.shadow.end()
        barriers = any(kind_of(lock) is Primitive.BARRIER for lock in self.run.locks.values())
        # Memory was asked for, and nobody said what for: the hooks have been torn out.
        self.run.unannounced |= bool(self.memory.arenas) and not self.run.data and not barriers
        self.run.final = self._values()
        for sock in self.socks.values():
            sock.close()
        self.memory.close()
