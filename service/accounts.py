"""Who is logged in: session cookies by Flask-Login, and the way in."""

from __future__ import annotations

from datetime import timedelta

import structlog
from flask import Flask, request
from flask_login import LoginManager, current_user, login_user

from service.context import database, services, session, settings
from service.settings import Settings
from service.store import accounts
from service.store.models import User
from service.store.types import storable

SESSION_LIFETIME = timedelta(hours=12)
_LOG = structlog.get_logger(__name__)


def init_app(app: Flask, chosen: Settings) -> None:
    """Set up cookies and Flask-Login on `app`."""
    app.config.update(
        SESSION_COOKIE_NAME="interleave",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=chosen.https,
        PERMANENT_SESSION_LIFETIME=SESSION_LIFETIME,
    )
    manager = LoginManager(app)
    manager.session_protection = None
    manager.login_view = "web.login"
    manager.user_loader(_load)


def log_in(login: str, password: str) -> User | None:
    """Log somebody in; `None` when login or password is wrong, or the account is locked.

    Raises `TooManyRequests` when the login or the address was tried too often.
    """
    limits = services().limits
    limits.hit("logins from your address", settings().address_limit, request.remote_addr or "")
    limits.hit("logins with this name", settings().login_limit, storable(login.strip().lower(), 120))
    user = accounts.authenticate(database(), login, password)
    if user is None:
        _LOG.info("login.refused", address=request.remote_addr)
        return None
    login_user(user)
    _LOG.info("login.accepted", user=user.id)
    return user


def change_password(current: str, new: str) -> bool:
    """Give whoever is logged in a new password; this session goes on, every other one ends.

    False when `current` is not the password. Raises `TooManyRequests` when that was tried too often, and
    `WeakPasswordError`.
    """
    user_id = int(current_user.id)
    services().limits.hit("changes of the password", settings().login_limit, str(user_id))
    user = accounts.change_password(database(), user_id, current, new)
    if user is None:
        _LOG.info("password.refused", user=user_id)
        return False
    login_user(user)
    _LOG.info("password.changed", user=user_id)
    return True


def _load(cookie: str) -> User | None:
    number, _, _ = cookie.partition(".")
    user = session().get(User, int(number)) if number.isdecimal() else None
    # The cookie names the password it was made with: a new password ends every session.
    return user if user is not None and user.active and user.get_id() == cookie else None
