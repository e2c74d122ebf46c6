"""The app with its people."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.service.client import School, furnish, settings_for


@pytest.fixture
def school(sqlite_url: str) -> Iterator[School]:
    """Without Redis: nothing is graded, everything is kept."""
    school = furnish(settings_for(sqlite_url))
    yield school
    school.database.dispose()


@pytest.fixture
def whole(database_url: str, redis_url: str) -> Iterator[School]:
    """With Redis, on each database."""
    school = furnish(settings_for(database_url, redis_url))
    yield school
    school.database.dispose()
    assert school.parts.redis is not None
    school.parts.redis.close()
