"""The term that pages are measured on: the same each time, and as the service itself would have kept it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import func, select

from graders.report import Report
from scripts.bench import term
from scripts.bench.pages import COURSE, PAGES, Names
from scripts.bench.term import Size, build
from service.app import create_app
from service.settings import Settings
from service.store import migrate, summaries
from service.store.database import Database
from service.store.models import Attempt, CheckResult, Submission, User
from service.store.summary_tables import GuiltyPattern, Standing

SMALL = Size(students=8, labs=3, submissions=101)


@pytest.fixture
def made(tmp_path: Path) -> Iterator[list[Database]]:
    databases = [Database(f"sqlite:///{tmp_path / name}.db") for name in ("one", "two")]
    for database in databases:
        migrate.upgrade(database)
        build(database, SMALL, seed=11)
    yield databases
    for database in databases:
        database.dispose()


def rows(database: Database, *tables: type) -> list[list[tuple[object, ...]]]:
    with database.read() as session:
        return [
            [
                tuple(row)
                for row in session.execute(
                    select(
                        *(column for column in table.__table__.columns if column.key != "changed_at")
                    ).order_by(*table.__table__.primary_key)
                )
            ]
            for table in tables
        ]


def test_the_same_seed_gives_the_same_rows(made):
    tables = (Submission, Attempt, CheckResult, Standing, GuiltyPattern)
    assert rows(made[0], *tables) == rows(made[1], *tables)
    with made[0].read() as session:
        assert session.scalar(select(func.count()).select_from(Submission)) == SMALL.submissions
        assert session.scalar(select(func.count()).select_from(Standing)) == 8 * 3


def test_what_was_written_at_once_is_what_the_service_would_have_kept(made):
    before = rows(made[0], Standing, GuiltyPattern)
    with made[0].write() as session:
        summaries.rebuild(session)
    assert rows(made[0], Standing, GuiltyPattern) == before


def test_every_report_is_one_that_a_worker_could_have_sent(made):
    with made[0].read() as session:
        reports = list(session.scalars(select(Attempt.report).where(Attempt.report.is_not(None))))
    assert len(reports) > 50
    assert all(Report.from_json(report).to_json() == report for report in reports)
    assert len({report["verdict"] for report in reports}) > 4


def test_a_database_in_use_is_left_alone(made):
    before = rows(made[0], User)
    with pytest.raises(ValueError, match="in use"):
        build(made[0], SMALL)
    assert rows(made[0], User) == before


def test_every_page_that_is_measured_is_there(made):
    import random

    app = create_app(Settings(database_url=str(made[0].engine.url), secret_key="k" * 40))
    app.testing = True
    client = app.test_client()
    with made[0].read() as session, client.session_transaction() as cookie:
        staff = session.scalars(select(User).where(User.login == term.STAFF)).one()
        cookie["_user_id"], cookie["_fresh"] = staff.get_id(), True
    names = Names.read(made[0])
    for page in PAGES:
        if not page.api:
            address = page.path.format_map(names.draw(random.Random(1)))
            assert client.get(address).status_code == 200, address
    assert any(page.path == f"{COURSE}/gradebook" for page in PAGES)
    app.extensions["interleave"].database.dispose()
