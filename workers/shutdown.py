"""Soft shutdown: a worker that gets SIGTERM takes nothing new, and finishes what it does or hands it back.

Celery's own soft shutdown sleeps for the whole of its timeout also when the last task ended at once. Here the
warm shutdown (which ends with the last task) gets an end: after `worker_soft_shutdown_timeout` seconds the
pool's processes are told to hand back, see `workers.interruption`.
"""

from __future__ import annotations

import os
import signal
import threading
from contextlib import suppress
from typing import Any

import structlog
from celery import signals

_log = structlog.get_logger(__name__)


class SoftShutdown:
    """Remembers the worker, so that its processes can be told."""

    def __init__(self) -> None:
        self._worker: Any = None
        self._timer: threading.Timer | None = None

    def remember(self, sender: Any, **_: Any) -> None:
        """Keep the worker, from Celery's ``worker_ready``: its pool stands then."""
        self._worker = sender.controller if hasattr(sender, "controller") else sender

    def begin(self, how: str, **_: Any) -> None:
        """Start the clock, from Celery's ``worker_shutting_down``."""
        if how != "Warm" or self._worker is None or self._timer is not None:
            return
        seconds = self._worker.app.conf.worker_soft_shutdown_timeout
        self._timer = threading.Timer(seconds, self._hand_back)
        self._timer.daemon = True
        self._timer.start()

    def _hand_back(self) -> None:
        processes = self._worker.pool.info["processes"]
        _log.warning("handing back what is not finished", processes=len(processes))
        for pid in processes:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGTERM)


def connect() -> None:
    """Have Celery tell us; the signals only fire in a worker."""
    shutdown = SoftShutdown()
    signals.worker_ready.connect(shutdown.remember, weak=False)
    signals.worker_shutting_down.connect(shutdown.begin, weak=False)
