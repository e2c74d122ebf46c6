"""One controlled run: the controller owns the schedule, the lock table and the trace.

One slot runs at a time. A strategy says which, and how many operations it may do before it has to
ask again, so that a run with one preemption needs a handful of turns instead of one per operation.
"""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import struct
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from graders.explorer.liveness import cpu_seconds, sleeps, survives, wait_until_gone
from graders.explorer.memory import Datum, Memory, take_down
from graders.explorer.points import (
    ANY_CHILD,
    GO,
    MAX_DESCRIPTORS,
    MESSAGE,
    MESSAGE_BYTES,
    RECORD,
    STATUS_OFFSET,
    Event,
    Kind,
    Op,
)
from graders.explorer.world import CHANGES, FAR, TIMEOUTS, Lock, Outcome, Pending, Slot, State


class Strategy(Protocol):
    """Chooses who runs next."""

    sleepers_wake: bool
    name: str

    def choose(self, run: ControlledRun, enabled: Sequence[Slot]) -> tuple[Slot, int]:
        """Return the slot that goes on, and for how many operations."""


@dataclass
class ControlledRun:
    """State and trace of one run."""

    sock: socket.socket
    spawn: Callable[[list[int]], int]
    """Makes the zygote fork a process with these descriptors, the slot's socket first; returns its id."""
    max_steps: int = 20_000
    max_slots: int = 64
    """Processes and threads alive at once; four times as many in all."""
    messages: int = 0
    refused: int = 0
    """How often a new process or thread was refused."""
    turn_seconds: float = 2.0
    sleepers_wake: bool = False
    """Whether a sleep may be over although others can still run: they may be that slow."""
    final: dict[int, int | float] = field(default_factory=dict)
    """What each datum holds at the end."""
    slots: dict[int, Slot] = field(default_factory=dict)
    locks: dict[int, Lock] = field(default_factory=dict)
    data: dict[int, Datum] = field(default_factory=dict)
    memory: Memory = field(default_factory=Memory)
    trace: list[Event] = field(default_factory=list)
    initial: dict[int, int | float] = field(default_factory=dict)
    """What each datum held when the first process or thread was about to be started."""
    before: list[bytes] = field(default_factory=list)
    """What the arenas held then."""
    forked_at: int = 0
    """How long the trace was then."""
    shared_at_fork: frozenset[Datum] = frozenset()
    """The data there were then."""
    after: list[bytes] = field(default_factory=list)
    """What the arenas hold at the end."""
    leaving: list[int] = field(default_factory=list)
    """Processes that have said their end and may not be gone yet."""
    now: int = 0
    changes: int = 0
    """How often something happened that may let a blocked slot go on."""
    last: Slot | None = None
    outcome: Outcome | None = None
    segments: list[tuple[int, int]] = field(default_factory=list)
    """What was scheduled: slot and number of operations, in order, neighbours of one slot joined."""

    def __post_init__(self) -> None:
        self.slots[0] = Slot(0, self.sock, -1)

    # -- the loop ---------------------------------------------------------------------------

    def go(self, strategy: Strategy) -> Outcome:
        """Run to the end under `strategy`."""
        while self.outcome is None:
            alive = [slot for slot in self.slots.values() if slot.state is not State.ENDED]
            if not alive:
                self.outcome = Outcome.FINISHED
                break
            enabled = [slot for slot in alive if self.enabled(slot)]
            result = 0
            if not enabled and self._settle():
                continue
            if not enabled:
                enabled, result = self._jump(alive)
                if not enabled:
                    self.outcome = Outcome.DEADLOCK
                    break
            slot, budget = strategy.choose(self, enabled)
            self._turn(slot, budget, result)
            if self.outcome is None and len(self.trace) > self.max_steps:
                self.outcome = Outcome.STEPS
        return self.outcome

    def enabled(self, slot: Slot) -> bool:
        """Whether the slot's next operation can be done now without waiting."""
        if not slot.born:
            return True
        pending = slot.pending
        if pending.op in (Op.ACQUIRE, Op.TIMED) and pending.object in self.locks:
            return self.locks[pending.object].value > 0
        if pending.op is Op.JOIN:
            return self.ended(slot, pending.object)
        if pending.op is Op.SLEEP:
            return self.sleepers_wake or (slot.wakes is not None and slot.wakes <= self.now)
        return slot.blocked_at is None or slot.blocked_at < self.changes

    def ended(self, slot: Slot, target: int) -> bool:
        """Whether child `target` (a process id, or `ANY_CHILD`) of `slot` has ended."""
        if slot.pending.thread:
            return self.slots[target].state is State.ENDED
        children = [s for s in self.slots.values() if s.parent == slot.number and not s.thread]
        if target == ANY_CHILD:
            return any(child.state is State.ENDED for child in children) or not children
        found = self.by_pid(target)
        return found is None or found.state is State.ENDED

    def by_pid(self, pid: int) -> Slot | None:
        """Return the slot that lives in process `pid`."""
        for slot in self.slots.values():
            if not slot.born:
                self._be_born(slot)
            if slot.pid == pid:
                return slot
        return None

    def _settle(self) -> bool:
        """Wait until the processes that said their end are gone, and let the blocked look again.

        Between a process's last word and its exit its pipes are still open.
        """
        leaving, self.leaving = self.leaving, []
        for pid in leaving:
            wait_until_gone(pid, self.turn_seconds)
        self.changes += bool(leaving)
        return bool(leaving)

    def _jump(self, alive: list[Slot]) -> tuple[list[Slot], int]:
        """Nobody can run: let the clock jump to the next sleep or timeout that is over."""
        waiting = [slot for slot in alive if slot.wakes is not None]
        if not waiting:
            return [], 0
        first = min(waiting, key=lambda slot: (slot.wakes, slot.number))
        assert first.wakes is not None
        self.now = max(self.now, first.wakes)
        return [first], int(first.pending.op in TIMEOUTS)

    # -- one turn ---------------------------------------------------------------------------

    def _turn(self, slot: Slot, budget: int, result: int) -> None:
        if not slot.born:
            self._be_born(slot)
        if slot.state is State.ENDED:
            return
        if slot.pending.op is Op.START:
            result = slot.number
        elif slot.pending.op is Op.CHECK_END or slot.pending.wants_status:
            result = self._answer(slot)
        before = slot.done
        if slot.pending.op is Op.SLEEP and slot.wakes is not None:
            self.now = max(self.now, slot.wakes)
        slot.wakes = None
        if self.last is not slot:
            slot.turn_operations = 0
        self.last = slot
        # A slot may have been killed while it waited; what it had sent before can still be read.
        with contextlib.suppress(BrokenPipeError, TimeoutError):
            slot.sock.send(GO.pack(max(1, min(budget, FAR)), result, self.now))
        self._listen(slot)
        slot.turn_operations += slot.done - before
        self._remember(slot.number, slot.done - before)

    def _remember(self, number: int, count: int) -> None:
        if count and self.segments and self.segments[-1][0] == number:
            self.segments[-1] = (number, self.segments[-1][1] + count)
        elif count:
            self.segments.append((number, count))

    def _answer(self, slot: Slot) -> int:
        """Return whether the child has ended, or its status where that is asked for."""
        if not self.ended(slot, slot.pending.object):
            return 0
        child = self.by_pid(slot.pending.object)
        if not slot.pending.wants_status or child is None:
            return 1
        return (child.status if child.status is not None else -signal.SIGKILL) + STATUS_OFFSET

    def _be_born(self, slot: Slot) -> None:
        slot.born = True
        self._listen(slot)

    def _listen(self, slot: Slot) -> None:
        """Take the slot's messages until it waits for a turn or has ended."""
        process = self._process(slot)
        cpu, waited = cpu_seconds(process.pid), 0.0
        while self.outcome is None:
            try:
                message, fds, _, _ = socket.recv_fds(slot.sock, MESSAGE_BYTES, MAX_DESCRIPTORS)
            except TimeoutError:
                waited += self.turn_seconds
                if self._hopeless(slot, cpu, waited):
                    self.outcome = Outcome.STUCK
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
                self.outcome = Outcome.TAMPERED
            except (BrokenPipeError, ConnectionResetError, TimeoutError):
                continue  # It asked and did not stay for the answer.
            finally:
                for fd in fds:
                    os.close(fd)
            if len(self.trace) > self.max_steps or self.messages > 2 * self.max_steps:
                self.outcome = Outcome.STEPS

    def _process(self, slot: Slot) -> Slot:
        while slot.thread:
            slot = self.slots[slot.parent]
        return slot

    def _hopeless(self, slot: Slot, cpu: float, waited: float) -> bool:
        """Whether a slot that has not come back never will: it computes on, or waits where nobody sees it.

        On a busy machine a process may get no CPU for long, so its CPU time counts.
        """
        pid = self._process(slot).pid
        used = cpu_seconds(pid) - cpu
        return used >= 0.75 * self.turn_seconds or sleeps(pid) or waited > 20 * self.turn_seconds

    def _take(self, slot: Slot, message: bytes, fds: list[int]) -> bool:
        number, has_pending, count, argument = MESSAGE.unpack_from(message)
        kind = Kind(number)
        offset = MESSAGE.size
        for _ in range(count):
            self._log(slot, RECORD.unpack_from(message, offset))
            offset += RECORD.size
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
            slot.blocked_at = self.changes if kind == Kind.BLOCKED else None
            if op == Op.SLEEP or (op in TIMEOUTS and value):
                slot.wakes = self.now + value
        return True

    def _log(self, slot: Slot, record: tuple[int, int, int, int, int]) -> None:
        op, _, line, obj, value = record
        if op == Op.NEW_DATUM:
            take_down(self.data, Datum(obj, value >> 8, chr(value & 0xFF), line))
            return
        if op == Op.NEW_LOCK:
            initial = value & 0xFFFFFFFF
            self.locks[obj] = Lock(obj, (value >> 36) & 0xF == 0, initial, initial, value >> 40, line)
            return
        if op in CHANGES:
            self.changes += 1
        if op in (Op.JOIN, Op.CHECK_END) and not slot.pending.thread:
            # The program knows process ids, which differ from run to run; the trace knows slots.
            child = self.by_pid(obj)
            obj = child.number if child else ANY_CHILD
        event = Event(len(self.trace), slot.number, Op(op), obj, value, line, slot.done)
        slot.done += 1
        self.trace.append(event)
        lock = self.locks.get(obj)
        if lock is not None and (op == Op.ACQUIRE or (op in (Op.TRY, Op.TIMED) and value)):
            lock.acquired(slot.number, line)
        elif lock is not None and op == Op.RELEASE:
            lock.released(slot.number)
        elif op == Op.SIGNAL:
            self._signalled(obj, value)

    def _signalled(self, pid: int, number: int) -> None:
        """Bury the slots of a process that a signal ends; one with a handler lives on."""
        target = self.by_pid(pid)
        if target is None or target.state is State.ENDED or survives(pid, number):
            return
        for slot in [
            s for s in self.slots.values() if s is target or (s.thread and s.parent == target.number)
        ]:
            if slot.state is not State.ENDED:
                self._listen(slot)

    def _end(self, slot: Slot, status: int | None) -> None:
        slot.status = status
        if slot.state is not State.ENDED:
            slot.state = State.ENDED
            self.changes += 1
            event = Event(
                len(self.trace), slot.number, Op.END, 0, status if status is not None else -1, 0, slot.done
            )
            self.trace.append(event)
            slot.sock.close()
            if slot.pid:
                self.leaving.append(slot.pid)

    # -- requests ---------------------------------------------------------------------------

    def _refuse(self, slot: Slot) -> bool:
        """Refuse a new process or thread beyond the limit, as the system would."""
        alive = sum(s.state is not State.ENDED for s in self.slots.values())
        if alive < self.max_slots and len(self.slots) < 4 * self.max_slots:
            return False
        self.refused += 1
        slot.sock.send(GO.pack(0, 0, 0))
        return True

    def _new_slot(self, parent: Slot, thread: bool) -> None:
        if self._refuse(parent):
            return
        slot, theirs = self._make_slot(parent, thread)
        with theirs:
            socket.send_fds(parent.sock, [GO.pack(1, slot.number, 0)], [theirs.fileno()])

    def _make_slot(self, parent: Slot, thread: bool) -> tuple[Slot, socket.socket]:
        number = len(self.slots)
        if number == 1:
            self.before, self.forked_at = self.memory.copy(), len(self.trace)
            self.shared_at_fork = frozenset(self.data.values())
            self.initial = {number: self.memory.value(datum) for number, datum in self.data.items()}
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        ours.settimeout(self.turn_seconds)
        self.slots[number] = Slot(number, ours, parent.number, thread=thread)
        return self.slots[number], theirs

    def _new_process(self, parent: Slot, fds: list[int]) -> None:
        """Let the zygote fork a process that a program wants spawned."""
        if self._refuse(parent):
            return
        slot, theirs = self._make_slot(parent, thread=False)
        with theirs:
            slot.pid = self.spawn([theirs.fileno(), *fds])
        parent.sock.send(GO.pack(1, slot.number, slot.pid))

    def _new_arena(self, slot: Slot, size: int) -> None:
        made = self.memory.new_arena(size)
        if made is None:
            slot.sock.send(GO.pack(0, 0, 0))
            return
        number, fd = made
        socket.send_fds(slot.sock, [GO.pack(1, number, 0)], [fd])
        os.close(fd)

    def datum_at(self, number: int) -> Datum | None:
        """Return the datum that holds the object `number`, which may be an element of it."""
        found = self.data.get(number)
        if found is None:
            holding = (d for d in self.data.values() if d.number <= number < d.number + d.size)
            found = next(holding, None)
        return found

    def close(self) -> None:
        """Take down what the data hold, then give up every descriptor and mapping."""
        self.after = self.memory.copy()
        self.final = {number: self.memory.value(datum) for number, datum in self.data.items()}
        for slot in self.slots.values():
            slot.sock.close()
        self.memory.close()
