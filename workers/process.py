"""What every process of a worker has: settings, the database, Redis, its kind of sandbox and its name."""

from __future__ import annotations

import os
import signal
import socket
import sys
import threading
from dataclasses import dataclass, field
from functools import cache, cached_property
from types import FrameType

import redis
import structlog
from celery import signals

from graders.errors import InfrastructureError
from service.settings import Settings, load_settings
from service.store.database import Database
from workers.ending import end_with_parent
from workers.sandbox import choose
from workers.sandbox.base import SandboxKind
from workers.sandbox.pool import Pool

_log = structlog.get_logger(__name__)
LONGEST_SECONDS = 1800
"""When a process is killed whatever it does. Every sandbox has its own, much lower, limit."""


@dataclass(frozen=True)
class Process:
    """The parts of one process. Database connections must not cross a fork, so each has its own."""

    settings: Settings
    database: Database
    redis: redis.Redis
    worker: str
    """Name of the worker this process belongs to, the same as in its heartbeat."""
    _choosing: threading.Lock = field(default_factory=threading.Lock)
    """The first to ask may be the thread that starts a sandbox ahead."""

    @property
    def kind(self) -> SandboxKind:
        """How this process makes sandboxes; chosen when first asked for. Raises `SandboxError`."""
        with self._choosing:
            return self._chosen

    @cached_property
    def _chosen(self) -> SandboxKind:
        kind = choose(self.settings, owner=self.worker)
        most = self.settings.warm_sandboxes
        return Pool(kind, most, self.settings.warm_seconds) if most else kind

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


def warm_up(**_: object) -> None:
    """Clear away what the process before this one left, and start a sandbox ahead.

    In a thread of its own: Celery takes a process for dead that is not ready after seconds.
    """
    threading.Thread(target=_warm_up, args=(current(),), name="warm-up", daemon=True).start()


def _warm_up(own: Process) -> None:
    try:
        if left := own.kind.reap(None, LONGEST_SECONDS):
            _log.warning("sandboxes reaped", sandboxes=left)
        if isinstance(own.kind, Pool):
            own.kind.warm_up()
    except InfrastructureError as problem:
        # A daemon that does not answer now may do so when a submission comes.
        _log.warning("no sandbox is started ahead", problem=str(problem))


def give_back(**_: object) -> None:
    """Destroy what was started ahead: the process ends."""
    if current.cache_info().currsize and isinstance(kind := vars(current()).get("_chosen"), Pool):
        kind.close()


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
    signals.worker_process_init.connect(end_in_order, weak=False)
    signals.worker_process_init.connect(warm_up, weak=False)
    signals.worker_process_shutdown.connect(give_back, weak=False)
    signals.beat_embedded_init.connect(after_fork, weak=False)


def end_in_order(**_: object) -> None:
    """Make SIGTERM between two attempts an exit like any other, with `give_back`."""
    signal.signal(signal.SIGTERM, _exit)


def _exit(number: int, _frame: FrameType | None) -> None:
    sys.exit(128 + number)
