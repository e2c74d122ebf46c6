"""The whole way in a real browser: log in, hand in, watch the verdict come, and see it as staff."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from graders.verdict import Verdict
from tests.browser.live import Live
from tests.service.web.school import RACY, report

pytestmark = pytest.mark.browser


def id_of(page: Page) -> str:
    return page.url.rsplit("/", 1)[1]


def test_a_student_hands_in_and_sees_the_verdict_come_without_reloading(live: Live, page: Page):
    live.log_in(page, "ada")
    page.get_by_role("link", name="A counter that counts").click()
    page.get_by_label("Or paste your program").fill(RACY)
    page.get_by_role("main").get_by_role("button", name="Hand in").click()
    expect(page.get_by_role("heading", name="Waiting")).to_be_visible()
    page.evaluate("window.stillTheSamePage = true")
    live.school.grade(id_of(page), report(Verdict.RACE))
    expect(page.get_by_role("heading", name="Race")).to_be_visible()
    assert page.evaluate("window.stillTheSamePage") is True
    expect(page.get_by_role("status")).to_have_text("Race.")
    expect(page).to_have_title("Race: A counter that counts · Interleave")
    expect(page.locator(".guilty")).to_contain_text("r.value = r.value + 1")
    page.get_by_role("link", name="My results").click()
    expect(page.get_by_role("row").filter(has_text="A counter that counts").first).to_contain_text("2 of 10")


def test_staff_see_it_on_the_dashboard_and_open_it(live: Live, page: Page):
    live.school.grade(live.school.hand_in("ada"), report(Verdict.RACE))
    live.log_in(page, "grace")
    page.get_by_role("link", name="Results of all students").click()
    page.get_by_role("link", name="A counter that counts").click()
    expect(page.locator("#histogram .point")).to_have_count(10)
    page.get_by_label("Search by name").fill("lovelace")
    page.get_by_role("button", name="Search").click()
    page.get_by_role("link", name="Best submission of ada").click()
    expect(page.get_by_role("heading", name="Race")).to_be_visible()
    expect(page.get_by_text("by Ada Lovelace")).to_be_visible()
    page.get_by_role("button", name="Grade again").click()
    expect(page.get_by_text("No mark has changed")).to_be_visible()


def test_a_file_that_is_dropped_is_handed_in(live: Live, page: Page):
    live.log_in(page, "ada")
    page.goto(f"{live.address}/courses/shared-data/labs/counter")
    data = page.evaluate_handle(
        "() => { const data = new DataTransfer();"
        " data.items.add(new File(['x = 1\\n'], 'mine.py')); return data; }"
    )
    page.dispatch_event("[data-drop]", "drop", {"dataTransfer": data})
    expect(page.get_by_text("mine.py")).to_be_visible()
    page.get_by_role("main").get_by_role("button", name="Hand in").click()
    page.wait_for_url("**/submissions/*")
    assert list((live.school.submission(id_of(page)).files or {}).values()) == ["x = 1\n"]


def test_a_mistake_brings_the_form_back_with_the_text_and_the_focus(live: Live, page: Page):
    live.log_in(page, "ada")
    page.goto(f"{live.address}/courses/shared-data/labs/counter")
    page.get_by_label("Or paste your program").fill("   ")
    with page.expect_response(lambda answer: answer.request.method == "POST") as sent:
        page.get_by_role("main").get_by_role("button", name="Hand in").click()
    assert sent.value.status == 422
    expect(page.get_by_text("Choose your counter.py, or paste")).to_be_visible()
    expect(page.get_by_label("Or paste your program")).to_be_focused()


def test_times_are_told_in_the_readers_time_zone(live: Live, page: Page):
    one = live.school.hand_in("ada")
    live.log_in(page, "ada")
    page.goto(f"{live.address}/submissions/{one}")
    shown = page.locator(".head time")
    in_zurich = page.evaluate(
        "iso => new Intl.DateTimeFormat(undefined, {dateStyle: 'medium', timeStyle: 'short'})"
        ".format(new Date(iso))",
        shown.get_attribute("datetime"),
    )
    expect(shown).to_have_text(in_zurich)
    assert (shown.get_attribute("title") or "").endswith("UTC")


def test_everything_can_be_reached_with_the_keyboard(live: Live, page: Page):
    live.log_in(page, "ada")
    page.goto(f"{live.address}/courses/shared-data/labs/counter")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    page.keyboard.press("Enter")
    seen = set()
    for _ in range(40):
        page.keyboard.press("Tab")
        seen.add(page.evaluate("document.activeElement.id || document.activeElement.textContent.trim()"))
    assert {"Download counter.py to start from", "files", "code", "Hand in"} <= seen
    outline = page.evaluate(
        "() => { const link = document.querySelector('main a'); link.focus({focusVisible: true});"
        " return getComputedStyle(link).outlineStyle; }"
    )
    assert outline == "solid"


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [375, 1280])
def test_no_page_is_wider_than_its_window(live: Live, page: Page, scheme: str, width: int):
    racy = live.school.grade(
        live.school.hand_in("ada", source="x" * 500 + RACY), report(Verdict.RACE, output="y" * 900)
    )
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": width, "height": 800})
    live.log_in(page, "grace")
    for address in (
        "/courses/shared-data/labs/counter",
        "/courses/shared-data/quizzes/locks-quiz",
        f"/submissions/{racy}",
        "/courses/shared-data/staff/counter",
        "/courses/shared-data/roster",
        "/queue",
        "/tokens",
    ):
        page.goto(live.address + address, wait_until="networkidle")
        assert page.evaluate("document.documentElement.scrollWidth") <= width, address


def test_the_theme_follows_the_readers_wish(live: Live, page: Page):
    page.goto(f"{live.address}/login")
    grounds = []
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        grounds.append(page.evaluate("getComputedStyle(document.body).backgroundColor"))
    assert grounds == ["rgb(242, 246, 245)", "rgb(13, 23, 25)"]
