"""Takes in what is handed in: the row is committed before anybody is told that it arrived."""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from graders.errors import CallerError
from service.store import standings
from service.store.database import Database
from service.store.models import Submission
from service.store.types import utc_now


@dataclass
class KeyReusedError(CallerError):
    """The idempotency key came before with something else; `submission_id` is what came then."""

    submission_id: str

    def __str__(self) -> str:
        return (
            f"This Idempotency-Key was already used for submission {self.submission_id} with other "
            "content. Use a new key for a new submission."
        )


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
    admit: Callable[[Session, Submission], None] | None = None,
) -> tuple[Submission, bool]:
    """Keep what was handed in, as `queued`.

    Returns the submission and whether it is new: the same idempotency key with the same body gives the
    first one again; with another body it raises `KeyReusedError`. What is new is stored when `admit`
    raises nothing, in the same transaction. Put it on Redis afterwards.
    """
    now = utc_now()
    submission = Submission(
        item_id=item_id,
        user_id=user_id,
        files=dict(files) if files is not None else None,
        main=main,
        answers=dict(answers) if answers is not None else None,
        seed=secrets.randbelow(2**31) if seed is None else seed,
        created_at=now,
        queued_at=now,
        # It is about to be put on Redis; `mark_not_enqueued` takes this back when that fails.
        enqueued_at=now,
        idempotency_key=idempotency_key,
        body_digest=body_digest(item_id, files, main, answers),
    )
    try:
        with database.write() as session:
            if (before := _same_key(session, submission)) is None:
                if admit is not None:
                    admit(session, submission)
                session.add(submission)
                standings.refresh(session, item_id, user_id)
                return submission, True
            return before, False
    except IntegrityError:
        # The same key at the same moment: the other request was faster.
        with database.read() as session:
            if (before := _same_key(session, submission)) is None:
                raise
            return before, False


def body_digest(
    item_id: int,
    files: Mapping[str, str] | None,
    main: str | None,
    answers: Mapping[str, Any] | None,
) -> str:
    """Return the SHA-256 of what was handed in, and for which item, in hex."""
    body = json.dumps(
        [item_id, dict(files) if files else None, main, dict(answers) if answers else None], sort_keys=True
    )
    return hashlib.sha256(body.encode()).hexdigest()


def _same_key(session: Session, submission: Submission) -> Submission | None:
    if submission.idempotency_key is None:
        return None
    before = session.scalar(
        select(Submission).where(
            Submission.user_id == submission.user_id,
            Submission.idempotency_key == submission.idempotency_key,
        )
    )
    if before is not None and before.body_digest != submission.body_digest:
        raise KeyReusedError(before.id)
    return before
