"""Errors of the whole app: problem+json for programs, a page for people."""

from __future__ import annotations

from typing import Any

import structlog
from flask import Flask, request
from werkzeug.exceptions import HTTPException, InternalServerError

from graders.errors import CallerError
from service import problems
from service.logs import path_for_logs

MACHINE_PATHS = ("/api/", "/healthz", "/readyz", "/metrics", "/version", "/openapi.json")
_LOG = structlog.get_logger(__name__)


def init_app(app: Flask) -> None:
    """Register the handlers."""
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(CallerError, _caller)
    app.register_error_handler(Exception, _broken)


def for_machines() -> bool:
    """Whether the one who asked is a program."""
    return request.path.startswith(MACHINE_PATHS) or request.path == "/api"


def _http(error: HTTPException) -> Any:
    if for_machines():
        return problems.from_http(error)
    # Here and not above: the pages import the whole service.
    from service.web.errors import page

    return page(error) if (error.code or 500) >= 400 else error


def _caller(error: CallerError) -> Any:
    if for_machines():
        return problems.from_caller(error)
    status = getattr(error, "status", 422)
    return _http(_status(status, str(error)))


def _broken(error: Exception) -> Any:
    _LOG.error("request.broken", path=path_for_logs(), exc_info=error)
    return _http(
        InternalServerError(
            "Something broke on our side. What was handed in before is kept. Try again in a minute."
        )
    )


def _status(code: int, description: str) -> HTTPException:
    error = HTTPException(description)
    error.code = code
    return error
