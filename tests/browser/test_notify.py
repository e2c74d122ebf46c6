"""Being told by the browser when a submission is graded: only who asked for it and looks elsewhere."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from graders.verdict import Verdict
from tests.browser.live import Live, until
from tests.service.web.school import report

pytestmark = pytest.mark.browser

# Stands in for the browser's notifications, which nobody can see here, and for another tab that is looked at.
STAND_IN = """
window.told = [];
window.Notification = class {
  static permission = sessionStorage.getItem("permission") || "default";
  static async requestPermission() {
    sessionStorage.setItem("permission", "%s");
    return (window.Notification.permission = "%s");
  }
  constructor(title, options) { window.told.push([title, options.body]); }
};
Object.defineProperty(document, "hidden", { get: () => window.elsewhere === true });
"""


def watch(live: Live, page: Page, answer: str = "granted") -> str:
    page.add_init_script(STAND_IN % (answer, answer))
    one = live.school.hand_in("ada")
    live.log_in(page, "ada")
    page.goto(f"{live.address}/submissions/{one}")
    return one


def test_who_asked_for_it_is_told_while_looking_elsewhere(live: Live, page: Page):
    one = watch(live, page)
    button = page.get_by_role("button", name="Tell me when it is graded")
    expect(button).to_have_attribute("aria-pressed", "false")
    button.click()
    expect(button).to_have_attribute("aria-pressed", "true")
    page.evaluate("window.elsewhere = true")
    live.school.grade(one, report(Verdict.RACE))
    expect(page.get_by_role("heading", name="Race")).to_be_visible()
    until(page, "window.told.length === 1")
    assert page.evaluate("window.told") == [["Race: A counter that counts · Interleave", "Race."]]


def test_who_did_not_ask_or_looks_at_the_page_is_not_told(live: Live, page: Page):
    one = watch(live, page)
    page.evaluate("window.elsewhere = true")
    live.school.grade(one, report(Verdict.RACE))
    expect(page.get_by_role("heading", name="Race")).to_be_visible()
    assert page.evaluate("window.told") == []


def test_the_wish_is_kept_in_the_browser_and_can_be_taken_back(live: Live, page: Page):
    watch(live, page)
    page.get_by_role("button", name="Tell me when it is graded").click()
    page.get_by_role("link", name="More ways to be told").click()
    button = page.get_by_role("button", name="Tell me in this browser")
    expect(button).to_have_attribute("aria-pressed", "true")
    button.click()
    expect(button).to_have_attribute("aria-pressed", "false")


def test_a_browser_that_refuses_is_not_asked_again(live: Live, page: Page):
    watch(live, page, answer="denied")
    page.get_by_role("button", name="Tell me when it is graded").click()
    expect(page.get_by_role("button", name="Tell me when it is graded")).to_be_hidden()
    page.goto(f"{live.address}/notices")
    expect(page.get_by_text("This browser shows no notifications")).to_be_visible()
