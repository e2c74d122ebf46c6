"""Engine and transactions, alike for SQLite and PostgreSQL. No Flask: workers use it too."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.orm import Session
from sqlalchemy.pool import ConnectionPoolEntry

BUSY_MILLISECONDS = 15_000
"""How long a SQLite connection waits for another's write to end."""
_WRITES = "interleave_writes"


class Database:
    """The one way to the database.

    `read` and `write` are separate because SQLite must know at BEGIN: a transaction that reads first
    and writes later fails at once, without waiting, when another process wrote in between.
    """

    def __init__(self, url: str, *, pool_size: int = 10) -> None:
        self.engine = _engine(url, pool_size)
        self._writing = self.engine.execution_options(**{_WRITES: True})

    @property
    def is_sqlite(self) -> bool:
        """Whether this is the embedded database."""
        return self.engine.dialect.name == "sqlite"

    def session(self) -> Session:
        """Return a session for reading, which the caller closes. Objects stay usable after that."""
        return Session(self.engine, expire_on_commit=False)

    @contextmanager
    def read(self) -> Iterator[Session]:
        """Give a session for reading, closed at the end."""
        with self.session() as session:
            yield session

    @contextmanager
    def write(self) -> Iterator[Session]:
        """Give one transaction: committed at the end, rolled back by an exception."""
        with Session(self._writing, expire_on_commit=False) as session, session.begin():
            yield session

    def engine_for_writing(self) -> Engine:
        """Return the engine whose transactions may write; for migrations and bulk work."""
        return self._writing

    def dispose(self) -> None:
        """Drop all connections; also right after a fork, in the child."""
        self.engine.dispose()

    def after_fork(self) -> None:
        """Forget the parent's connections without closing them: they are still the parent's."""
        self.engine.dispose(close=False)


def _engine(url: str, pool_size: int) -> Engine:
    parsed = make_url(url)
    if parsed.drivername in {"postgresql", "postgres"}:
        parsed = parsed.set(drivername="postgresql+psycopg")
    if parsed.get_backend_name() != "sqlite":
        return create_engine(
            parsed, pool_size=pool_size, max_overflow=pool_size, pool_pre_ping=True, json_serializer=_to_json
        )
    if parsed.database and parsed.database != ":memory:":
        Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(parsed, pool_size=pool_size, max_overflow=pool_size, json_serializer=_to_json)
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _to_json(value: Any) -> str:
    # NaN is not JSON: PostgreSQL would refuse it and SQLite would not, so both do.
    return json.dumps(value, allow_nan=False)


def _prepare_sqlite(connection: Any, _entry: ConnectionPoolEntry) -> None:
    assert isinstance(connection, sqlite3.Connection)
    # The driver would begin transactions by itself, too late; `_begin_sqlite` does it instead.
    connection.isolation_level = None
    for pragma in (
        f"busy_timeout = {BUSY_MILLISECONDS}",
        "journal_mode = WAL",
        "synchronous = NORMAL",
        "foreign_keys = ON",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get(_WRITES, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
