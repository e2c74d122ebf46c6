"""Tells those who wait that a submission is final: Redis pub/sub, with the database as the truth.

A message only wakes the waiter up; what it then says comes from the database. So a lost message costs
time, never a wrong answer.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from contextlib import closing
from typing import Any

from redis import Redis
from redis.client import PubSub
from redis.exceptions import RedisError

RECHECK_SECONDS = 5.0
"""How long a waiter trusts that no message means no news."""


def channel(submission_id: str) -> str:
    """Return the name of the submission's channel."""
    return f"interleave:submission:{submission_id}"


def announce(redis: Redis, submission_id: str, state: str) -> bool:
    """Wake up all who wait for the submission. False when Redis cannot be reached: they look again soon."""
    try:
        redis.publish(channel(submission_id), state)
    except RedisError:
        return False
    return True


class Waiters:
    """Waits for submissions, at most `slots` requests of this process at once."""

    def __init__(self, redis: Redis | None, slots: int) -> None:
        self._redis = redis
        self._slots = threading.BoundedSemaphore(slots) if slots else None

    def wait(self, submission_id: str, seconds: float, done: Callable[[], bool]) -> None:
        """Return when `done()` holds or `seconds` are over; at once when all slots are taken.

        `done` looks in the database. It is called again after every announcement, and now and then without.
        """
        if seconds <= 0 or self._redis is None or self._slots is None or done():
            return
        if not self._slots.acquire(blocking=False):
            return
        try:
            self._listen(self._redis, submission_id, time.monotonic() + seconds, done)
        except RedisError:
            # Without Redis there is nothing to wait on; the caller answers with what is known now.
            return
        finally:
            self._slots.release()

    @staticmethod
    def _listen(redis: Redis, submission_id: str, deadline: float, done: Callable[[], bool]) -> None:
        # redis-py leaves these methods untyped.
        listener: Any = PubSub(redis.connection_pool)
        with closing(listener):
            listener.subscribe(channel(submission_id))
            while (left := deadline - time.monotonic()) > 0:
                # The first message says that we are subscribed: what was announced before that moment
                # is found by looking once more now.
                listener.get_message(timeout=min(left, RECHECK_SECONDS))
                if done():
                    return
