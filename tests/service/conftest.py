"""Databases, Redis and a small course for the tests of the service."""

from __future__ import annotations

import itertools
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
import redis

from service.store import migrate
from service.store.database import Database
from tests.service.servers import postgres_server, redis_server

_NUMBERS = itertools.count(1)


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The address of a running PostgreSQL with a migrated template to copy."""
    with postgres_server() as address:
        template = _name("template")
        _sql(address, f"CREATE DATABASE {template}")
        database = Database(_at(address, template))
        migrate.upgrade(database)
        database.dispose()
        yield _at(address, template)
        _sql(address, f"DROP DATABASE {template}")


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file to copy."""
    path = tmp_path_factory.mktemp("template") / "interleave.db"
    database = Database(f"sqlite:///{path}")
    migrate.upgrade(database)
    database.dispose()
    return path


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    """The address of a migrated SQLite database of this test's own."""
    path = tmp_path / "interleave.db"
    shutil.copyfile(sqlite_template, path)
    return f"sqlite:///{path}"


@pytest.fixture
def postgres_url(postgres: str) -> Iterator[str]:
    """The address of a migrated PostgreSQL database of this test's own."""
    name = _name("test")
    template = psycopg.conninfo.conninfo_to_dict(postgres)["dbname"]
    _sql(_at(postgres, "postgres"), f"CREATE DATABASE {name} TEMPLATE {template}")
    yield _at(postgres, name)
    _sql(_at(postgres, "postgres"), f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """The address of a migrated database of this test's own, once of each kind."""
    kind = "sqlite_url" if request.param == "sqlite" else "postgres_url"
    return str(request.getfixturevalue(kind))


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """A migrated database of this test's own, once of each kind."""
    database = Database(database_url)
    yield database
    database.dispose()


@pytest.fixture(scope="session")
def redis_socket() -> Iterator[str]:
    """The address of a running Redis."""
    with redis_server() as address:
        yield address


@pytest.fixture
def redis_url(redis_socket: str) -> str:
    """The address of a running, empty Redis."""
    with redis.Redis.from_url(redis_socket) as client:
        client.flushall()
    return redis_socket


def _name(kind: str) -> str:
    return f"ilv_{kind}_{os.getpid()}_{next(_NUMBERS)}"


def _at(address: str, name: str) -> str:
    head, _, options = address.partition("?")
    return f"{head.rpartition('/')[0]}/{name}" + (f"?{options}" if options else "")


def _sql(address: str, *statements: str) -> None:
    with psycopg.connect(address, autocommit=True) as connection:
        for statement in statements:
            connection.execute(statement)
