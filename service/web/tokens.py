"""API tokens: made here, shown once, revoked here."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for

from service.context import database
from service.store import tokens as store
from service.web import access
from service.web.blueprint import ROW, bp


@bp.get("/tokens")
def tokens() -> str:
    """List the reader's tokens, and tell how to use one."""
    return _page()


@bp.post("/tokens")
def make_token() -> Any:
    """Make a token and show it, this once."""
    try:
        row, token = store.issue(database(), access.me().id, request.form.get("name", ""))
    except store.TokenError as problem:
        return _page(problem=str(problem)), 422
    return _page(made=token, made_name=row.name), 201


@bp.post(f"/tokens/<{ROW}:token_id>/revoke")
def revoke(token_id: int) -> Any:
    """Make a token of the reader's useless."""
    if not store.revoke(database(), access.me().id, token_id):
        access.unknown("token")
    flash("The token is revoked: nobody can use it any more.", "good")
    return redirect(url_for("web.tokens"), 303)


def _page(made: str = "", made_name: str = "", problem: str = "") -> str:
    return render_template(
        "people/tokens.html",
        tokens=store.of_user(database(), access.me().id),
        made=made,
        made_name=made_name,
        problem=problem,
    )
