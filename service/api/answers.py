"""Answers of the API: JSON with an ETag, 304 to those who have it already."""

from __future__ import annotations

import hashlib
import json

from flask import Response, request
from pydantic import BaseModel


def answer(body: BaseModel, status: int = 200) -> Response:
    """Return `body` as JSON; with an ETag when it was asked for with GET."""
    text = json.dumps(body.model_dump(mode="json"))
    response = Response(text, status, content_type="application/json")
    if status == 200 and request.method in {"GET", "HEAD"}:
        response.set_etag(hashlib.sha256(text.encode()).hexdigest()[:32])
        response.make_conditional(request)
    return response
