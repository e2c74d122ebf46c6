"""The states of a submission: each function is one transaction, safe when several workers race.

    queued -> running -> graded
    running -> queued          lease expired, fault, or handed back
    running -> failed          after `max_attempts` infrastructure faults
    queued, running -> cancelled
    graded, failed, cancelled -> queued   regrade

Every change of state is one conditional UPDATE, so that of two who try only one succeeds, on SQLite as
on PostgreSQL. The row of the submission is always touched first: no two transactions can wait for each
other. The attempt's number fences off a worker that was thought dead and comes back.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from graders.report import Report
from service.store.database import Database
from service.store.models import QueueName, Submission


@dataclass(frozen=True, slots=True)
class Claim:
    """The right of one worker to grade one submission once, for as long as its lease holds."""

    submission_id: str
    number: int
    """The attempt's number."""
    worker: str
    kind: str
    """``lab`` or ``quiz``: for `graders.course.load_item`."""
    content: dict[str, Any]
    """The item as `graders.course.dump_item` wrote it, key included."""
    seed: int
    files: dict[str, str]
    main: str
    answers: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Due:
    """A submission that must be put on Redis again, and on which queue."""

    submission_id: str
    queue: QueueName


def submit(
    database: Database,
    *,
    item_id: int,
    user_id: int,
    files: Mapping[str, str] | None = None,
    main: str | None = None,
    answers: Mapping[str, Any] | None = None,
    seed: int | None = None,
    idempotency_key: str | None = None,
) -> tuple[Submission, bool]:
    """Keep what was handed in, as `queued`; only then may anybody be told that it arrived.

    Returns the submission and whether it is new: the same idempotency key with the same body gives the
    first one again; with another body it raises `KeyReusedError`. Put it on Redis afterwards.
    """
    raise NotImplementedError


def claim(database: Database, submission_id: str, worker: str, lease_seconds: float) -> Claim | None:
    """Begin an attempt: `queued` becomes `running`. `None` when it is not queued (any more)."""
    raise NotImplementedError


def renew(database: Database, claim: Claim, lease_seconds: float) -> bool:
    """Extend the lease. False: the claim was lost or the submission cancelled; stop working."""
    raise NotImplementedError


def finish(database: Database, claim: Claim, report: Report) -> bool:
    """Keep the report; `running` becomes `graded`. False, and nothing kept, when the claim was lost."""
    raise NotImplementedError


def fault(database: Database, claim: Claim, message: str, *, max_attempts: int = 3) -> QueueName | None:
    """We could not grade. Returns the queue to put it on again; `None`: nothing more to do."""
    raise NotImplementedError


def give_back(database: Database, claim: Claim) -> QueueName | None:
    """Hand the submission back unharmed (the worker stops). Returns the queue to put it on again."""
    raise NotImplementedError


def cancel(database: Database, submission_id: str) -> bool:
    """Withdraw a queued or running submission. False when it was neither."""
    raise NotImplementedError


def regrade(database: Database, submission_id: str) -> bool:
    """Queue a final submission again; its mark stays until the new attempt is graded. False: not final."""
    raise NotImplementedError


def sweep(
    database: Database, now: datetime, *, requeue_seconds: float = 60, max_attempts: int = 3
) -> list[Due]:
    """Take back attempts whose lease ran out and return all submissions to put on Redis (again)."""
    raise NotImplementedError


def mark_not_enqueued(database: Database, submission_id: str) -> None:
    """Redis did not take it: the next sweep tries again at once."""
    raise NotImplementedError
