"""The tasks of a worker. What they do is in `workers.grading` and in the store's lifecycle."""

from __future__ import annotations

from datetime import timedelta

import structlog
from kombu.exceptions import OperationalError
from sqlalchemy import select

from graders.errors import SandboxError
from service.queue import TASK, TRIAL_TASK
from service.store import lifecycle, trials
from service.store.models import QueueName, WorkerBeat
from service.store.types import utc_now
from workers import grading, process
from workers.celery_app import app
from workers.grading import Ended
from workers.process import Process

MAX_LOST_PROCESSES = 2
BACKOFF_SECONDS = 5.0
"""Delay after an infrastructure fault: what failed just now will most likely fail again at once."""
FORGOTTEN_WORKER = timedelta(minutes=5)
"""A worker silent for longer is gone, and its containers with it."""
_log = structlog.get_logger(__name__)


# A message comes back at once when its process was lost; Celery's own default would be three minutes later.
@app.task(name=TASK, max_retries=MAX_LOST_PROCESSES, default_retry_delay=1)  # type: ignore[untyped-decorator]
def grade(submission_id: str) -> None:
    """Grade one submission; the message holds its id and nothing else."""
    outcome = grading.grade(process.current(), submission_id)
    if outcome.again:
        delay = BACKOFF_SECONDS if outcome.ended is Ended.FAULT else 0.0
        enqueue(submission_id, outcome.again, delay)


@app.task(name=TRIAL_TASK, max_retries=MAX_LOST_PROCESSES, default_retry_delay=1)  # type: ignore[untyped-decorator]
def grade_trial(trial_id: str) -> None:
    """Grade one submission without counting; the message holds the trial's id and nothing else."""
    outcome = grading.grade_trial(process.current(), trial_id)
    if outcome.again:
        enqueue_trial(trial_id, BACKOFF_SECONDS if outcome.ended is Ended.FAULT else 0.0)


@app.task(name="workers.tasks.sweep", max_retries=0)  # type: ignore[untyped-decorator]
def sweep() -> None:
    """Put on Redis what it has lost, take back what a lost worker held, remove the sandboxes nobody owns."""
    own = process.current()
    due = lifecycle.sweep(
        own.database,
        utc_now(),
        requeue_seconds=own.settings.requeue_seconds,
        max_attempts=own.settings.max_attempts,
    )
    for one in due:
        enqueue(one.submission_id, one.queue)
    if due:
        _log.info("sweep enqueued", submissions=len(due))
    sweep_trials(own)
    reap(own)


def sweep_trials(own: Process) -> None:
    """The same for the trials of regrades."""
    due = trials.sweep(
        own.database,
        utc_now(),
        requeue_seconds=own.settings.requeue_seconds,
        max_attempts=own.settings.max_attempts,
    )
    for trial_id in due:
        enqueue_trial(trial_id)
    if due:
        _log.info("sweep enqueued", trials=len(due))


def reap(own: Process) -> None:
    """Remove what workers that are no more have left, of this deployment or on this host."""
    with own.database.read() as session:
        recent = WorkerBeat.seen_at > utc_now() - FORGOTTEN_WORKER
        alive = session.scalars(select(WorkerBeat.name).where(recent)).all()
    try:
        removed = own.kind.reap(alive, process.LONGEST_SECONDS)
    except SandboxError as problem:
        _log.warning("nothing reaped", problem=str(problem))
    else:
        if removed:
            _log.warning("sandboxes reaped", sandboxes=removed)


def enqueue(submission_id: str, queue: QueueName, delay: float = 0.0) -> None:
    """Offer the submission to the workers; the next sweep does it when Redis cannot be reached now."""
    try:
        grade.apply_async(args=[submission_id], queue=queue.value, countdown=delay or None)
    except OperationalError as problem:
        _log.warning("not enqueued", submission=submission_id, problem=str(problem))
        lifecycle.mark_not_enqueued(process.current().database, submission_id)


def enqueue_trial(trial_id: str, delay: float = 0.0) -> None:
    """Offer the trial to the workers; the next sweep does it when Redis cannot be reached now."""
    try:
        grade_trial.apply_async(args=[trial_id], queue=QueueName.REGRADE.value, countdown=delay or None)
    except OperationalError as problem:
        _log.warning("not enqueued", trial=trial_id, problem=str(problem))
        trials.mark_not_enqueued(process.current().database, trial_id)
