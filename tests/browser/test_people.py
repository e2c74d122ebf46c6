"""An instructor's way through the people of a course, in a real browser."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.live import Live

pytestmark = pytest.mark.browser
COURSE = "/courses/shared-data"

FIELDS = "input:not([type=hidden]), select, textarea:not([hidden]), button"
NAMELESS = """(fields) => [...document.querySelectorAll(fields)]
  .filter((field) => field.offsetParent !== null)
  .filter((field) => !(field.labels && field.labels.length) && !field.textContent.trim()
    && !field.getAttribute('aria-label'))
  .map((field) => field.outerHTML)"""
LEVELS = "() => [...document.querySelectorAll('h1, h2, h3, h4')].map((heading) => Number(heading.tagName[1]))"


def check_form(page: Page) -> None:
    """Every field has a name that is read out, headings go down one level at a time, nothing is too wide."""
    assert page.evaluate(NAMELESS, FIELDS) == []
    levels = page.evaluate(LEVELS)
    assert levels[0] == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
    width = page.viewport_size["width"] if page.viewport_size else 0
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("width", [360, 1280])
def test_an_instructor_imports_a_roster_invites_helps_and_looks_through_a_students_eyes(
    live: Live, page: Page, chrome: Browser, width: int
):
    page.set_viewport_size({"width": width, "height": 800})
    live.log_in(page, "grace")
    page.get_by_role("link", name="Roster").first.click()
    check_form(page)
    page.get_by_label("Or paste it").fill("login;name;section\nmary;Mary Allen;B\nada;Ada Lovelace;B\n")
    page.get_by_label("Take out students whom the file does not name").check()
    page.get_by_role("button", name="Look at it first").click()
    expect(page.get_by_text("Nothing has been changed yet.")).to_be_visible()
    expect(page.get_by_role("row").filter(has_text="eve")).to_contain_text("Taken out")
    check_form(page)
    page.get_by_role("button", name="Import 2, take out 1").click()
    expect(page.get_by_label("New accounts")).to_have_value(re.compile("mary,Mary Allen,"))
    page.get_by_role("link", name="To the roster").click()
    page.get_by_label("Section").select_option("B")
    page.get_by_role("button", name="Show").click()
    expect(page.get_by_text("2 people, staff and students, in section B")).to_be_visible()

    page.get_by_role("link", name="Mary Allen").click()
    check_form(page)
    page.get_by_role("button", name="Make a reset link").click()
    link = page.get_by_label("The reset link").inner_text()
    other = chrome.new_context().new_page()
    other.goto(link)
    check_form(other)
    other.get_by_label("New password", exact=True).fill("a wholly new password")
    other.get_by_label("New password, once more").fill("a wholly new password")
    other.get_by_role("button", name="Set the password").click()
    other.get_by_label("Login").fill("mary")
    other.get_by_label("Password").fill("a wholly new password")
    other.get_by_role("button", name="Log in").click()
    expect(other.get_by_role("heading", name="Shared data and locks")).to_be_visible()
    other.context.close()

    page.get_by_role("link", name="Invitations").click()
    check_form(page)
    page.get_by_label("For whom?").fill("Tuesday's class")
    page.get_by_label("Section").fill("C")
    page.get_by_role("button", name="Make a link").click()
    link = page.get_by_label("The invitation link").inner_text()
    other = chrome.new_context(viewport={"width": width, "height": 800}).new_page()
    other.goto(link)
    check_form(other)
    other.get_by_label("Login").fill("barbara")
    other.get_by_label("Your name").fill("Barbara Liskov")
    other.get_by_label("Password", exact=True).fill("another good password")
    other.get_by_label("Password, once more").fill("another good password")
    other.get_by_role("button", name="Make an account and join").click()
    expect(other.get_by_text("Welcome to Shared data and locks.")).to_be_visible()
    other.context.close()
    page.goto(f"{live.address}{COURSE}/invitations")
    expect(page.get_by_role("row").filter(has_text="Tuesday's class")).to_contain_text("used up")

    page.get_by_role("link", name="Roster").click()
    page.get_by_role("link", name="Ada Lovelace").click()
    page.get_by_role("button", name="See it as ada").click()
    banner = page.get_by_role("complementary", name="You act as somebody else")
    expect(banner).to_contain_text("You see Shared data and locks as Ada Lovelace (ada) does. You only look.")
    check_form(page)
    page.get_by_role("link", name="A counter that counts").click()
    expect(banner).to_be_visible()
    page.get_by_label("Or paste your program").fill("print(1)\n")
    page.get_by_role("main").get_by_role("button", name="Hand in").click()
    expect(page.get_by_text("Nothing was changed: you only look")).to_be_visible()
    banner.get_by_role("button", name="Be grace again").click()
    expect(page.get_by_text("You are yourself again: grace.")).to_be_visible()
    expect(banner).to_have_count(0)


def test_the_keyboard_alone_ends_acting(live: Live, page: Page):
    live.log_in(page, "grace")
    page.goto(f"{live.address}{COURSE}/people/{live.school.user['ada']}")
    page.get_by_role("button", name="See it as ada").press("Enter")
    button = page.get_by_role("button", name="Be grace again")
    button.wait_for()
    for _ in range(12):
        page.keyboard.press("Tab")
        if button.evaluate("element => element === document.activeElement"):
            break
    expect(button).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_text("You are yourself again: grace.")).to_be_visible()
