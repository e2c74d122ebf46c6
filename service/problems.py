"""Errors as RFC 9457 tells them: every error of the API is ``application/problem+json`` of one shape."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from http import HTTPStatus

from flask import Response, current_app
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from werkzeug.exceptions import HTTPException

from graders.errors import AnswerError, CallerError, HandInError
from service.store.intake import KeyReusedError
from service.store.standing import RefusedError

MEDIA_TYPE = "application/problem+json"
_WORDS = {
    "dict_type": "an object was expected, in braces",
    "model_type": 'an object was expected, such as {"answers": {"q1": "A"}}',
    "extra_forbidden": "there is no such key",
}
"""In the terms of JSON, where pydantic speaks of Python's."""
_KEPT_HEADERS = {"allow", "retry-after", "www-authenticate"}
_DETAILS = {
    404: "There is nothing at this address, or it is not yours to see.",
    405: "The address exists, but not for this method; the header Allow names those that do.",
    413: "The request is larger than this service takes: it may have {kib} KiB, in {parts} parts. "
    "Send only what is asked for: the source of your program, or your answers.",
}


class Detail(BaseModel):
    """One thing that is wrong: `where` is a field, a header or a file."""

    model_config = ConfigDict(title="Detail")

    where: str
    message: str


class Problem(BaseModel):
    """An error (RFC 9457)."""

    model_config = ConfigDict(title="Problem")

    type: str = Field(description="`about:blank`, or a URN that names the problem for programs.")
    title: str
    status: int
    detail: str = Field(description="What happened and what to do, for people.")
    errors: list[Detail] = Field(description="What is wrong where; empty when there is but one thing.")
    kind: str | None = Field(None, description="For what was handed in: the reason, stable, for programs.")


def problem(
    status: int,
    detail: str,
    *,
    kind: str | None = None,
    errors: Sequence[Detail] = (),
    headers: Iterable[tuple[str, str]] = (),
) -> Response:
    """Return an error response."""
    body = Problem(
        type=f"urn:interleave:problem:{kind}" if kind else "about:blank",
        title=HTTPStatus(status).phrase,
        status=status,
        detail=detail,
        errors=list(errors),
        kind=kind,
    )
    data = body.model_dump(exclude_none=True)
    return Response(json.dumps(data), status, headers=list(headers), content_type=MEDIA_TYPE)


def from_http(error: HTTPException) -> Response:
    """Return the problem of an error that Flask or a view raised."""
    status = error.code or 500
    generic = type(error).description == error.description or not error.description
    detail = _general(status, error) if generic else str(error.description)
    headers = [pair for pair in error.get_headers() if pair[0].lower() in _KEPT_HEADERS]
    if error.response is not None:
        headers = [(k, v) for k, v in error.response.headers if k.lower() in _KEPT_HEADERS]
    return problem(status, detail or HTTPStatus(status).phrase, headers=headers)


def _general(status: int, error: HTTPException) -> str:
    words = _DETAILS.get(status, error.description or "")
    if status == HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
        config = current_app.config
        return words.format(kib=config["MAX_CONTENT_LENGTH"] // 1024, parts=config["MAX_FORM_PARTS"])
    return words


def from_caller(error: CallerError) -> Response:
    """Return the problem of a request that cannot be served as it is."""
    match error:
        case HandInError():
            errors = [Detail(where=error.file, message=error.message)] if error.file else []
            return problem(error.status, error.message, kind=error.kind, errors=errors)
        case AnswerError():
            said = f"{error.message[:1].upper()}{error.message[1:]}."
            errors = [Detail(where=f"answers.{name}", message=said) for name in error.questions]
            return problem(error.status, said, kind="bad-answer", errors=errors)
        case KeyReusedError():
            # 422 as draft-ietf-httpapi-idempotency-key-header asks for a key with another body.
            errors = [Detail(where="Idempotency-Key", message=str(error))]
            return problem(422, str(error), kind="key-reused", errors=errors)
        case RefusedError():
            headers = [("Retry-After", str(error.seconds))] if error.seconds else []
            return problem(error.status, error.message, kind=str(error.refusal), headers=headers)
    return problem(422, str(error))


def from_validation(error: ValidationError) -> Response:
    """Return the problem of parameters that are not what was asked for."""
    errors = [
        Detail(
            where=".".join(str(part) for part in item["loc"]) or "body",
            message=_WORDS.get(item["type"], item["msg"]),
        )
        for item in error.errors(include_url=False, include_input=False, include_context=False)
    ]
    summary = "; ".join(f"{detail.where}: {detail.message}" for detail in errors)
    return problem(422, f"The request is not valid: {summary}.", errors=errors)
