"""Beginning a regrade that is looked at first: kept, then offered to the workers."""

from __future__ import annotations

from service.context import database, queue
from service.store import regrades, trials
from service.store.after_tables import Regrade
from service.store.models import Course, User
from service.store.regrades import Scope

OFFERED_AT_ONCE = 100
"""Trials put on Redis by the request itself; the sweeper offers the others, as these are done."""


def begin(course: Course, scope: Scope, by: User, reason: str = "") -> Regrade:
    """Begin a regrade and offer its first trials. Raises `regrades.RegradeError`."""
    with database().write() as writing:
        regrade, ids = regrades.start(writing, course, scope, by, reason)
    offered = []
    for trial_id in ids[:OFFERED_AT_ONCE]:
        if not queue().enqueue_trial(trial_id):
            break
        offered.append(trial_id)
    if offered:
        trials.mark_enqueued(database(), offered)
    return regrade
