"""The page on which everybody changes their own password."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from werkzeug.exceptions import TooManyRequests

from service.accounts import change_password
from service.store.passwords import MAX_LENGTH, MIN_LENGTH, WeakPasswordError
from service.web.blueprint import bp


@bp.get("/password")
def password() -> str:
    """Show the form."""
    return _page({})


@bp.post("/password")
def new_own_password() -> Any:
    """Change the reader's password; a mistake is told beside its field, and nothing typed is sent back."""
    current, new = request.form.get("current", ""), request.form.get("new", "")
    if new != request.form.get("again", ""):
        return _page({"again": "This is not the same as the new password. Type both again."}), 422
    try:
        changed = change_password(current, new)
    except WeakPasswordError as problem:
        return _page({"new": str(problem)}), 422
    except TooManyRequests as problem:
        page = _page({"current": "There were too many tries. Wait a few minutes, then try again."})
        return page, 429, {"Retry-After": str(problem.retry_after or 60)}
    if not changed:
        return _page({"current": "This is not your password. Check it, and the Caps Lock key."}), 422
    flash("Your password is changed. Wherever else you were logged in, you are logged out now.", "good")
    return redirect(url_for("web.password"), 303)


def _page(problems: dict[str, str]) -> str:
    return render_template(
        "people/password.html", problems=problems, min_length=MIN_LENGTH, max_length=MAX_LENGTH
    )
