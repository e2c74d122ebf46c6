"""Stepping through a witness: by keyboard and by buttons, with marks in the source, values and holders."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from graders.report import Witness
from graders.verdict import Verdict
from tests.browser.live import Live
from tests.service.web.school import RIGHT, report
from tests.service.web.witnesses import CROSSED, CYCLE, OWN_LOCKS, PHILOSOPHERS, TWO_LOCKS

pytestmark = pytest.mark.browser


def open_page(live: Live, page: Page, witness: Witness, source: str) -> Locator:
    """Show the page of a submission with this witness; return the stepper."""
    one = live.school.grade(live.school.hand_in("ada", source=source), report(witness.kind, witness=witness))
    live.log_in(page, "ada")
    page.goto(f"{live.address}/submissions/{one}")
    return page.get_by_role("group", name="Step through it")


def standing(page: Page) -> dict[int, str]:
    """Return what a screen reader hears at each marked line."""
    return {
        int(line.get_attribute("data-number") or 0): line.locator(".stands .visually-hidden").inner_text()
        for line in page.locator(".line:has(.stands)").all()
    }


def told(stepper: Locator, what: str) -> str:
    return stepper.locator(f"dt:text-is('{what}') + dd").inner_text()


def test_the_buttons_go_forward_and_back_and_to_both_ends(live: Live, page: Page):
    stepper = open_page(live, page, OWN_LOCKS, TWO_LOCKS)
    sentence = stepper.locator(".told")
    expect(sentence).to_have_text("8 steps. Go forward to see them one after the other.")
    expect(page.locator(".stands")).to_have_count(0)
    expect(page.locator(".il-later")).to_have_count(0)
    stepper.get_by_role("button", name="Forward").click()
    expect(sentence).to_have_text("Step 1 of 8. Process 1 acquires lock 1 at line 9.")
    stepper.get_by_role("button", name="Last step").click()
    expect(sentence).to_have_text("Step 8 of 8. Process 1 releases lock 1 at line 11.")
    stepper.get_by_role("button", name="Back").click()
    expect(sentence).to_have_text("Step 7 of 8. Process 1 writes 56 to number at line 10.")
    stepper.get_by_role("button", name="First step").click()
    expect(sentence).to_have_text("Step 1 of 8. Process 1 acquires lock 1 at line 9.")
    stepper.get_by_role("button", name="Back").click()
    expect(sentence).to_have_text("8 steps. Go forward to see them one after the other.")
    expect(stepper.get_by_role("button", name="Back")).to_have_attribute("aria-disabled", "true")


def test_the_keyboard_alone_is_enough(live: Live, page: Page):
    stepper = open_page(live, page, OWN_LOCKS, TWO_LOCKS)
    slider = stepper.get_by_role("slider", name="Step")
    slider.focus()
    for key, position in (
        ("ArrowRight", "Step 1 of 8"),
        ("ArrowDown", "Step 2 of 8"),
        ("End", "Step 8 of 8"),
        ("ArrowRight", "Step 8 of 8"),
        ("ArrowLeft", "Step 7 of 8"),
        ("ArrowUp", "Step 6 of 8"),
        ("Home", "Step 1 of 8"),
        ("ArrowLeft", "All steps"),
    ):
        page.keyboard.press(key)
        expect(slider).to_have_attribute("aria-valuetext", position)
    stepper.get_by_role("button", name="Forward").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("ArrowRight")
    expect(slider).to_have_value("2")
    expect(stepper.get_by_role("button", name="Forward")).to_be_focused()


def test_arrow_keys_elsewhere_on_the_page_do_not_step(live: Live, page: Page):
    stepper = open_page(live, page, OWN_LOCKS, TWO_LOCKS)
    page.get_by_role("link", name="My results").focus()
    page.keyboard.press("ArrowRight")
    expect(stepper.get_by_role("slider")).to_have_value("0")


def test_each_moment_shows_marks_values_holders_and_what_is_in_hand(live: Live, page: Page):
    stepper = open_page(live, page, OWN_LOCKS, TWO_LOCKS)
    for _ in range(5):
        stepper.get_by_role("button", name="Forward").click()
    assert standing(page) == {10: "Process 1 and Process 2 stand here:"}
    expect(page.locator(".line.current")).to_have_attribute("data-number", "10")
    expect(page.locator(".stand.acting")).to_have_text("2")
    assert told(stepper, "Shared") == "number = 56"
    assert told(stepper, "Held").split("\n") == ["lock 1: process 1", "lock 2: process 2"]
    assert told(stepper, "Read, not written back") == "process 1: 55 from number"
    stepper.get_by_role("button", name="Forward").click()
    assert standing(page) == {10: "Process 1 stands here:", 11: "Process 2 stands here:"}
    assert told(stepper, "Held") == "lock 1: process 1"
    page.keyboard.press("End")
    assert told(stepper, "Held") == "nothing"
    assert told(stepper, "Read, not written back") == "nothing"


def test_the_picture_and_the_table_follow(live: Live, page: Page):
    stepper = open_page(live, page, OWN_LOCKS, TWO_LOCKS)
    for _ in range(5):
        stepper.get_by_role("button", name="Forward").click()
    expect(page.locator(".il-step.il-now")).to_have_attribute("data-step", "5")
    expect(page.locator(".il-step.il-later")).to_have_count(3)
    # The write of step 5 is lost only when step 7 writes over it.
    expect(page.locator(".il-not-yet")).to_have_attribute("data-step", "5")
    expect(page.locator("tr[aria-current=step] th")).to_have_text("5")
    for _ in range(2):
        stepper.get_by_role("button", name="Forward").click()
    expect(page.locator(".il-not-yet")).to_have_count(0)


def test_the_sentence_is_announced_and_nothing_else(live: Live, page: Page):
    stepper = open_page(live, page, OWN_LOCKS, TWO_LOCKS)
    expect(stepper.locator("[aria-live]")).to_have_count(1)
    expect(stepper.locator("[aria-live=polite]")).to_contain_text("8 steps.")


def test_a_deadlock_is_stepped_through_and_its_cycle_is_drawn(live: Live, page: Page):
    stepper = open_page(live, page, CYCLE, CROSSED)
    stepper.get_by_role("button", name="Last step").click()
    expect(stepper.locator(".told")).to_have_text(
        "Step 11 of 11. The main program waits for process 1 to end at line 23."
    )
    assert standing(page) == {
        10: "Process 1 and Process 2 stand here:",
        23: "Main program stands here:",
    }
    assert told(stepper, "Held").split("\n") == ["lock a_lock: process 1", "lock b_lock: process 2"]
    expect(page.locator(".il-edge.il-ring").first).to_be_visible()
    expect(page.get_by_role("img", name="Deadlock: nobody can go on")).to_be_visible()


def test_a_deadlock_without_steps_has_its_graph(live: Live, page: Page):
    stepper = open_page(live, page, PHILOSOPHERS, CROSSED)
    expect(page.get_by_role("img", name="Deadlock: nobody can go on")).to_be_visible()
    expect(stepper).to_have_count(0)
    expect(page.get_by_role("table", name="Who waits for what").get_by_role("row")).to_have_count(7)


def test_a_pass_shows_its_certificate(live: Live, page: Page):
    one = live.school.grade(live.school.hand_in("ada", source=RIGHT), report(Verdict.PASSED))
    live.log_in(page, "ada")
    page.goto(f"{live.address}/submissions/{one}")
    expect(page.get_by_role("region", name="What this pass says")).to_contain_text(
        "Verified: no order of events can break it"
    )
    expect(page.locator("[data-stepper]")).to_have_count(0)


def test_the_picture_can_be_saved_and_looks_the_same_by_itself(live: Live, page: Page, tmp_path: Path):
    open_page(live, page, OWN_LOCKS, TWO_LOCKS)
    with page.expect_download() as saved:
        page.get_by_role("link", name="Download the picture").click()
    path = tmp_path / saved.value.suggested_filename
    saved.value.save_as(path)
    assert re.fullmatch(r"counter-race-\w{26}\.svg", path.name)
    page.goto(path.as_uri())
    expect(page.get_by_text("written over")).to_be_visible()
    fill = page.locator("text.il-title").evaluate("text => getComputedStyle(text).fontSize")
    assert fill == "21px"


def test_it_comes_with_the_verdict_without_reloading(live: Live, page: Page):
    one = live.school.hand_in("ada", source=TWO_LOCKS)
    live.log_in(page, "ada")
    page.goto(f"{live.address}/submissions/{one}")
    live.school.grade(one, report(Verdict.RACE, witness=OWN_LOCKS))
    stepper = page.get_by_role("group", name="Step through it")
    stepper.get_by_role("button", name="Forward").click()
    expect(stepper.locator(".told")).to_contain_text("Step 1 of 8.")


@pytest.mark.parametrize("width", [375, 1280])
def test_the_stepper_stays_in_sight_and_the_page_is_no_wider_than_its_window(
    live: Live, page: Page, width: int
):
    page.set_viewport_size({"width": width, "height": 800})
    stepper = open_page(live, page, CYCLE, CROSSED)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.locator("#L9").scroll_into_view_if_needed()
    expect(stepper.get_by_role("button", name="Forward")).to_be_in_viewport()
    stepper.get_by_role("button", name="Last step").click()
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_on_a_phone_the_picture_is_moved_to_the_step(live: Live, page: Page):
    page.set_viewport_size({"width": 375, "height": 800})
    stepper = open_page(live, page, CYCLE, CROSSED)
    place = page.get_by_role("region", name="The picture")
    for _ in range(6):
        stepper.get_by_role("button", name="Forward").click()
    room, own = place.bounding_box(), page.locator(".il-step.il-now .il-box").bounding_box()
    assert room
    assert own
    assert own["x"] + own["width"] <= room["x"] + room["width"]


def test_on_paper_all_steps_stand_and_nothing_that_can_be_pressed(live: Live, page: Page):
    stepper = open_page(live, page, OWN_LOCKS, TWO_LOCKS)
    stepper.get_by_role("button", name="Forward").click()
    page.emulate_media(media="print")
    expect(stepper).to_be_hidden()
    expect(page.locator(".stands").first).to_be_hidden()
    opacities = page.locator(".il-step").evaluate_all("all => all.map(one => getComputedStyle(one).opacity)")
    assert opacities == ["1"] * 8
    expect(page.get_by_role("table", name="The order of events").get_by_role("row")).to_have_count(9)


def test_without_javascript_the_picture_and_the_table_tell_it(live: Live, plain_page: Page):
    stepper = open_page(live, plain_page, OWN_LOCKS, TWO_LOCKS)
    expect(stepper).to_be_hidden()
    expect(plain_page.get_by_role("img", name="Race: the result depends on luck")).to_be_visible()
    rows = plain_page.get_by_role("table", name="The order of events").get_by_role("row")
    expect(rows).to_have_count(9)
    expect(rows.nth(5)).to_contain_text("writes 56 to number line 10")
