"""Migrations make exactly the models."""

from __future__ import annotations

import sqlite3
import threading
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import inspect, text
from sqlalchemy.exc import SQLAlchemyError

from service.store import migrate
from service.store.database import Database
from service.store.models import Base


def test_a_migrated_database_has_exactly_the_tables_of_the_models(database: Database) -> None:
    with database.engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "compare_server_default": True}
        )
        assert compare_metadata(context, Base.metadata) == []


def test_a_migrated_database_has_the_models_check_constraints(database: Database, tmp_path: Path) -> None:
    made = Database(f"sqlite:///{tmp_path / 'made.db'}")
    Base.metadata.create_all(made.engine_for_writing())
    for table in Base.metadata.tables:
        wanted = {c["name"] for c in inspect(made.engine).get_check_constraints(table)}
        assert {c["name"] for c in inspect(database.engine).get_check_constraints(table)} == wanted
    made.dispose()


def test_every_step_can_be_taken_back_and_made_again(database: Database) -> None:
    migrate.downgrade(database, "base")
    assert set(inspect(database.engine).get_table_names()) <= {"alembic_version"}
    assert not migrate.is_current(database)
    migrate.upgrade(database)
    assert migrate.is_current(database)


def test_several_may_migrate_at_once(database: Database) -> None:
    migrate.downgrade(database, "base")
    problems: list[SQLAlchemyError] = []

    def run() -> None:
        try:
            migrate.upgrade(database)
        except SQLAlchemyError as problem:
            problems.append(problem)

    threads = [threading.Thread(target=run) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert problems == []
    assert migrate.is_current(database)


def test_an_empty_database_is_not_current(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path}/empty/interleave.db")
    assert not migrate.is_current(database)
    database.dispose()


def test_sqlite_runs_in_wal_mode_waits_for_locks_and_keeps_foreign_keys(sqlite_url: str) -> None:
    database = Database(sqlite_url)
    with database.read() as session:
        assert session.scalar(text("PRAGMA journal_mode")) == "wal"
        assert session.scalar(text("PRAGMA foreign_keys")) == 1
        assert session.scalar(text("PRAGMA busy_timeout")) > 1000
    database.dispose()


def test_a_write_locks_sqlite_from_its_first_moment(sqlite_url: str) -> None:
    database = Database(sqlite_url)
    with database.write() as session:
        session.scalar(text("SELECT 1"))
        other = sqlite3.connect(sqlite_url.removeprefix("sqlite:///"), timeout=0, isolation_level=None)
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            other.execute("BEGIN IMMEDIATE")
        other.close()
    database.dispose()
