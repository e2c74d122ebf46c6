"""Does the trace account for what the memory holds?

The controller maps the shared memory itself. Played onto a copy of it, the writes of the trace must
give what is really there at the end, and each read must have found what was there at its time. Where
they do not, something changed the memory that no hook announced: a pointer, a view of the buffer, or
a process that lies. Such a run proves nothing.
"""

from __future__ import annotations

import struct

from graders.explorer.controller import ControlledRun
from graders.explorer.memory import ARENA_SHIFT, LAYOUTS, Datum
from graders.explorer.points import Event, Op


def unannounced(run: ControlledRun) -> bool:
    """Whether shared data changed in a way that the trace does not tell."""
    shadow = [bytearray(arena) for arena in run.before]
    for event in run.trace[run.forked_at :]:
        if event.op in (Op.READ, Op.WRITE) and not _plays(run, shadow, event):
            return True
    return any(_bytes(shadow, datum) != _bytes(run.after, datum) for datum in run.shared_at_fork)


def _plays(run: ControlledRun, shadow: list[bytearray], event: Event) -> bool:
    """Play one access; false when it read what was not there, or cannot be told."""
    datum = run.datum_at(event.object)
    if datum is None or datum not in run.shared_at_fork:
        return True
    layout = LAYOUTS.get(datum.code)
    if layout is None:
        return False
    arena, offset = shadow[event.object >> ARENA_SHIFT], event.object & ((1 << ARENA_SHIFT) - 1)
    value = _value(datum, event.value)
    try:
        if event.op is Op.WRITE:
            layout.pack_into(arena, offset, _wrapped(layout, datum, value))
            return True
        return bool(layout.unpack_from(arena, offset)[0] == value)
    except (struct.error, OverflowError):
        return False


def _value(datum: Datum, bits: int) -> int | float:
    if datum.code not in "fd":
        return bits
    found: float = struct.unpack("<d", struct.pack("<q", bits))[0]
    # A float keeps less than the double that was written into it.
    return found if datum.code == "d" else struct.unpack("<f", struct.pack("<f", found))[0]


def _wrapped(layout: struct.Struct, datum: Datum, value: int | float) -> int | float:
    """Return an integer as the C type keeps it, which cuts what does not fit."""
    if isinstance(value, float) or datum.code in "fd?":
        return value
    width = 8 * layout.size
    cut = value & ((1 << width) - 1)
    return cut - (1 << width) if datum.code.islower() and cut >> (width - 1) else cut


def _bytes(arenas: list[bytes] | list[bytearray], datum: Datum) -> bytes:
    number, offset = datum.number >> ARENA_SHIFT, datum.number & ((1 << ARENA_SHIFT) - 1)
    return bytes(arenas[number][offset : offset + datum.size]) if number < len(arenas) else b""
