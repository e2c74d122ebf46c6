"""The OpenID provider of the settings, through Authlib: the way there, and who came back from it.

Authlib keeps state, nonce and the PKCE verifier in the session's cookie, and checks the signature, issuer,
audience, nonce and times of the ID token.
"""

from __future__ import annotations

from typing import Any, cast

from authlib.integrations.base_client import OAuthError
from authlib.integrations.flask_client import OAuth
from flask import Flask, Response, current_app
from joserfc.errors import JoseError
from requests.exceptions import RequestException

from graders.errors import CallerError
from service.settings import Settings
from service.store.identities import Claims

TIMEOUT = 10
"""Seconds that the provider may take for one answer."""
_EXTENSION = "interleave_oidc"


class ProviderError(CallerError):
    """The provider cannot be reached, refused, or says what cannot be believed."""

    status = 502


def init_app(app: Flask, chosen: Settings) -> None:
    """Register the provider, if the settings name one. Nothing is asked of it before somebody logs in."""
    if not chosen.oidc_issuer:
        return
    registry: Any = OAuth(app)
    app.extensions[_EXTENSION] = registry.register(
        "provider",
        client_id=chosen.oidc_client_id,
        client_secret=chosen.oidc_client_secret.get_secret_value(),
        server_metadata_url=f"{chosen.oidc_issuer}/.well-known/openid-configuration",
        client_kwargs={
            "scope": "openid email profile",
            "code_challenge_method": "S256",
            "default_timeout": TIMEOUT,
        },
    )


def is_on() -> bool:
    """Whether there is a provider."""
    return _EXTENSION in current_app.extensions


def begin(callback: str, issuer: str) -> Response:
    """Return the way to the provider, which leads back to `callback`; raises `ProviderError`."""
    try:
        _check_issuer(issuer)
        return cast(Response, _client().authorize_redirect(callback))
    except (OAuthError, RequestException, ValueError, RuntimeError) as problem:
        raise ProviderError(f"the provider cannot be reached: {problem}") from problem


def finish(issuer: str) -> Claims:
    """Return who came back from the provider; raises `ProviderError`."""
    try:
        _check_issuer(issuer)
        token = _client().authorize_access_token(
            claims_options={"iss": {"essential": True, "value": issuer}, "sub": {"essential": True}}
        )
        told = dict(token.get("userinfo") or {})
        if told and "email" not in told and "userinfo_endpoint" in _client().load_server_metadata():
            more = dict(_client().userinfo(token=token))
            # OpenID Connect Core 5.3.2: another subject's claims must not be used.
            told |= more if more.get("sub") == told["sub"] else {}
    except (OAuthError, JoseError, RequestException, ValueError, RuntimeError, KeyError) as problem:
        raise ProviderError(f"the login was not completed: {problem}") from problem
    if not told.get("sub"):
        raise ProviderError("the provider did not say who logged in")
    return Claims(
        issuer=issuer,
        subject=str(told["sub"]),
        email=str(told.get("email") or ""),
        # Some providers write it as text.
        email_verified=told.get("email_verified") is True or told.get("email_verified") == "true",
        name=str(told.get("name") or ""),
    )


def _client() -> Any:
    return current_app.extensions[_EXTENSION]


def _check_issuer(issuer: str) -> None:
    """OpenID Connect Discovery 4.3: what the document says must be what was asked for."""
    said = _client().load_server_metadata().get("issuer")
    if said != issuer:
        raise ProviderError(f"the provider calls itself {said!r}, and the settings call it {issuer!r}")
