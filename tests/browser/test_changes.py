"""A student compares two submissions: from the page of one, from the keyboard, with a line that scrolls."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from graders.verdict import Verdict
from tests.browser.live import Live, until
from tests.service.web.school import RACY, RIGHT, report

pytestmark = pytest.mark.browser


def test_from_a_pass_back_to_what_was_mended(live: Live, page: Page):
    live.school.grade(live.school.hand_in("ada", minutes_ago=9), report(Verdict.RACE))
    wide = RIGHT.replace("for _ in range(10):", f"for _ in range(10):  # {'x' * 400}", 1)
    one = live.school.grade(live.school.hand_in("ada", source=wide, minutes_ago=1), report(Verdict.PASSED))
    live.log_in(page, "ada")
    page.goto(f"{live.address}/submissions/{one}")
    page.get_by_role("link", name="What changed from one to the next").click()
    expect(page.get_by_text("3 lines removed, 4 added.")).to_be_visible()
    page.get_by_label("Show it").select_option("Side by side")
    page.get_by_role("button", name="Compare").press("Enter")
    expect(page.get_by_role("columnheader", name="Before")).to_be_visible()
    changed = page.get_by_role("row").filter(has_text="def increment")
    expect(changed).to_contain_text("removed: def increment(r):")
    expect(changed).to_contain_text("added: def increment(r, lock):")
    room = page.get_by_role("region", name="Changes of counter.py")
    room.focus()
    expect(room).to_be_focused()
    page.keyboard.press("ArrowRight")
    until(page, "document.activeElement.scrollLeft > 0")
    assert page.evaluate("document.documentElement.scrollWidth") <= 1280


def test_the_choice_of_another_one_is_told_in_the_readers_time_zone(live: Live, page: Page):
    live.school.grade(live.school.hand_in("ada", source=RACY, minutes_ago=9), report(Verdict.RACE))
    one = live.school.hand_in("ada", minutes_ago=1)
    live.log_in(page, "ada")
    page.goto(f"{live.address}/submissions/{one}/changes")
    option = page.get_by_label("Compare with the one of").locator("option")
    told = page.evaluate(
        "iso => new Intl.DateTimeFormat(undefined, {dateStyle: 'medium', timeStyle: 'short'})"
        ".format(new Date(iso)) + ': Race'",
        option.get_attribute("data-moment"),
    )
    expect(option).to_have_text(told)
