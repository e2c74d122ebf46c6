"""Courses, what is in one, and lessons."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import update

from graders.content import load_course
from graders.verdict import Verdict
from service.store.courses import install_course
from service.store.models import Item
from tests.service.web.conftest import text_of
from tests.service.web.school import report


def test_the_only_course_is_opened_at_once(browser):
    assert browser("ada").get("/").location == "/courses/shared-data"


def test_somebody_without_a_course_is_told_what_to_do(browser):
    answer = browser("stranger").get("/")
    assert "Ask your instructor to put you on the roster" in text_of(answer)
    assert "stranger" in text_of(answer)


def test_a_course_lists_its_items_with_the_readers_best_results(browser, school):
    school.grade(school.hand_in("ada", minutes_ago=2), report(Verdict.PASSED))
    school.grade(school.hand_in("ada", minutes_ago=1), report(Verdict.RACE))
    school.grade(school.hand_in("eve", slug="bank"), report(Verdict.DEADLOCK))
    text = text_of(browser("ada").get("/courses/shared-data"))
    assert "A counter that counts Lab, 10 points Passed best score 10 of 10" in text
    assert "Deposits Lab, 10 points not handed in" in text
    assert "Deadlock" not in text


@pytest.mark.parametrize("address", ["/courses/shared-data", "/courses/shared-data/lessons/shared"])
def test_a_course_does_not_exist_for_those_who_are_not_in_it(browser, address):
    answer = browser("stranger").get(address)
    assert answer.status_code == 404
    assert "Shared data" not in text_of(answer)


def test_an_administrator_sees_every_course(browser):
    root = browser("root")
    assert root.get("/courses/shared-data").status_code == 200
    assert root.get("/courses/shared-data/staff").status_code == 200


def test_an_unknown_course_is_the_same_friendly_page(browser):
    answer = browser("ada").get("/courses/nowhere")
    assert answer.status_code == 404
    assert "There is no such course, or it is not yours to see." in text_of(answer)
    assert 'href="/"' in answer.text


def test_a_lesson_is_shown_with_its_code_and_leads_on(browser):
    answer = browser("ada").get("/courses/shared-data/lessons/shared")
    assert answer.text.count("<h1") == 1
    assert '<h2 id="what-can-go-wrong">' in answer.text
    assert '<span class="kn">from</span>' in answer.text
    assert '<a href="/courses/shared-data/quizzes/locks-quiz">Locks</a>' in answer.text


@pytest.mark.parametrize("kind", ["labs", "quizzes", "lessons"])
def test_an_unknown_item_is_a_friendly_page(browser, kind):
    answer = browser("ada").get(f"/courses/shared-data/{kind}/nothing")
    assert answer.status_code == 404
    assert "There is no such" in text_of(answer)


def test_a_closed_lab_says_that_it_is_closed_and_takes_nothing_in(browser, school):
    ada = browser("ada")
    with school.database.write() as session:
        session.execute(update(Item).where(Item.slug == "bank").values(retired=True))
    answer = ada.get("/courses/shared-data/labs/bank")
    assert answer.status_code == 410
    assert "“Deposits” is closed" in text_of(answer)
    assert ada.send("/courses/shared-data/labs/bank", on="/results", code="x = 1").status_code == 410
    assert "Deposits" not in text_of(ada.get("/courses/shared-data"))


def test_pages_with_marks_are_kept_by_no_cache(browser):
    assert browser("ada").get("/courses/shared-data").headers["Cache-Control"] == "no-store"


def test_every_item_of_the_course_that_ships_has_its_page(browser, school):
    shipped = load_course(Path("courses/shared-data"))
    with school.database.write() as session:
        install_course(session, replace(shipped, slug="shipped"))
    root = browser("root")
    page = root.get("/courses/shipped").text
    links = re.findall(r'class="title" href="([^"]+)"', page)
    assert len(links) == len(shipped.items)
    for link in links:
        answer = root.get(link)
        assert answer.status_code == 200, link
        assert answer.text.count("<h1") == 1, link
