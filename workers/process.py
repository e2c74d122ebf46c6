"""What every process of a worker has: settings, the database, Redis, its kind of sandbox and its name."""

from __future__ import annotations

import os
import socket
from dataclasses import dataclass
from functools import cache, cached_property

import redis
from celery import signals

from service.settings import Settings, load_settings
from service.store.database import Database
from workers.ending import end_with_parent
from workers.sandbox import choose
from workers.sandbox.base import SandboxKind


@dataclass(frozen=True)
class Process:
    """The parts of one process. Database connections must not cross a fork, so each has its own."""

    settings: Settings
    database: Database
    redis: redis.Redis
    worker: str
    """Name of the worker this process belongs to, the same as in its heartbeat."""

    @cached_property
    def kind(self) -> SandboxKind:
        """How this process makes sandboxes; chosen when first asked for. Raises `SandboxError`."""
        return choose(self.settings, owner=self.worker)

    @property
    def name(self) -> str:
        """Name in leases and attempts: the worker's, and this process's id."""
        return f"{self.worker}/{os.getpid()}"


@dataclass
class _Node:
    name: str


_node = _Node(f"process@{socket.gethostname()}")


@cache
def current() -> Process:
    """Return this process's parts, made when first asked for."""
    settings = load_settings()
    return Process(
        settings,
        Database(settings.database_address(), pool_size=2),
        redis.Redis.from_url(settings.redis_address(), socket_connect_timeout=2, socket_timeout=5),
        _node.name,
    )


def begin_afresh() -> None:
    """Forget what was made before a fork: a connection serves one process."""
    if current.cache_info().currsize:
        current().database.after_fork()
        current.cache_clear()


def connect() -> None:
    """Have the worker's pool and its embedded beat begin afresh, and end with it even when it is killed."""
    worker = os.getpid()

    def after_setup(sender: str, **_: object) -> None:
        _node.name = sender

    def after_fork(**_: object) -> None:
        begin_afresh()
        end_with_parent(worker)

    signals.celeryd_after_setup.connect(after_setup, weak=False)
    signals.worker_process_init.connect(after_fork, weak=False)
    signals.beat_embedded_init.connect(after_fork, weak=False)
