"""The audit log on its page and as CSV."""

from __future__ import annotations

import csv
import io
import re
from datetime import UTC, datetime

import pytest
from sqlalchemy import update

from graders.verdict import Verdict
from service.store.audit import AuditEntry, record
from service.store.models import Course, User
from tests.service.web.conftest import text_of
from tests.service.web.school import report

LOG = "/courses/shared-data/audit"


@pytest.fixture
def written(school):
    """Three entries of this course, and one of none."""
    with school.database.write() as session:
        course = session.query(Course).one()
        grace, root = (session.get_one(User, school.user[login]) for login in ("grace", "root"))
        ada = session.get_one(User, school.user["ada"])
        record(session, grace, "roster.import", course, "=1+1", {"new": 2, "names": ["ada", "eve"]})
        record(session, root, "mark.override", course, "01ABC", {"before": None}, on_behalf_of=ada)
        record(session, None, "course.load", course, "shared-data")
        record(session, root, "password.set", None, "ada")
        session.flush()
        session.execute(
            update(AuditEntry)
            .where(AuditEntry.action == "roster.import")
            .values(at=datetime(2026, 3, 1, 23, 59, tzinfo=UTC))
        )
    return school


def test_it_is_told_who_did_what_to_what_as_whom_with_details(browser, written):
    told = text_of(browser("grace").get(LOG))
    assert "grace roster.import =1+1 new: 2; names: ada, eve" in told
    assert "root as ada mark.override 01ABC before: nothing" in told
    assert "command line course.load" in told
    assert "password.set" not in told
    assert told.index("course.load") < told.index("1 Mar 2026, 23:59 UTC grace")


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("who=GRA", ["roster.import"]),
        ("who=hopper", ["roster.import"]),
        ("action=mark.override", ["mark.override"]),
        ("target=01ab", ["mark.override"]),
        ("target=%25", []),
        ("to=2026-03-01", ["roster.import"]),
        ("from=2026-03-02", ["course.load", "mark.override"]),
        ("from=2026-03-01&to=2026-03-01", ["roster.import"]),
        ("who=a%00b", []),
    ],
)
def test_the_filters_leave_what_fits_and_the_csv_has_the_same(browser, written, query, found):
    answer = browser("grace").get(f"/courses/shared-data/audit.csv?{query}")
    rows = list(csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff"))))
    assert [row["action"] for row in rows] == found
    page = browser("grace").get(f"{LOG}?{query}").text
    assert page.count("<code>") == len(found)


def test_no_cell_of_the_csv_is_a_formula(browser, written):
    assert "'=1+1" in browser("grace").get("/courses/shared-data/audit.csv").text


def test_a_day_that_is_none_is_told(browser, written):
    told = text_of(browser("grace").get(f"{LOG}?from=yesterday"))
    assert "Write a day as 2026-11-24." in told


def test_older_entries_are_a_page_further(browser, school):
    with school.database.write() as session:
        course = session.query(Course).one()
        for number in range(120):
            record(session, None, "lab.load", course, f"entry-{number:03}")
    grace = browser("grace")
    first = grace.get(LOG).text
    assert "entry-119" in first
    assert "entry-019" not in first
    older = re.search(r'href="([^"]*before=[^"]*)"', first)
    assert older
    second = grace.get(older[1].replace("&amp;", "&")).text
    assert "entry-019" in second
    assert "entry-020" not in second


def test_what_staff_do_to_a_submission_is_in_it_and_what_students_do_is_not(browser, school):
    grace, ada = browser("grace"), browser("ada")
    first, second = school.hand_in("ada"), school.hand_in("ada")
    grace.send(f"/submissions/{first}/cancel", on=f"/submissions/{first}")
    ada.send(f"/submissions/{second}/cancel", on=f"/submissions/{second}")
    third = school.grade(school.hand_in("ada"), report(Verdict.PASSED))
    grace.send(f"/submissions/{third}/regrade", on=f"/submissions/{third}")
    told = text_of(grace.get(LOG))
    assert f"grace submission.cancel {first} student: ada" in told
    assert second not in told
    assert f"grace regrade.start {third}" in told


def test_students_do_not_read_it(browser, written):
    assert browser("ada").get(LOG).status_code == 404
    assert browser("ada").get("/courses/shared-data/audit.csv").status_code == 404


def test_administrators_see_all_courses_and_accounts_and_nobody_else_does(browser, written):
    told = text_of(browser("root").get("/audit"))
    assert "root password.set ada" in told
    assert "grace roster.import =1+1 Shared data and locks new: 2" in told
    rows = browser("root").get("/audit.csv?action=password.set").text.splitlines()
    assert rows[1].endswith(",root,,,password.set,ada,")
    for address in ("/audit", "/audit.csv"):
        assert browser("grace").get(address).status_code == 404
