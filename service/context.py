"""What every view needs: settings, the database, this request's session.

`create_app` puts a `Services` under ``app.extensions["interleave"]``; views use the functions below.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from flask import Flask, current_app, g
from redis import Redis
from sqlalchemy.orm import Session

from service.limits import Limits
from service.queue import Queue
from service.settings import Settings
from service.store.announce import Waiters
from service.store.database import Database


@dataclass(frozen=True, slots=True)
class Services:
    """The long-lived parts of one app."""

    settings: Settings
    database: Database
    queue: Queue
    redis: Redis | None
    waiters: Waiters
    limits: Limits


def services() -> Services:
    """Return the parts of the current app."""
    return cast(Services, current_app.extensions["interleave"])


def settings() -> Settings:
    """Return the settings the app was started with."""
    return services().settings


def database() -> Database:
    """Return the database; write with ``with database().write() as session``."""
    return services().database


def session() -> Session:
    """Return this request's session for reading; it is closed when the request ends."""
    if "interleave_session" not in g:
        g.interleave_session = database().session()
    return cast(Session, g.interleave_session)


def queue() -> Queue:
    """Return where submissions are put for the workers."""
    return services().queue


def init_app(app: Flask, parts: Services) -> None:
    """Attach the parts to `app` and close each request's session."""
    app.extensions["interleave"] = parts

    @app.teardown_appcontext
    def close_session(_problem: BaseException | None) -> None:
        opened: Session | None = g.pop("interleave_session", None)
        if opened is not None:
            opened.close()
