"""Labs with hidden tests, as students see them: what is asked, what came of it, and nothing of the tests."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import select

from graders.course import dump_item
from graders.lab import CheckSpec, Style
from graders.report import Check, Report
from graders.verdict import Verdict
from service.store.models import Item
from tests.service.web.conftest import text_of
from tests.service.web.school import LAB, School

SECRET = "assert total([7, 8]) == 15"
TESTED = replace(
    LAB,
    style=Style.PYTEST,
    checks=(CheckSpec("adds", "Adds", 4, "test", {"test": "test_x.py::test_adds", "shown": []}),),
    tests={"test_x.py": f"def test_adds():\n    {SECRET}\n"},
    own_property=f"def never(run):\n    {SECRET}\n",
)


@pytest.fixture
def tested(school: School) -> School:
    """The school, whose counter has hidden tests."""
    with school.database.write() as session:
        session.scalars(select(Item).where(Item.slug == "counter")).one().content = dump_item(TESTED)
    return school


def test_the_lab_says_how_it_is_graded_and_shows_nothing_of_its_tests(browser, tested):
    page = browser("ada").get("/courses/shared-data/labs/counter")
    assert "Hidden tests call the functions of your file" in text_of(page)
    assert "real processors" not in page.text
    assert "[7, 8]" not in page.text


@pytest.mark.parametrize(
    ("verdict", "told", "not_told"),
    [
        (Verdict.PASSED, "Every test holds.", "every order of events"),
        (Verdict.WRONG_VALUE, "in some test the result was not what it must be", "every order of events"),
        (Verdict.CRASH, "The program stopped with an error", "every test"),
    ],
)
def test_a_report_is_told_without_a_word_of_orders_of_events(browser, tested, verdict, told, not_told):
    passed = verdict is Verdict.PASSED
    report = Report.of("shared-data/counter", [Check("adds", "Adds", verdict, 4 if passed else 0, 4)])
    one = tested.grade(tested.hand_in("ada"), report)
    page = browser("ada").get(f"/submissions/{one}")
    assert told in text_of(page)
    assert not_told not in text_of(page)
    assert "0 free" not in text_of(page)
    assert "[7, 8]" not in page.text


def test_staff_who_are_about_to_change_a_test_are_told_that_it_matters_for_grades():
    from graders.changes import differences

    (one,) = differences(TESTED, replace(TESTED, tests={"test_x.py": "def test_adds(): pass\n"}))
    assert (one.aspect, one.grades) == ("tests", True)
