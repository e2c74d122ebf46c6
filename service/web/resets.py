"""A reset link, followed: its owner gives themselves a new password, once."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_login import logout_user
from werkzeug.exceptions import NotFound

from service.context import database, services, session, settings
from service.store import resets as store
from service.store.models import User
from service.store.passwords import MAX_LENGTH, MIN_LENGTH, WeakPasswordError
from service.web.blueprint import bp

_USELESS = "This link is of no use: it was used, replaced by a newer one, or is too old. Ask for another one."


@bp.get("/reset/<token>")
def reset(token: str) -> str:
    """Ask for the new password; looking at the link does not use it up."""
    return _page(_owner(token), {})


@bp.post("/reset/<token>")
def reset_password(token: str) -> Any:
    """Give the link's owner the new password, and lead them to the login."""
    owner = _owner(token)
    new = request.form.get("new", "")
    if new != request.form.get("again", ""):
        return _page(owner, {"again": "This is not the same as the new password. Type both again."}), 422
    try:
        user = store.use(database(), token, new)
    except WeakPasswordError as problem:
        return _page(owner, {"new": str(problem)}), 422
    if user is None:
        raise NotFound(_USELESS)
    # Whoever was logged in in this browser need not be whose link it is.
    logout_user()
    flash(f"Your password is changed. Log in with it, as {user.login}.", "good")
    return redirect(url_for("web.login"), 303)


def _owner(token: str) -> User:
    owner = store.owner(session(), token)
    if owner is None:
        services().limits.hit("wrong links", settings().address_limit, request.remote_addr or "")
        raise NotFound(_USELESS)
    return owner


def _page(owner: User, problems: dict[str, str]) -> str:
    return render_template(
        "members/reset.html", owner=owner, problems=problems, min_length=MIN_LENGTH, max_length=MAX_LENGTH
    )
