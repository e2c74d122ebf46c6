"""Signs of life for health checks that must cost nothing: a file whose age tells, and a count in Redis."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from redis import Redis

_SWEEPS = "interleave:sweeps"


def touch(path: str) -> None:
    """Say that this process is at work; nothing is said without a path."""
    if path:
        Path(path).touch()


def count_sweep(redis: Redis) -> None:
    """Say that a sweep was asked for. Raises `RedisError`."""
    redis.incr(_SWEEPS)


def sweeps(redis: Redis) -> int:
    """Return how many sweeps were asked for since Redis was last empty. Raises `RedisError`."""
    counted: Any = redis.get(_SWEEPS)
    return int(counted or 0)
