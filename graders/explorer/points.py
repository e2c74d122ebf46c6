"""Schedule points: what a controlled process announces before it does it.

A *slot* is one thread of control of the submission: a process's main thread, or one more thread.
Each slot has a socket of its own to the controller. Every message is one datagram of fixed-size
records, so that nothing a hostile process sends can do more than fail to parse.
"""

from __future__ import annotations

import struct
from enum import IntEnum
from typing import NamedTuple


class Op(IntEnum):
    """Operations of a slot. The number is what stands on the wire."""

    START = 1
    END = 2
    READ = 3
    WRITE = 4
    ACQUIRE = 5
    """Blocks until the semaphore is positive."""
    TRY = 6
    """An acquire that does not wait; `value` is 1 when it got the lock."""
    TIMED = 7
    """An acquire with a timeout; `value` as for `TRY`."""
    RELEASE = 8
    FORK = 9
    """`object` is the new slot."""
    JOIN = 10
    """Waits for the end of slot `object`; `ANY_CHILD` waits for any child of this process."""
    SLEEP = 11
    """`value` is the time in microseconds."""
    SEND = 12
    RECEIVE = 13
    NEW_DATUM = 14
    """`object` begins to exist; `value` packs its size and type code."""
    NEW_LOCK = 15
    """`value` packs the kind (recursive or not), the initial value and what it belongs to."""
    CHECK_END = 16
    """A question without waiting: has slot `object` ended? (`is_alive`, `exitcode`)"""
    SIGNAL = 17
    """Slot `object` is sent signal `value`."""
    POLL = 18
    """A question without waiting to a pipe."""
    YIELD = 19
    """Nothing but a point where another may run."""
    CALL = 20
    """A request to a manager's server, which counts as one step."""
    PRINT = 21
    """Lines that go to standard output; `value` is how many characters they have."""
    FILE = 22
    """Something is done in the file system, by whichever call: opened, made, removed, locked."""


ARENA_SHIFT = 24
"""A shared value's number is its arena's number and its offset therein; arenas stay below 16 MiB."""

BY_NAME = 0x08
"""Upper eight bits of the number of what is known by its name only, see `shim.opcodes`."""

MANAGED, THREADED = 0x1, 0x2
"""Upper four bits of the number of what a manager's server holds, and of a lock of `threading`."""

RECORD = struct.Struct("<BBHIq")
"""op, flags, line, object, value."""

MESSAGE = struct.Struct("<BBHi")
"""kind, flags, number of records that are done, argument."""

GO = struct.Struct("<IiQ")
"""budget in operations, result of the operation asked for, virtual time in microseconds."""


class Kind(IntEnum):
    """Messages of a slot."""

    POINT = 1
    """Done records, then one that is pending."""
    BLOCKED = 2
    """The operation was tried and would block."""
    SLOT = 3
    """Asks for a new slot; the answer carries its number and, as ancillary data, its socket."""
    ARENA = 4
    """Asks for shared memory of `argument` bytes; the answer carries a memfd."""
    END = 5
    """Done records, nothing pending: the slot ends by itself with status `argument`."""
    FORKED = 6
    """The slot asked for before lives in process `argument`."""
    THREAD = 7
    """A point like `POINT`, whose object is a slot of the same process and not a process id."""
    SPAWN = 8
    """Asks for a new process forked from the zygote, with the descriptors that come along."""
    STATUS = 9
    """A point like `POINT` that is answered with the exit status of process `object`, see `STATUS_OFFSET`."""


MAX_RECORDS = 256
MESSAGE_BYTES = MESSAGE.size + RECORD.size * (MAX_RECORDS + 1)
MAX_DESCRIPTORS = 240
STATUS_OFFSET = 1000
"""An exit status is told as itself plus this, so that 0 can mean: still alive."""
ANY_CHILD = 0xFFFFFFFF
RAW = 0x80
"""Flag of a record whose `value` holds the bits of a floating point number."""
OPAQUE = 0x40
"""Flag of a record of something that 64 bits do not tell, such as a text or an array within a structure."""


OWNERS = (
    "Lock", "RLock", "Semaphore", "BoundedSemaphore", "Condition", "Event", "Barrier", "Queue",
    "JoinableQueue", "SimpleQueue", "Pool", "ProcessPoolExecutor", "other",
)  # fmt: skip
"""Classes that semaphores are made for; the index stands on the wire."""


class Event(NamedTuple):
    """One operation that happened, in the order the controller let it happen."""

    step: int
    slot: int
    op: Op
    object: int
    value: int | float
    line: int
    index: int  # type: ignore[assignment] # a tuple's method of this name is not missed here
    """How many operations this slot had done before."""
