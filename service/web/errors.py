"""Error pages: what happened, and what to do now."""

from __future__ import annotations

from flask import render_template
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException, NotFound

_TOLD: dict[int, tuple[str, str]] = {
    400: (
        "That request was not understood",
        "Something in it was missing or not of the kind expected. Go back, check the form, and try again.",
    ),
    401: ("Please log in", "This page is only for people who are logged in."),
    403: (
        "Not for this account",
        "You are logged in, but this is not open to you. If it should be, ask your instructor.",
    ),
    404: ("Nothing here", "Check the address for typing mistakes, or start again from your courses."),
    405: (
        "That does not work here",
        "The page exists, but not for this kind of request. Start again from your courses.",
    ),
    410: ("Closed", "It is no longer part of the course. Start again from your courses."),
    413: (
        "Too much at once",
        (
            "What you sent is larger than this service takes. A program of this course needs a few KiB: look "
            "whether the right file was chosen, go back, and hand in again."
        ),
    ),
    429: (
        "A little too fast",
        (
            "There were too many requests in a short time. Nothing is lost: wait a minute, go back, and send "
            "it again."
        ),
    ),
    500: (
        "Our fault",
        (
            "Something broke on our side. What you handed in before is kept. Try again in a minute; if it "
            "stays like this, tell your instructor what you did and when."
        ),
    ),
}
_OWN_WORDS = (404, 410)
"""Statuses whose description is written by us for readers; others carry a library's words."""
_EXPIRED = (
    "This page was open for too long",
    (
        "For your safety a form can be sent only for a while after its page was opened. Go back, reload the "
        "page, and send it again; copy a long text first."
    ),
)


def page(problem: HTTPException) -> tuple[str, int, list[tuple[str, str]]]:
    """Return the page for an HTTP error; `service.errors` asks for it."""
    code = problem.code or 500
    title, advice = _TOLD.get(code, _TOLD[400] if code < 500 else _TOLD[500])
    if isinstance(problem, CSRFError):
        title, advice = _EXPIRED
    if code in _OWN_WORDS and problem.description and problem.description != NotFound.description:
        advice = problem.description
    headers = [
        (name, value) for name, value in problem.get_headers() if name.lower() in ("retry-after", "allow")
    ]
    return render_template("error.html", code=code, title=title, advice=advice), code, headers
