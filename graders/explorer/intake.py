"""What the slots tell of themselves, taken down: the trace, the lock table, the data, who has ended."""

from __future__ import annotations

import struct
from collections.abc import Iterable
from dataclasses import dataclass, field

from graders.explorer.memory import Datum, Memory, take_down
from graders.explorer.points import ANY_CHILD, RAW, Event, Op
from graders.explorer.progress import Progress
from graders.explorer.shadow import Shadow
from graders.explorer.world import CHANGES, ControlledRun, Lock, Slot, State

Record = tuple[int, int, int, int, int]
"""op, flags, line, object, value: as on the wire."""

_OPS = {int(op): op for op in Op}
_ACCESSES = (int(Op.READ), int(Op.WRITE))
_TRIES = (Op.TRY, Op.TIMED)


def _double(bits: int) -> float:
    found: float = struct.unpack("<d", struct.pack("<q", bits))[0]
    return found


@dataclass
class Books:
    """Keeps a `ControlledRun` up to date with what the slots have done."""

    run: ControlledRun
    memory: Memory
    shadow: Shadow = field(init=False)
    progress: Progress = field(init=False)

    def __post_init__(self) -> None:
        self.shadow = Shadow(self.run, self.memory)
        self.progress = Progress(self.run)

    def log(self, slot: Slot, records: Iterable[Record]) -> list[tuple[int, int]]:
        """Take down what `slot` has done; returns the signals it has sent, as (process, number).

        Raises `LookupError` on an operation that no hook knows.
        """
        signals = []
        for op, flags, line, obj, value in records:
            if op == Op.NEW_DATUM:
                datum = Datum(obj, value >> 8, chr(value & 0xFF), line, flags)
                take_down(self.run.data, datum)
                self.shadow.made(datum)
            elif op == Op.NEW_LOCK:
                self._new_lock(obj, value, line)
            else:
                if op in _ACCESSES:
                    self.shadow.play(op, obj, value, flags)
                elif op == Op.SIGNAL:
                    signals.append((obj, value))
                self._event(slot, _OPS[op], obj, _double(value) if flags & RAW else value, line)
        self.shadow.settle()
        return signals

    def _new_lock(self, number: int, packed: int, line: int) -> None:
        initial = packed & 0xFFFFFFFF
        recursive = (packed >> 36) & 0xF == 0
        self.run.locks[number] = Lock(number, recursive, initial, initial, packed >> 40, line)

    def _event(self, slot: Slot, op: Op, obj: int, value: int | float, line: int) -> None:
        run = self.run
        if op in CHANGES:
            run.changes += 1
        if op in (Op.JOIN, Op.CHECK_END) and not slot.pending.thread:
            # The program knows process ids, which differ from run to run; the trace knows slots.
            child = run.by_pid(obj)
            obj = child.number if child else ANY_CHILD
            if child is not None and child.state is State.ENDED:
                child.reaped = True
        event = Event(len(run.trace), slot.number, op, obj, value, line, slot.done)
        slot.done += 1
        run.trace.append(event)
        self.progress.note(slot, event)
        lock = run.locks.get(obj)
        if lock is None:
            return
        if op is Op.ACQUIRE or (op in _TRIES and value):
            lock.acquired(slot.number, line)
        elif op is Op.RELEASE:
            lock.released(slot.number)

    def end(self, slot: Slot, status: int | None) -> bool:
        """Take down that a slot has ended; returns false when it had before."""
        slot.status = status
        if slot.state is State.ENDED:
            return False
        run = self.run
        slot.state = State.ENDED
        run.changes += 1
        event = Event(
            len(run.trace), slot.number, Op.END, 0, status if status is not None else -1, 0, slot.done
        )
        run.trace.append(event)
        self.progress.note(slot, event)
        return True
