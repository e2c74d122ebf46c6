"""Rows that the store's tests begin with."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from service.store.database import Database
from service.store.models import Course, Item, Submission, User


@dataclass
class World:
    """A course with one lab, and one student."""

    database: Database
    item_id: int
    user_id: int

    def row(self, submission_id: str) -> Submission:
        """Read a submission with its attempts and checks."""
        with self.database.read() as session:
            row = session.get_one(Submission, submission_id)
            assert row.attempt_rows is not None
            assert row.checks is not None
            return row


def furnish(database: Database) -> World:
    """Make the rows."""
    with database.write() as session:
        course = Course(slug="shared-data", title="Shared data", digest="0" * 64)
        session.add(course)
        session.flush()
        item = Item(
            course_id=course.id,
            slug="counter",
            kind="lab",
            title="Counter",
            position=1,
            content={"a": 1},
            digest="1",
        )
        user = User(login="Ada")
        session.add_all([item, user])
        session.flush()
        return World(database, item.id, user.id)


@pytest.fixture
def world(database: Database) -> World:
    return furnish(database)
