"""Brings the database to the newest tables, and says whether it is there."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
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
    with _migrating(database) as connection:
        if not database.is_sqlite:
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
        command.upgrade(_config(connection), revision)
        if revision_of(connection) == newest():
            with Session(connection) as session:
                summaries.fill(session)
                session.flush()


def downgrade(database: Database, revision: str) -> None:
    """Take steps back, to `revision` (``base``: to nothing)."""
    with _migrating(database) as connection:
        command.downgrade(_config(connection), revision)


@contextmanager
def _migrating(database: Database) -> Iterator[Connection]:
    """Open the transaction that changes tables.

    SQLite changes some by putting a copy in their place. Dropping the old one must not take with it what
    refers to its rows, so references are looked at when all is done instead (SQLite's own procedure).
    """
    with database.engine_for_writing().connect() as connection:
        driver = connection.connection.driver_connection
        if not database.is_sqlite or driver is None:
            with connection.begin():
                yield connection
            return
        driver.execute("PRAGMA foreign_keys = OFF")
        try:
            with connection.begin():
                yield connection
                broken = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
                if broken:
                    raise RuntimeError(f"the migration would leave rows that refer to nothing: {broken[:5]}")
        finally:
            driver.execute("PRAGMA foreign_keys = ON")


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
