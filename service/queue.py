"""Puts submissions on Redis for the workers: a bare producer that knows one task by its name."""

from __future__ import annotations

import structlog
from celery import Celery
from kombu.exceptions import OperationalError

from service.store.models import QueueName

TASK = "workers.tasks.grade"
TRIAL_TASK = "workers.tasks.grade_trial"
"""Grades without counting, for a regrade that is looked at first; the message holds the trial's id."""
_LOG = structlog.get_logger(__name__)


class Queue:
    """Sends the submission's id, never its content; the database is the truth."""

    def __init__(self, redis_url: str) -> None:
        self._celery = _producer(redis_url) if redis_url else None

    def enqueue(self, submission_id: str, queue: QueueName = QueueName.INTERACTIVE) -> bool:
        """Offer the submission to the workers. False: Redis did not take it, the sweeper will try again."""
        return self._send(TASK, submission_id, queue)

    def enqueue_trial(self, trial_id: str) -> bool:
        """Offer a trial to the workers, behind what students wait for. False: Redis did not take it."""
        return self._send(TRIAL_TASK, trial_id, QueueName.REGRADE)

    def _send(self, task: str, what: str, queue: QueueName) -> bool:
        if self._celery is None:
            return False
        try:
            self._celery.send_task(task, args=[what], queue=str(queue), ignore_result=True)
        except OperationalError as problem:
            _LOG.warning("queue.unreachable", id=what, problem=str(problem))
            return False
        return True

    def close(self) -> None:
        """Give the connections back."""
        if self._celery is not None:
            self._celery.close()


def _producer(redis_url: str) -> Celery:
    celery = Celery("interleave-producer", broker=broker_url(redis_url), set_as_current=False)
    celery.conf.update(
        task_serializer="json",
        accept_content=["json"],
        task_ignore_result=True,
        # A student waits for the 202: one short try, then the sweeper takes over.
        broker_connection_timeout=2,
        broker_transport_options={
            "socket_connect_timeout": 2,
            "socket_timeout": 5,
            "retry_on_timeout": False,
        },
        task_publish_retry=False,
        broker_connection_retry=False,
    )
    return celery


def broker_url(redis_url: str) -> str:
    """Return the address as Celery writes it: ``unix:///path`` is ``redis+socket:///path`` there."""
    if redis_url.startswith("unix://"):
        return "redis+socket://" + redis_url.removeprefix("unix://")
    return redis_url
