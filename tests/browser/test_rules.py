"""A term's rules in a real browser: staff set dates and grant an extension, a student lives with them."""

from __future__ import annotations

import re
from datetime import timedelta
from itertools import pairwise

import pytest
from playwright.sync_api import Page, expect

from graders import clock
from graders.rules import Rules
from graders.verdict import Verdict
from service.store.types import utc_now
from tests.browser.live import Live
from tests.service.web.school import RACY, report
from tests.service.web.test_rules import extension, rule, rules_of, zone

pytestmark = pytest.mark.browser

LAB = "/courses/shared-data/labs/counter"
EDIT = "/courses/shared-data/rules/counter"
DAY = timedelta(days=1)
# Without daylight saving, so that four days are four days whenever this is run.
TOKYO = clock.zone("Asia/Tokyo")


def headings(page: Page) -> list[int]:
    """Return the levels of the headings, in the order of the page."""
    names = page.locator("h1, h2, h3, h4").evaluate_all("all => all.map(one => one.tagName)")
    return [int(name[1]) for name in names]


def unlabelled(page: Page) -> list[str]:
    """Return the fields of the page that no label names."""
    found: list[str] = page.evaluate(
        "() => [...document.querySelectorAll('input:not([type=hidden]), select, textarea')]"
        ".filter(field => !field.labels.length && !field.ariaLabel).map(field => field.name)"
    )
    return found


def test_staff_set_dates_and_grant_an_extension_and_the_student_sees_them(live: Live, page: Page):
    zone(live.school, "Asia/Tokyo")
    due = (utc_now() + 3 * DAY).astimezone(TOKYO).replace(second=0, microsecond=0)
    live.log_in(page, "grace")
    page.get_by_role("link", name="Dates and rules").click()
    page.get_by_role("link", name="A counter that counts").click()
    page.get_by_label("Due", exact=True).fill(due.strftime("%Y-%m-%dT%H:%M"))
    page.get_by_label("Per cent off").fill("10")
    page.get_by_label("Attempts", exact=True).fill("2")
    page.get_by_label("Ends at exactly 100 more").check()
    page.get_by_role("button", name="Save the rules").click()
    expect(page.get_by_text("The rules are saved.")).to_be_visible()
    assert rules_of(live.school).due == due
    page.get_by_label("Student").fill("ada")
    page.get_by_label("Due instead").fill((due + DAY).strftime("%Y-%m-%dT%H:%M"))
    page.get_by_label("Reason").fill("ill")
    page.get_by_role("button", name="Grant it").click()
    expect(page.get_by_role("row", name=re.compile("Ada Lovelace"))).to_contain_text("ill")
    granted = extension(live.school)
    assert granted is not None
    assert granted.due == due + DAY
    page.get_by_role("button", name="Log out").click()

    live.log_in(page, "ada")
    page.goto(live.address + LAB)
    dates = page.locator("dl.dates")
    shown = dates.locator("time").first
    # The browser of the student is in Zurich, the course in Tokyo.
    in_zurich = granted.due.astimezone(clock.zone("Europe/Zurich"))
    expect(shown).to_contain_text(f"{in_zurich:%H:%M}")
    expect(dates).to_contain_text(re.compile(r"in 3 days and 23 hours"))
    expect(dates).to_contain_text("2 of 2")
    expect(page.get_by_role("table", name="Checks and their points")).to_contain_text("A hidden check")
    for left in (1, 0):
        page.get_by_label("Or paste your program").fill(f"{RACY}\n# {left}\n")
        page.get_by_role("main").get_by_role("button", name="Hand in").click()
        page.wait_for_url("**/submissions/*")
        live.school.grade(page.url.rsplit("/", 1)[1], report(Verdict.PASSED))
        expect(page.get_by_role("heading", name="Passed so far")).to_be_visible()
        expect(page.get_by_text("1 check is hidden until the due date.")).to_be_visible()
        page.goto(live.address + LAB)
        expect(dates).to_contain_text(f"{left} of 2")
    expect(page.get_by_text("No attempts left.")).to_be_visible()
    expect(page.get_by_label("Or paste your program")).to_have_count(0)


def test_a_mistake_in_the_form_of_rules_is_told_where_it_is(live: Live, page: Page):
    live.log_in(page, "grace")
    page.goto(live.address + EDIT)
    page.get_by_label("Due", exact=True).fill("2126-02-01T00:00")
    page.get_by_label("Closes", exact=True).fill("2126-01-01T00:00")
    page.get_by_role("button", name="Save the rules").click()
    closes = page.get_by_label("Closes", exact=True)
    expect(closes).to_be_focused()
    expect(closes).to_have_attribute("aria-invalid", "true")
    expect(closes).to_have_value("2126-01-01T00:00")
    expect(page.get_by_role("alert")).to_contain_text("must not be before the due date")
    assert rules_of(live.school) == Rules()


def test_the_pause_is_counted_down_in_front_of_the_reader(live: Live, page: Page):
    rule(live.school, Rules(cooldown_minutes=5))
    live.school.hand_in("ada")
    live.log_in(page, "ada")
    page.goto(live.address + LAB)
    left = page.locator(".notice .countdown")
    expect(left).to_contain_text(re.compile(r"in 4 minutes and \d+ seconds?"))
    before = left.inner_text()
    expect(left).not_to_have_text(before)
    # Who has to wait may write already.
    expect(page.get_by_label("Or paste your program")).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
def test_the_pages_of_rules_fit_their_window_and_every_field_has_a_name(
    live: Live, page: Page, scheme: str, width: int
):
    rule(
        live.school,
        Rules(opens=utc_now() - DAY, due=utc_now() + DAY, attempts=3, late_percent_per_day=10, grace_days=1),
    )
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": width, "height": 800})
    live.log_in(page, "grace")
    for address in ("/courses/shared-data/rules", EDIT, "/courses/shared-data/rules/locks-quiz", LAB):
        page.goto(live.address + address)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, address
        assert unlabelled(page) == [], address
        levels = headings(page)
        assert levels[0] == 1
        assert all(after <= before + 1 for before, after in pairwise(levels)), address


def test_without_javascript_rules_are_saved_and_dates_are_told_in_utc(live: Live, plain_page: Page):
    page = plain_page
    live.log_in(page, "grace")
    page.goto(live.address + EDIT)
    page.get_by_label("Due", exact=True).fill("2126-12-01T23:59")
    page.get_by_role("button", name="Save the rules").click()
    expect(page.get_by_text("The rules are saved.")).to_be_visible()
    page.goto(live.address + LAB)
    expect(page.locator("dl.dates")).to_contain_text("1 Dec 2126, 23:59 UTC")
