"""A school in a database of each test's own."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from service.store.database import Database
from tests.service.web.school import School, furnish


@pytest.fixture
def web_database(sqlite_url: str) -> Iterator[Database]:
    database = Database(sqlite_url)
    yield database
    database.dispose()


@pytest.fixture
def school(web_database: Database) -> School:
    return furnish(web_database)
