"""Handing in and withdrawing, for the API and the pages alike: limit, keep, put in the queue, tell."""

from __future__ import annotations

from typing import Any

from service.context import database, queue, services, settings
from service.store.announce import announce
from service.store.intake import submit
from service.store.lifecycle import cancel, mark_not_enqueued, regrade
from service.store.models import Item, QueueName, State, Submission, User
from service.store.standing import admit


def keep(
    user: User, item: Item, *, staff: bool, key: str | None = None, **handed_in: Any
) -> tuple[Submission, bool]:
    """Keep `files` and `main`, or `answers`, and offer them to the workers.

    Returns the submission and whether it is new. Raises `TooManyRequests`, `KeyReusedError` and, unless
    it is `staff` who try something, `RefusedError`. When Redis is down the submission is kept all the
    same: the sweeper will offer it.
    """
    services().limits.hit("submissions", settings().submission_limit, str(user.id))
    submission, new = submit(
        database(),
        item_id=item.id,
        user_id=user.id,
        idempotency_key=key,
        admit=None if staff else admit,
        **handed_in,
    )
    if new:
        offer(submission.id, submission.queue)
    return submission, new


def offer(submission_id: str, name: QueueName) -> None:
    """Put a queued submission on Redis, or leave it to the sweeper."""
    if not queue().enqueue(submission_id, name):
        mark_not_enqueued(database(), submission_id)


def withdraw(submission_id: str) -> bool:
    """Cancel a submission and wake up those who wait for it. False: it is neither queued nor running."""
    if not cancel(database(), submission_id):
        return False
    redis = services().redis
    if redis is not None:
        announce(redis, submission_id, State.CANCELLED)
    return True


def grade_again(submission_id: str) -> bool:
    """Queue a final submission once more and offer it to the workers. False: it is not final."""
    if not regrade(database(), submission_id):
        return False
    offer(submission_id, QueueName.REGRADE)
    return True
