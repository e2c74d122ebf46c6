"""Logging in with an OpenID provider, where the settings name one."""

from __future__ import annotations

from typing import Any

import structlog
from flask import redirect, request, url_for
from flask import session as cookie
from flask_login import current_user, login_user
from werkzeug.exceptions import TooManyRequests

from service import oidc
from service.context import database, services, settings
from service.store import identities
from service.web import access
from service.web.blueprint import bp
from service.web.people import login_page, own_address
from service.web.shown import address

_FOLLOWING = "oidc_next"
_LOG = structlog.get_logger(__name__)


@bp.get("/login/provider")
def oidc_login() -> Any:
    """Send the reader to the provider."""
    following = own_address(request.args.get("next", ""))
    if not oidc.is_on():
        access.unknown("page")
    if current_user.is_authenticated:
        return redirect(following or url_for("web.home"))
    cookie[_FOLLOWING] = following
    try:
        return oidc.begin(address(url_for("web.oidc_callback")), settings().oidc_issuer)
    except oidc.ProviderError as problem:
        return _refused(problem, following)


@bp.get("/login/provider/back")
def oidc_callback() -> Any:
    """Log in whoever the provider says came back, and lead them to where they wanted to go."""
    if not oidc.is_on():
        access.unknown("page")
    following = str(cookie.pop(_FOLLOWING, ""))
    try:
        limit, who = settings().address_limit, request.remote_addr or ""
        services().limits.hit("logins from your address", limit, who)
        claims = oidc.finish(settings().oidc_issuer)
        with database().write() as writing:
            user = identities.log_in(writing, claims, new_accounts=settings().oidc_new_accounts)
    except oidc.ProviderError as problem:
        return _refused(problem, following)
    except identities.LinkError as problem:
        _LOG.info("login.not_linked", issuer=settings().oidc_issuer)
        return login_page(str(problem), following), 403
    except TooManyRequests as problem:
        page = login_page("There were too many tries. Wait a few minutes, then try again.", following)
        return page, 429, {"Retry-After": str(problem.retry_after or 60)}
    login_user(user)
    _LOG.info("login.accepted", user=user.id, by="provider")
    return redirect(following or url_for("web.home"), 303)


def _refused(problem: oidc.ProviderError, following: str) -> tuple[str, int]:
    """Say that it did not work; the provider's own words are for the log."""
    _LOG.warning("login.provider", problem=str(problem))
    words = (
        f"Logging in with {settings().oidc_name} did not work. Try it once more; if it stays like this, "
        "log in with your password, or tell your instructor."
    )
    return login_page(words, following), problem.status
