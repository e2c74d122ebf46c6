"""Everything works with forms and links alone."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from graders.quiz import grade
from graders.verdict import Verdict
from tests.browser.live import Live
from tests.service.web.school import QUIZ, report

pytestmark = pytest.mark.browser


def test_a_program_is_handed_in_and_its_verdict_comes_by_itself(live: Live, plain_page: Page):
    page = plain_page
    live.log_in(page, "ada")
    page.get_by_role("link", name="A counter that counts").click()
    page.get_by_label("Your file").set_input_files(
        {"name": "mine.py", "mimeType": "text/x-python", "buffer": b"print(100)\n"}
    )
    page.get_by_role("main").get_by_role("button", name="Hand in").click()
    expect(page.get_by_role("heading", name="Waiting")).to_be_visible()
    live.school.grade(page.url.rsplit("/", 1)[1], report(Verdict.CRASH))
    # The page asks for itself every five seconds.
    expect(page.get_by_role("heading", name="Crash")).to_be_visible()
    expect(page.locator(".head time")).to_have_text(re.compile("UTC$"))


def test_a_quiz_is_answered(live: Live, plain_page: Page):
    page = plain_page
    live.log_in(page, "ada")
    page.get_by_role("link", name="Locks", exact=True).click()
    page.get_by_label("A x = randint(0, 10)").check()
    page.get_by_label("A Only one process").check()
    page.get_by_label("B Acquiring it twice").check()
    page.get_by_label("Your answer, a number").fill("175")
    page.get_by_role("button", name="Hand in the answers").click()
    page.wait_for_url("**/submissions/*")
    one = page.url.rsplit("/", 1)[1]
    live.school.grade(one, grade(QUIZ, live.school.submission(one).answers or {}))
    page.get_by_role("link", name="Look again now").click()
    expect(page.get_by_text("4 of 5 points")).to_be_visible()


def test_the_dashboards_numbers_stand_in_tables(live: Live, plain_page: Page):
    page = plain_page
    live.school.grade(live.school.hand_in("ada"), report(Verdict.PASSED))
    live.log_in(page, "grace")
    page.goto(f"{live.address}/courses/shared-data/staff/counter")
    expect(page.locator("#histogram")).to_be_hidden()
    page.get_by_role("region", name="How the scores spread").locator("summary").click()
    expect(page.get_by_role("row", name="9 10 1")).to_be_visible()


def test_a_roster_is_imported(live: Live, plain_page: Page):
    page = plain_page
    live.log_in(page, "grace")
    page.goto(f"{live.address}/courses/shared-data/roster")
    page.get_by_label("Or paste it").fill("login,name\nmary,Mary Allen\n")
    page.get_by_role("button", name="Look at it first").click()
    page.get_by_role("button", name="Import 1").click()
    expect(page.get_by_label("New accounts")).to_have_value(re.compile("mary,Mary Allen,"))
