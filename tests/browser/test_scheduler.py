"""Be the scheduler, as a student plays it: with the mouse, from the keyboard, and as it is read aloud."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from graders.play import PUZZLES
from tests.browser.live import Live

pytestmark = pytest.mark.browser

COUNT = """async puzzle => {
  const { begin, canMove, move, ended } = await import("/assets/interpreter.js");
  const orders = { right: 0, wrong: 0, deadlock: 0 };
  const finals = new Set();
  const walk = state => {
    const end = ended(puzzle, state);
    if (end !== null) {
      orders[end] += 1;
      if (end !== "deadlock") finals.add(JSON.stringify(state.values));
      return;
    }
    puzzle.processes.forEach((_, process) => {
      if (canMove(puzzle, state, process)) walk(move(puzzle, state, process));
    });
  };
  walk(begin(puzzle));
  return { orders, finals: [...finals].map(JSON.parse) };
}"""


def open_game(live: Live, page: Page, slug: str) -> None:
    live.log_in(page, "ada")
    page.goto(f"{live.address}/scheduler/{slug}")
    expect(page.get_by_role("group", name="Who moves next?")).to_be_visible()


def test_the_page_and_the_search_agree_on_every_order_of_every_program(live: Live, page: Page):
    open_game(live, page, "lost-update")
    for puzzle in PUZZLES:
        counted = page.evaluate(COUNT, puzzle.to_json())
        assert counted["orders"] == {str(end): count for end, count in puzzle.found.orders.items()}
        assert {tuple(sorted(final.items())) for final in counted["finals"]} == puzzle.found.finals


def test_a_student_finds_the_game_from_the_course_and_loses_an_update(live: Live, page: Page):
    live.log_in(page, "ada")
    page.get_by_role("link", name="Be the scheduler").click()
    one, other = page.get_by_role("button", name="Process 1:"), page.get_by_role("button", name="Process 2:")
    expect(one).to_have_text("Process 1: reads r (line 5)")
    for button in (one, other, other, one):
        button.click()
    status = page.get_by_role("status")
    expect(status).to_contain_text("Process 1 writes 1 to r. It is over: r is 1, and must be 2.")
    expect(page.get_by_role("heading", name="You did it")).to_be_visible()
    expect(page.get_by_text("4 end with a wrong value; the other 2 end right.")).to_be_visible()
    expect(page.get_by_role("row", name="3 writes 1 to r (line 6)")).to_be_visible()
    page.get_by_role("link", name="Next: Down to two").click()
    expect(page.get_by_role("heading", name="Down to two")).to_be_visible()


def test_from_the_keyboard_alone_two_processes_are_brought_to_a_standstill(live: Live, page: Page):
    open_game(live, page, "crossed-locks")
    page.get_by_role("button", name="Process 1:").focus()
    page.keyboard.press("1")
    expect(page.locator("[data-holders]")).to_have_text("a: Process 1")
    page.keyboard.press("2")
    expect(page.get_by_role("status")).to_contain_text("nobody can move any more. That is a deadlock.")
    expect(page.get_by_role("button", name="Process 1:")).to_have_text(
        "Process 1: it waits for b, which Process 2 holds"
    )
    page.keyboard.press("1")
    expect(page.get_by_role("status")).to_have_text(
        "Process 1 cannot move: it waits for b, which Process 2 holds."
    )
    page.keyboard.press("u")
    expect(page.get_by_role("status")).to_have_text("Taken back: Process 2 acquires b.")
    expect(page.get_by_role("heading", name="You did it")).to_be_hidden()
    page.keyboard.press("r")
    expect(page.locator("[data-holders]")).to_have_text("nothing")
    expect(page.get_by_role("button", name="Process 1:")).to_be_focused()


def test_letters_do_nothing_elsewhere_on_the_page(live: Live, page: Page):
    open_game(live, page, "crossed-locks")
    page.get_by_role("link", name="Lose an update").focus()
    page.keyboard.press("1")
    expect(page.locator("[data-holders]")).to_have_text("nothing")


def test_the_repaired_program_holds_and_its_lock_is_told(live: Live, page: Page):
    open_game(live, page, "whole-lock")
    one, other = page.get_by_role("button", name="Process 1:"), page.get_by_role("button", name="Process 2:")
    one.click()
    expect(other).to_have_attribute("aria-disabled", "true")
    other.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("Process 2 cannot move")
    for button in (one, one, one, other, other, other, other):
        button.click()
    expect(page.get_by_role("heading", name="It holds")).to_be_visible()
    expect(page.locator("[data-over]")).to_contain_text("Every one of them ends right.")


def test_each_process_stands_at_the_line_of_its_next_step(live: Live, page: Page):
    open_game(live, page, "half-a-lock")
    page.get_by_role("button", name="Process 2:").click()
    assert page.locator("#L5 .stands .visually-hidden").text_content() == "Next for Process 1: "
    assert page.locator("#L6 .stands .visually-hidden").text_content() == "Next for Process 2: "


@pytest.mark.parametrize("puzzle", PUZZLES, ids=[puzzle.slug for puzzle in PUZZLES])
def test_the_way_that_is_shown_works(live: Live, page: Page, puzzle):
    open_game(live, page, puzzle.slug)
    if not puzzle.solution:
        page.get_by_text("I cannot find any").click()
        expect(page.locator("details")).to_contain_text("Every one of them ends right.")
        return
    page.get_by_text("Show me one way").click()
    for turn in page.locator("details li").all_inner_texts():
        who, _, count = turn.partition(": ")
        for _ in range(int(count.split()[0])):
            page.get_by_role("button", name=f"{who}:").click()
    expect(page.get_by_role("heading", name="You did it")).to_be_visible()


def test_without_javascript_the_program_can_be_read_and_the_way_is_told(live: Live, plain_page: Page):
    live.log_in(plain_page, "ada")
    plain_page.goto(f"{live.address}/scheduler/lost-update")
    expect(plain_page.get_by_text("Picking the next step needs JavaScript.")).to_be_visible()
    plain_page.get_by_text("Show me one way").click()
    expect(plain_page.get_by_text("Process 2: 2 steps")).to_be_visible()
