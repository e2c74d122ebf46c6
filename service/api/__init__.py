"""The HTTP API: bearer tokens only, no cookies; see DESIGN's "HTTP" for the routes."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from flask import Flask, Response, jsonify
from flask_wtf.csrf import CSRFProtect

from service.api import courses, docs, results, submissions
from service.api.blueprint import api
from service.problems import Problem, from_validation

if TYPE_CHECKING:
    from flask_openapi3.openapi import OpenAPI

__all__ = ["DESCRIPTION", "Problem", "courses", "init_app", "invalid", "results", "submissions"]

DESCRIPTION = """Hand in programs and quiz answers, and read what came of them.

Every request carries `Authorization: Bearer ilv_...`; make a token on your page *API tokens*.
Every error is `application/problem+json` (RFC 9457).
"""

invalid = from_validation


def init_app(app: Flask, guard: CSRFProtect) -> None:
    """Register the API. It takes no cookies, so there is nothing for the CSRF guard to guard."""
    app.json.sort_keys = False  # type: ignore[attr-defined]
    guard.exempt(api)
    openapi = cast("OpenAPI", app)
    openapi.register_api(api)
    docs.init_app(app)
    app.add_url_rule("/openapi.json", "openapi", view_func=lambda: _described(openapi))


def _described(app: OpenAPI) -> Response:
    return jsonify(app.api_doc)
