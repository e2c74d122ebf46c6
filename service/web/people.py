"""Logging in and out, and the accounts, for administrators."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_login import current_user, logout_user
from sqlalchemy import func, or_, select
from sqlalchemy.orm import joinedload
from werkzeug.exceptions import TooManyRequests

from graders.errors import CallerError
from service import acting
from service.accounts import log_in
from service.context import database, session, settings
from service.store import accounts, resets
from service.store.audit import record
from service.store.models import Enrollment, User
from service.store.types import storable
from service.web import access
from service.web.blueprint import ROW, bp
from service.web.shown import address

SHOWN = 100
"""How many accounts the list shows at once."""
_OUTRANKED = (
    "An administrator's password is theirs: they change it on the page Password, or on the server with "
    "`interleave user password`."
)


@bp.route("/login", methods=["GET", "POST"])
def login() -> Any:
    """Ask for login and password, and lead back to where the reader wanted to go."""
    following = own_address(request.values.get("next", ""))
    if current_user.is_authenticated:
        return redirect(following or url_for("web.home"))
    if request.method == "GET":
        return login_page("", following)
    try:
        user = log_in(request.form.get("login", ""), request.form.get("password", ""))
    except TooManyRequests as problem:
        page = login_page("There were too many tries. Wait a few minutes, then try again.", following)
        return page, 429, {"Retry-After": str(problem.retry_after or 60)}
    if user is None:
        return login_page("Login or password is wrong. Check both, and the Caps Lock key.", following), 401
    return redirect(following or url_for("web.home"), 303)


@bp.post("/logout")
def logout() -> Any:
    """End the session of this browser."""
    acting.end()
    logout_user()
    flash("You are logged out.", "good")
    return redirect(url_for("web.login"), 303)


@bp.get("/users")
def users() -> str:
    """List accounts, at most a hundred at once; searching finds the others."""
    access.admin_only()
    return _users_page()


@bp.post("/users")
def new_user() -> Any:
    """Make an account and show its password this once."""
    access.admin_only()
    try:
        with database().write() as writing:
            user, password = accounts.create_user(
                writing,
                request.form.get("login", ""),
                name=request.form.get("name", "").strip(),
                email=request.form.get("email", "").strip(),
            )
            record(writing, access.me(), "account.make", target=user.login)
    except CallerError as problem:
        return _users_page(problem=str(problem)), 422
    return _users_page(secret=(user.login, password)), 201


@bp.post(f"/users/<{ROW}:user_id>/password")
def new_password(user_id: int) -> Any:
    """Make a link with which somebody gives themselves a new password; it is shown this once."""
    access.admin_only()
    user = _find(user_id)
    if user.is_admin:
        return _users_page(problem=_OUTRANKED), 403
    with database().write() as writing:
        token = resets.issue(writing, access.me(), user)
    return _users_page(secret=(user.login, address(url_for("web.reset", token=token)))), 201


@bp.post(f"/users/<{ROW}:user_id>/active")
def set_active(user_id: int) -> Any:
    """Lock or unlock an account, but never one's own."""
    access.admin_only()
    user = _find(user_id)
    active = request.form.get("active") == "1"
    if user.id == access.me().id:
        flash("You cannot lock your own account.", "limit")
    else:
        with database().write() as writing:
            accounts.set_active(writing, user_id, active)
            record(writing, access.me(), "account.unlock" if active else "account.lock", target=user.login)
        flash(f"{user.login} is {'unlocked' if active else 'locked'}.", "good")
    return redirect(url_for("web.users"), 303)


def login_page(problem: str, following: str) -> str:
    """Return the login page, with what went wrong."""
    return render_template(
        "people/login.html",
        problem=problem,
        following=following,
        login=request.form.get("login", ""),
        provider=settings().oidc_name if settings().oidc_issuer else "",
    )


def _users_page(problem: str = "", secret: tuple[str, str] | None = None) -> str:
    search = storable(request.args.get("q", "").strip().lower(), 200)
    columns = (User.login, User.name, User.email)
    found = session().scalars(
        select(User)
        .options(joinedload(User.enrollments).joinedload(Enrollment.course))
        .where(or_(*(func.lower(column).contains(search, autoescape=True) for column in columns)))
        .order_by(User.login)
        .limit(SHOWN)
    )
    return render_template(
        "people/users.html",
        users=found.unique().all(),
        total=session().scalar(select(func.count()).select_from(User)),
        search=search,
        problem=problem,
        secret=secret,
    )


def _find(user_id: int) -> User:
    user = session().get(User, user_id)
    if user is None:
        access.unknown("account")
    return user


def own_address(address: str) -> str:
    """Return `address` if it is one of this site's, else nothing: a login must not lead elsewhere."""
    local = address.startswith("/") and not address.startswith(("//", "/\\"))
    return address if local and address.isprintable() else ""
