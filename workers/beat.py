"""Celery's beat, with a sign of life: each turn of its loop touches a file for a health check to look at."""

from __future__ import annotations

from celery import beat

from workers import alive, process


class Scheduler(beat.Scheduler):  # type: ignore[misc]  # Celery has no types
    """Keeps the schedule in memory: nothing in it is worth remembering."""

    def tick(self, *args: object, **kwargs: object) -> float:
        """Do what is due; returns the seconds until the next turn."""
        alive.touch(process.current().settings.alive_file)
        return float(super().tick(*args, **kwargs))
