"""A worker's sign of life in the database, for the dashboard and for whoever waits for it to be ready.

It is written by a timer of the worker's event loop, so that it also says that this loop turns; and without a
thread, which a fork of a new pool process could catch with a lock in its hand.
"""

from __future__ import annotations

import socket
from datetime import timedelta
from typing import Any

import structlog
from celery import signals
from sqlalchemy import delete
from sqlalchemy.exc import SQLAlchemyError

from service.store.models import WorkerBeat
from service.store.types import utc_now
from workers import alive, process

INTERVAL_SECONDS = 10.0
FORGET_AFTER = timedelta(days=1)
_log = structlog.get_logger(__name__)


class Heartbeat:
    """Beats for one worker, under its Celery node name."""

    def __init__(self) -> None:
        self._name = ""
        self._slots = 1
        self._sandbox = ""

    def begin(self, sender: Any, **_: object) -> None:
        """Beat now and every `INTERVAL_SECONDS`; from Celery's ``worker_ready``, sent by the consumer."""
        self._name = sender.hostname
        self._slots = sender.controller.concurrency
        self._sandbox = process.current().kind.name
        self.beat()
        sender.timer.call_repeatedly(INTERVAL_SECONDS, self.beat)

    def beat(self) -> None:
        """Write the sign of life; a database that cannot be reached is no reason to stop."""
        own = process.current()
        row = WorkerBeat(
            name=self._name,
            host=socket.gethostname(),
            sandbox=self._sandbox,
            slots=self._slots,
            seen_at=utc_now(),
        )
        try:
            with own.database.write() as session:
                session.merge(row)
                session.execute(delete(WorkerBeat).where(WorkerBeat.seen_at < row.seen_at - FORGET_AFTER))
        except SQLAlchemyError as problem:
            _log.warning("heartbeat not written", problem=str(problem))
            return
        alive.touch(own.settings.alive_file)

    def end(self, **_: object) -> None:
        """Take the sign away; from Celery's ``worker_shutdown``."""
        if not self._name:
            return
        try:
            with process.current().database.write() as session:
                session.execute(delete(WorkerBeat).where(WorkerBeat.name == self._name))
        except SQLAlchemyError as problem:
            _log.warning("heartbeat not taken away", problem=str(problem))


def connect() -> None:
    """Have Celery tell us when a worker is ready, and when it ends."""
    heartbeat = Heartbeat()
    signals.worker_ready.connect(heartbeat.begin, weak=False)
    signals.worker_shutdown.connect(heartbeat.end, weak=False)
