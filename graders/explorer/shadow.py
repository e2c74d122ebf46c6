"""Does what the slots say account for what the memory holds?

The controller maps the shared memory itself. It plays each read and write that a slot tells of onto
a copy, and compares the copy with the memory whenever the slot hands the turn back: nobody else has
run meanwhile. Two things can come of it:

* the memory changed and nobody said so: a pointer, a view of the buffer, a write around the hooks.
  Such a run proves nothing (`ControlledRun.unannounced`);
* somebody said what the memory does not bear out: a write that left no trace, a read of a value that
  was never there. No hook says that, so the program forges its own account (`ControlledRun.lied`).
"""

from __future__ import annotations

import struct
from dataclasses import dataclass, field

from graders.explorer.memory import Datum, Memory
from graders.explorer.points import RAW, Op
from graders.explorer.world import ControlledRun


@dataclass
class Shadow:
    """The controller's copy of every shared datum, by its number."""

    run: ControlledRun
    memory: Memory
    started: bool = False
    """Whether there has ever been more than one process or thread."""
    held: dict[int, bytearray] = field(default_factory=dict)
    fresh: set[int] = field(default_factory=set)
    """Data made in the message at hand: their first value is set without a word."""
    written: dict[int, bytes] = field(default_factory=dict)
    """Data that the message at hand says it wrote, and what they held before."""
    misread: set[int] = field(default_factory=set)
    """Data of which the message at hand says it read what the copy does not hold."""

    def made(self, datum: Datum) -> None:
        """Begin to watch a datum."""
        self.fresh.add(datum.number)

    def begin(self) -> None:
        """Take everything as it is now: the first process is about to be started."""
        self.started = True
        self.fresh.clear()
        self.held = {n: self._read(datum) for n, datum in self.run.data.items()}

    def play(self, op: int, number: int, bits: int, flags: int) -> None:
        """Play one access of the message at hand."""
        datum = self.run.datum_at(number) if self.started else None
        if datum is None or datum.number in self.fresh or datum.number not in self.held:
            return
        copy = self.held[datum.number]
        if op == Op.WRITE:
            self.written.setdefault(datum.number, bytes(copy))
        layout = datum.layout
        if layout is None:
            return
        told = _packed(layout, datum.code, bits, flags)
        offset = number - datum.number
        if told is None or offset + layout.size > len(copy):
            # A value that does not fit the type is none that a hook has seen.
            self.misread.add(datum.number)
        elif op == Op.WRITE:
            copy[offset : offset + layout.size] = told
        elif copy[offset : offset + layout.size] != told:
            self.misread.add(datum.number)

    def settle(self) -> None:
        """Compare with the memory at the end of a message, and take over what is really there."""
        if not self.started:
            return
        for number in self.written.keys() | self.misread:
            self._judge(self.run.data[number], self.written.get(number), number in self.misread)
        self.written.clear()
        self.misread.clear()
        for number in self.fresh:
            self.held[number] = self._read(self.run.data[number])
        self.fresh.clear()

    def end(self) -> None:
        """Compare everything once more, when the run is over."""
        self.settle()
        for number, copy in self.held.items():
            if copy != self._read(self.run.data[number]):
                self.run.unannounced = True

    def _judge(self, datum: Datum, before: bytes | None, misread: bool) -> None:
        real, copy = self._read(datum), self.held[datum.number]
        opaque = datum.layout is None
        if real == copy or opaque:
            # Nothing happened behind the hooks, so what was said to be read was never there.
            self.run.lied |= misread and not opaque
        elif before is not None and real == before:
            self.run.lied = True
        else:
            self.run.unannounced = True
        self.held[datum.number] = real

    def _read(self, datum: Datum) -> bytearray:
        return bytearray(self.memory.read(datum.number, datum.size))


def _packed(layout: struct.Struct, code: str, bits: int, flags: int) -> bytes | None:
    """Return a value of a record as the C type keeps it, which cuts what does not fit."""
    try:
        if flags & RAW or code in "fd":
            real = struct.unpack("<d", struct.pack("<q", bits))[0] if flags & RAW else float(bits)
            return layout.pack(real)
        if code == "?":
            return layout.pack(bool(bits))
        width = 8 * layout.size
        cut = bits & ((1 << width) - 1)
        return layout.pack(cut - (1 << width) if code.islower() and cut >> (width - 1) else cut)
    except (struct.error, OverflowError):
        return None
