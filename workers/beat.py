"""Celery's beat, with two signs of life.

Each turn of its loop touches a file for a health check to look at; each sweep it has asked for is counted in
Redis, for the embedded service: there beat is a child of the worker, which does not notice when it ends.
"""

from __future__ import annotations

import structlog
from celery import beat
from redis.exceptions import RedisError

from workers import alive, process

_log = structlog.get_logger(__name__)


class Scheduler(beat.Scheduler):  # type: ignore[misc]  # Celery has no types
    """Keeps the schedule in memory: nothing in it is worth remembering."""

    def tick(self, *args: object, **kwargs: object) -> float:
        """Do what is due; returns the seconds until the next turn."""
        alive.touch(process.current().settings.alive_file)
        return float(super().tick(*args, **kwargs))

    def apply_async(self, entry: beat.ScheduleEntry, *args: object, **kwargs: object) -> object:
        """Ask for a sweep, and count it; what cannot be asked for is not counted."""
        asked = super().apply_async(entry, *args, **kwargs)
        try:
            alive.count_sweep(process.current().redis)
        except RedisError as problem:
            _log.warning("sweep not counted", problem=str(problem))
        return asked
