"""Handing in, watching, withdrawing and grading again."""

from __future__ import annotations

import json
from typing import Any

from flask import Response, request, url_for
from pydantic import ValidationError
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.exceptions import BadRequest, Conflict, UnsupportedMediaType

from graders.course import load_item
from graders.errors import HandInError
from graders.handin import read_files
from graders.hints import hints
from graders.lab import Lab
from graders.quiz import Quiz, grade
from graders.report import Report
from service import handin
from service.api import access
from service.api.answers import answer
from service.api.blueprint import api, me, told
from service.api.shapes import (
    Accepted,
    Answers,
    HintOut,
    KeyHeader,
    LabPath,
    Links,
    OverrideOut,
    SubmissionOut,
    SubmissionPath,
    WaitQuery,
)
from service.context import database, services, session, settings
from service.problems import from_validation
from service.rules import hidden
from service.store.after_tables import Override
from service.store.audit import record
from service.store.line import estimate_seconds, position
from service.store.models import Attempt, State, Submission
from service.store.seen import Seen
from service.store.seen import seen as seen_by
from service.store.standing import book
from service.store.types import utc_now
from service.veil import veiled

_BODY = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["files"],
                    "properties": {
                        "files": {"type": "array", "items": {"type": "string", "format": "binary"}}
                    },
                }
            },
            "application/json": {"schema": Answers.model_json_schema()},
        },
    }
}
MAX_RETRY_SECONDS = 10


@api.post(
    "/courses/<course>/labs/<lab>/submissions",
    summary="Hand in",
    responses={202: Accepted, **told(400, 403, 413, 415, 429)},
    openapi_extensions=_BODY,
)
def hand_in(path: LabPath, header: KeyHeader) -> Response:
    """Hand in files for a lab (`-F files=@counter.py`, repeatable), or answers for a quiz (JSON)."""
    found = access.reach(path.course)
    item = access.find_item(found.course, path.lab)
    content = load_item(item.kind, item.content)
    if isinstance(content, Lab):
        files, main = _files(content)
        what: dict[str, Any] = {"files": files, "main": main}
    else:
        assert isinstance(content, Quiz)
        read = _answers()
        if isinstance(read, Response):
            return read
        # A quiz that cannot be graded is refused now, not when it is graded.
        grade(content, read)
        what = {"answers": read}
    kept, new = handin.keep(me(), item, staff=found.staff, key=header.idempotency_key, **what)
    accepted = Accepted(**_accepted(session(), kept))
    response = answer(accepted, 202)
    response.headers["Location"] = _address(kept.id)
    response.headers["Retry-After"] = str(_retry_seconds(accepted))
    if not new:
        response.headers["Idempotency-Replayed"] = "true"
    return response


@api.get("/submissions/<submission>", summary="A submission", responses={200: SubmissionOut, 304: None})
def show_submission(path: SubmissionPath, query: WaitQuery) -> Response:
    """Show a submission. With `wait` the answer comes when it is final, or after so many seconds."""
    found, _ = access.find_submission(session(), path.submission)
    # Who waits holds no connection and no snapshot of the database.
    session().close()
    services().waiters.wait(path.submission, query.wait, lambda: _is_final(path.submission))
    with database().read() as reading:
        found, staff = access.find_submission(reading, path.submission)
        shown = _shown(reading, found, staff)
        response = answer(shown)
        if not found.state.final:
            response.headers["Retry-After"] = str(_retry_seconds(shown))
    return response


@api.delete(
    "/submissions/<submission>",
    summary="Withdraw a submission",
    responses={200: SubmissionOut, **told(403, 409)},
)
def withdraw(path: SubmissionPath) -> Response:
    """Withdraw a submission that is queued or running."""
    found, _ = access.find_submission(session(), path.submission)
    session().close()
    if not handin.withdraw(path.submission):
        raise Conflict("Only a submission that is queued or running can be withdrawn.")
    if found.user_id != me().id:
        _note("submission.cancel", found)
    return _as_it_stands(path.submission)


@api.post(
    "/submissions/<submission>/regrade",
    summary="Grade again (staff)",
    responses={202: SubmissionOut, **told(403, 409)},
)
def regrade(path: SubmissionPath) -> Response:
    """Grade a final submission again; its mark stays until the new report is there."""
    found, _ = access.find_submission(session(), path.submission)
    session().close()
    if not handin.grade_again(path.submission):
        raise Conflict("It is being graded already: only a final submission can be graded again.")
    _note("submission.regrade", found)
    response = _as_it_stands(path.submission, 202)
    response.headers["Location"] = _address(path.submission)
    return response


def _note(action: str, found: Submission) -> None:
    """Tell the audit log what staff did to somebody's submission."""
    with database().write() as writing:
        record(writing, me(), action, found.item.course, found.id, {"student": found.user.login})


def _files(lab: Lab) -> tuple[dict[str, str], str]:
    if request.mimetype != "multipart/form-data":
        raise UnsupportedMediaType(f"A lab takes files as multipart/form-data: curl -F files=@{lab.file}")
    uploads = request.files.getlist("files")
    if not uploads and (request.files or request.form):
        raise HandInError("no-files", f"Send your files in fields called files: curl -F files=@{lab.file}")
    return read_files([(upload.filename or "", upload.read()) for upload in uploads], lab)


def _answers() -> dict[str, Any] | Response:
    if request.mimetype != "application/json":
        raise UnsupportedMediaType(
            'A quiz takes its answers as application/json: {"answers": {"q1": "A", "q2": ["A", "C"]}}.'
        )
    try:
        body = json.loads(request.get_data(), parse_constant=_no_number)
        # What cannot be written as JSON again (a number beyond all numbers) cannot be kept.
        json.dumps(body, allow_nan=False)
    except (ValueError, RecursionError) as trouble:
        raise BadRequest(f"The body is not JSON: {str(trouble)[:200]}.") from None
    try:
        return Answers.model_validate(body).answers
    except ValidationError as trouble:
        return from_validation(trouble)


def _no_number(name: str) -> float:
    raise ValueError(f"{name} is not a number of JSON")


def _is_final(submission_id: str) -> bool:
    with database().read() as reading:
        state = reading.scalar(select(Submission.state).where(Submission.id == submission_id))
    return state is None or State(state).final


def _as_it_stands(submission_id: str, status: int = 200) -> Response:
    with database().read() as reading:
        found, staff = access.find_submission(reading, submission_id)
        return answer(_shown(reading, found, staff), status)


def _accepted(reading: Session, found: Submission) -> dict[str, Any]:
    place = position(reading, found)
    return {
        "id": found.id,
        "state": found.state,
        "position": place,
        "estimate_seconds": None if found.state.final else estimate_seconds(reading, max(place, 1)),
        "links": Links(self=_address(found.id), page=f"{_base()}/submissions/{found.id}"),
    }


def _shown(reading: Session, found: Submission, staff: bool) -> SubmissionOut:
    (seen,) = seen_by(reading, [found], staff=staff, now=utc_now())
    given, report = reading.get(Override, found.id), _report(reading, found, seen)
    return SubmissionOut(
        **_accepted(reading, found),
        course=found.item.course.slug,
        lab=found.item.slug,
        user=found.user.login,
        created_at=found.created_at,
        attempts=found.attempts,
        verdict=seen.verdict,
        score=seen.score,
        max_score=seen.max_score,
        late=seen.lateness.late,
        days_late=seen.lateness.days,
        percent_off=round(100 * seen.lateness.share, 6),
        counts=seen.counted.score if seen.counted else None,
        hidden_checks=seen.hidden,
        hidden_until=seen.hidden_until,
        override=OverrideOut(points=given.points, reason=given.reason)
        if given and (staff or not seen.hidden)
        else None,
        graded_at=found.graded_at,
        fault=found.fault if found.state is State.FAILED else None,
        report=report,
        hints=_hints(found, report),
    )


def _report(reading: Session, found: Submission, seen: Seen) -> dict[str, Any] | None:
    if found.graded_attempt is None:
        return None
    kept = reading.get_one(Attempt, (found.id, found.graded_attempt)).report
    if not seen.hidden or kept is None:
        return kept
    report = Report.from_json(kept)
    terms = book(reading, [found.item_id], found.user_id).terms(found.item_id, found.user_id)
    shown = veiled(report, hidden(terms, [check.id for check in report.checks], utc_now()))
    return shown.to_json() if shown else None


def _hints(found: Submission, report: dict[str, Any] | None) -> list[HintOut]:
    if report is None:
        return []
    source = (found.files or {}).get(found.main or "", "")
    return [
        HintOut(kind=hint.kind, text=hint.text, lines=list(hint.lines))
        for hint in hints(Report.from_json(report), source)
    ]


def _retry_seconds(told: Accepted) -> int:
    """Return when it is worth asking again: half-way to when it may be graded."""
    expected = told.estimate_seconds or MAX_RETRY_SECONDS
    return int(min(max(expected / 2, 1), MAX_RETRY_SECONDS))


def _base() -> str:
    return settings().public_url or request.url_root.rstrip("/")


def _address(submission_id: str) -> str:
    return _base() + url_for("api.show_submission", submission=submission_id)
