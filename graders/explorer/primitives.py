"""Which primitive of `multiprocessing` a semaphore belongs to: all of them are made of semaphores."""

from __future__ import annotations

from enum import Enum

from graders.explorer.points import OWNERS
from graders.explorer.world import Lock


class Kind(Enum):
    """What a semaphore is there for."""

    MUTEX = "mutex"
    SEMAPHORE = "semaphore"
    CONDITION = "condition"
    EVENT = "event"
    BARRIER = "barrier"
    QUEUE = "queue"
    POOL = "pool"
    THREAD = "thread"


LIBRARY = frozenset({Kind.QUEUE, Kind.POOL, Kind.THREAD})
"""Kinds that programs do not touch themselves, and that are used right."""

_KINDS = {
    "Condition": Kind.CONDITION,
    "Event": Kind.EVENT,
    "Barrier": Kind.BARRIER,
    "Queue": Kind.QUEUE,
    "JoinableQueue": Kind.QUEUE,
    "SimpleQueue": Kind.QUEUE,
    "Pool": Kind.POOL,
    "ProcessPoolExecutor": Kind.POOL,
}


def kind_of(lock: Lock) -> Kind:
    """Return what `lock` is there for; a semaphore that starts at 1 is a mutex like a lock."""
    owner = owner_of(lock)
    if owner in _KINDS:
        return _KINDS[owner]
    return Kind.MUTEX if lock.initial == 1 else Kind.SEMAPHORE


def owner_of(lock: Lock) -> str:
    """Return the name of the class that the semaphore was made for."""
    return OWNERS[lock.owner_kind] if lock.owner_kind < len(OWNERS) else "other"
