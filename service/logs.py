"""One line in the log for each request, and its id on every other line. See `service.log_format`."""

from __future__ import annotations

import re
import secrets
import time

import structlog
from flask import Flask, Response, g, request

_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")
_QUIET = {"/healthz", "/readyz", "/metrics"}
_SECRETS = {"token"}
"""Parts of addresses that are secret, as the routes call them."""
_LOG = structlog.get_logger(__name__)


def path_for_logs() -> str:
    """Return the path without the secret of a link: whoever reads the log must not be able to follow it."""
    path = request.path
    for name, value in (request.view_args or {}).items():
        if name in _SECRETS:
            path = path.replace(value, "***")
    return path


def init_app(app: Flask) -> None:
    """Give each request an id, and one line in the log."""

    @app.before_request
    def begin() -> None:
        given = request.headers.get("X-Request-Id", "")
        g.request_id = given if _ID.fullmatch(given) else secrets.token_hex(8)
        g.began = time.monotonic()
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request=g.request_id)

    @app.after_request
    def end(response: Response) -> Response:
        response.headers["X-Request-Id"] = g.get("request_id", "")
        if request.path not in _QUIET:
            _LOG.info(
                "request",
                method=request.method,
                path=path_for_logs(),
                status=response.status_code,
                milliseconds=round((time.monotonic() - g.get("began", time.monotonic())) * 1000),
            )
        return response
