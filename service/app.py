"""Puts the web application together."""

from __future__ import annotations

import gc

from flask import Flask
from flask_openapi3.models.info import Info
from flask_openapi3.openapi import OpenAPI
from redis import Redis
from werkzeug.middleware.proxy_fix import ProxyFix

from service import accounts, api, context, errors, log_format, logs, oidc, operations, security, version
from service.context import Services
from service.limits import Limits
from service.queue import Queue
from service.secret_key import secret_key
from service.settings import Settings, load_settings
from service.store.announce import Waiters
from service.store.database import Database


def create_app(settings: Settings | None = None) -> Flask:
    """Return the application; without `settings` they come from the environment (raises `SettingsError`)."""
    settings = settings or load_settings()
    log_format.configure(settings)
    app = OpenAPI(
        "service",
        info=Info(title="Interleave", version=version.VERSION, description=api.DESCRIPTION),
        security_schemes={"token": {"type": "http", "scheme": "bearer", "bearerFormat": "ilv_..."}},
        validation_error_model=api.Problem,
        validation_error_callback=api.invalid,
        doc_ui=False,
        static_folder=None,
    )
    app.config.update(
        SECRET_KEY=secret_key(settings),
        MAX_CONTENT_LENGTH=settings.max_upload_bytes,
        MAX_FORM_MEMORY_SIZE=settings.max_upload_bytes,
        MAX_FORM_PARTS=200,
    )
    if settings.trusted_proxies:
        hops = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
    context.init_app(app, _parts(settings))
    logs.init_app(app)
    accounts.init_app(app, settings)
    oidc.init_app(app, settings)
    guard = security.init_app(app, https=settings.https)
    errors.init_app(app)
    operations.init_app(app)
    api.init_app(app, guard)
    _add_pages(app)
    return app


def serve() -> Flask:
    """Return the application for a server that runs for long.

    What is there by now stays: the garbage collector need not look at it again. It takes a tenth of a second
    to go through all the libraries, and whichever page was being made then came so much later.
    """
    app = create_app()
    gc.collect()
    gc.freeze()
    return app


def _parts(settings: Settings) -> Services:
    redis = (
        Redis.from_url(settings.redis_address(), socket_connect_timeout=2)
        if settings.redis_address()
        else None
    )
    return Services(
        settings=settings,
        database=Database(settings.database_address()),
        queue=Queue(settings.redis_address()),
        redis=redis,
        waiters=Waiters(redis, settings.wait_slots),
        limits=Limits(settings.redis_address()),
    )


def _add_pages(app: Flask) -> None:
    from service.web import bp

    app.register_blueprint(bp)
