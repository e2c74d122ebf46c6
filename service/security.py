"""Headers that keep a browser from being used against its owner, and the CSRF guard."""

from __future__ import annotations

import secrets

from flask import Flask, Response, g
from flask_wtf.csrf import CSRFProtect


def csp_nonce() -> str:
    """Return this response's nonce: scripts and styles that carry it may be inline."""
    if "csp_nonce" not in g:
        g.csp_nonce = secrets.token_urlsafe(16)
    return str(g.csp_nonce)


def init_app(app: Flask, *, https: bool) -> CSRFProtect:
    """Add the headers to every response and guard forms; returns the guard, for exemptions."""
    app.config.update(WTF_CSRF_TIME_LIMIT=12 * 3600, WTF_CSRF_SSL_STRICT=https)
    app.jinja_env.globals["csp_nonce"] = csp_nonce

    @app.after_request
    def add_headers(response: Response) -> Response:
        nonce = f"'nonce-{csp_nonce()}'"
        policy = {
            "default-src": "'none'",
            "script-src": f"'self' {nonce}",
            "style-src": f"'self' {nonce}",
            # Swagger UI and the charts set style attributes from scripts; attributes load nothing.
            "style-src-attr": "'unsafe-inline'",
            "img-src": "'self' data:",
            "font-src": "'self'",
            "connect-src": "'self'",
            "form-action": "'self'",
            "frame-ancestors": "'none'",
            "base-uri": "'none'",
        }
        response.headers.setdefault(
            "Content-Security-Policy", "; ".join(f"{name} {value}" for name, value in policy.items())
        )
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["X-Frame-Options"] = "DENY"
        response.headers["Referrer-Policy"] = "same-origin"
        response.headers["Cross-Origin-Opener-Policy"] = "same-origin"
        if https:
            response.headers["Strict-Transport-Security"] = "max-age=31536000"
        return response

    return CSRFProtect(app)
