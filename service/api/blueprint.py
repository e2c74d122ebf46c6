"""The blueprint of the API, and who asks."""

from __future__ import annotations

from typing import Any, cast

from flask import Response, g, request
from flask_openapi3.blueprint import APIBlueprint

from service.context import database
from service.problems import MEDIA_TYPE, problem
from service.store import tokens
from service.store.models import User


def told(*statuses: int) -> dict[str | int, Any]:
    """Return the description of these errors, for a route's `responses`."""
    schema = {"$ref": "#/components/schemas/Problem"}
    return {status: {"content": {MEDIA_TYPE: {"schema": schema}}} for status in statuses}


api = APIBlueprint(
    "api",
    __name__,
    url_prefix="/api/v1",
    abp_security=[{"token": []}],
    abp_responses=told(401, 404, 422),
)


@api.before_request
def recognise() -> Response | None:
    """Find out who asks; without a valid token the answer is 401."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    user = tokens.authenticate(database(), token.strip()) if scheme.lower() == "bearer" else None
    if user is None:
        said = "This token is not valid, or was revoked." if token else "This needs a token."
        return problem(
            401,
            f"{said} Send `Authorization: Bearer ilv_...` with a token from your page “API tokens”.",
            headers=[("WWW-Authenticate", 'Bearer realm="interleave"')],
        )
    g.api_user = user
    return None


@api.after_request
def keep_private(response: Response) -> Response:
    """No proxy keeps what belongs to one person; their own client asks again with the ETag."""
    response.headers.setdefault("Cache-Control", "private, no-cache")
    return response


def me() -> User:
    """Return whose token it is."""
    return cast(User, g.api_user)
