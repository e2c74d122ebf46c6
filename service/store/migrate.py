"""Brings the database to the newest tables, and says whether it is there."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text
from sqlalchemy.orm import Session

from service.store import summaries
from service.store.database import Database

_LOCK = 0x496C_76_01
"""Key of the PostgreSQL advisory lock that lets one migration run at a time."""


def upgrade(database: Database, revision: str = "head") -> None:
    """Make every missing step, in one transaction. Several may try at once: one works, the others wait.

    At the newest step, what dashboards are drawn from is made where it is missing.
    """
    with database.engine_for_writing().begin() as connection:
        if not database.is_sqlite:
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
        command.upgrade(_config(connection), revision)
        if revision_of(connection) == newest():
            with Session(connection) as session:
                summaries.fill(session)
                session.flush()


def downgrade(database: Database, revision: str) -> None:
    """Take steps back, to `revision` (``base``: to nothing)."""
    with database.engine_for_writing().begin() as connection:
        command.downgrade(_config(connection), revision)


def is_current(database: Database) -> bool:
    """Whether the database has the newest tables."""
    with database.engine.connect() as connection:
        return revision_of(connection) == newest()


def revision_of(connection: Connection) -> str | None:
    """Return the step the database is at; `None` when it is empty."""
    return MigrationContext.configure(connection).get_current_revision()


def newest() -> str | None:
    """Return the newest step."""
    return ScriptDirectory.from_config(_config(None)).get_current_head()


def _config(connection: Connection | None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).with_name("migrations")))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config
