"""Following an invitation: with the account one has, or with a new one."""

from __future__ import annotations

from typing import Any

from flask import Response, flash, redirect, render_template, request, url_for
from flask_login import current_user, login_user

from graders.errors import CallerError
from service import invitations as links
from service.context import database, services, session, settings
from service.store import accounts
from service.store import invitations as store
from service.store.models import Enrollment
from service.store.passwords import MAX_LENGTH, MIN_LENGTH, WeakPasswordError
from service.store.people_tables import Invitation
from service.web import access
from service.web.blueprint import bp


@bp.get("/join/<token>")
def join(token: str) -> Any:
    """Show where a link leads. Nobody is put into a course by looking at it."""
    return _page(_find(token), token)


@bp.post("/join/<token>")
def accept(token: str) -> Any:
    """Put the reader into the course of the link."""
    row = _find(token)
    try:
        with database().write() as writing:
            store.accept(writing, access.me(), token)
    except store.InvitationError as problem:
        return _page(row, token, {"": str(problem)}), 422
    flash(f"Welcome to {row.course.title}.", "good")
    return redirect(url_for("web.course_page", course=row.course.slug), 303)


@bp.post("/join/<token>/new")
def join_as_new(token: str) -> Any:
    """Make an account for whoever follows the link, and put it into the course.

    No e-mail address is asked for: one that nobody checked must never open or claim an account.
    """
    row = _find(token)
    if current_user.is_authenticated:
        return redirect(url_for("web.join", token=token), 303)
    services().limits.hit(
        "new accounts from your address", settings().address_limit, request.remote_addr or ""
    )
    form = request.form
    if form.get("password", "") != form.get("again", ""):
        return _page(row, token, {"again": "This is not the same as the password. Type both again."}), 422
    try:
        with database().write() as writing:
            user, _ = accounts.create_user(
                writing, form.get("login", ""), form.get("password", ""), name=form.get("name", "").strip()
            )
            store.accept(writing, user, token)
    except WeakPasswordError as problem:
        return _page(row, token, {"password": str(problem)}), 422
    except store.InvitationError as problem:
        return _page(row, token, {"": str(problem)}), 422
    except CallerError as problem:
        return _page(row, token, {"login": str(problem)}), 422
    login_user(user)
    flash(f"Welcome to {row.course.title}. Your account is {user.login}.", "good")
    return redirect(url_for("web.course_page", course=row.course.slug), 303)


@bp.after_request
def forget_links(response: Response) -> Response:
    """No cache keeps what a secret link shows."""
    if request.endpoint in {"web.join", "web.reset"}:
        response.headers["Cache-Control"] = "no-store"
    return response


def _find(token: str) -> Invitation:
    row = links.find(token)
    if row is None:
        # Only guesses are counted: a whole class follows its link from one address in the same minute.
        services().limits.hit("wrong links", settings().address_limit, request.remote_addr or "")
        access.unknown("invitation")
    return row


def _page(row: Invitation, token: str, problems: dict[str, str] | None = None) -> str:
    known = current_user.is_authenticated
    return render_template(
        "members/join.html",
        invitation=row,
        state=store.state_of(row),
        course=row.course,
        token=token,
        member=session().get(Enrollment, (access.me().id, row.course_id)) if known else None,
        problems=problems or {},
        typed=request.form,
        min_length=MIN_LENGTH,
        max_length=MAX_LENGTH,
        provider=settings().oidc_name if settings().oidc_issuer else "",
    )
