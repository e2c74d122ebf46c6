"""The audit log."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from service.store.audit import AuditEntry, record
from service.store.models import Course, User
from service.store.types import utc_now
from tests.service.store.conftest import World


def entries(world: World) -> list[AuditEntry]:
    with world.database.read() as session:
        return list(session.scalars(select(AuditEntry).order_by(AuditEntry.id)))


def test_an_entry_says_who_did_what_to_what_and_when(world: World) -> None:
    with world.database.write() as session:
        user, course = session.get_one(User, world.user_id), session.scalars(select(Course)).one()
        record(session, user, "roster.import", course, "ada", {"new": 3}, on_behalf_of=user)
    (entry,) = entries(world)
    assert (entry.actor_id, entry.on_behalf_of_id, entry.course_id) == (user.id, user.id, course.id)
    assert (entry.action, entry.target, entry.details) == ("roster.import", "ada", {"new": 3})
    assert utc_now() - entry.at < timedelta(minutes=1)


def test_what_is_rolled_back_was_never_done(world: World) -> None:
    def fail() -> None:
        with world.database.write() as session:
            record(session, None, "password.set", target="ada")
            raise RuntimeError("after the entry")

    with pytest.raises(RuntimeError):
        fail()
    assert entries(world) == []


def test_any_text_from_people_can_be_a_target(world: World) -> None:
    with world.database.write() as session:
        record(session, None, "lab.regrade", target="a\x00b" + "\ud800" * 500)
    (entry,) = entries(world)
    assert entry.target.startswith("a\ufffdb")
    assert len(entry.target) == 200
