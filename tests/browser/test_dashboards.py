"""An assistant's way to who is stuck, in a real browser: results, lab, mistake, student; and the queue."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from graders.verdict import Verdict
from service.store.summary_tables import GuiltyPattern
from tests.browser.live import Live
from tests.service.web.school import fill, report

pytestmark = pytest.mark.browser

COURSE = "/courses/shared-data"
LAB = f"{COURSE}/staff/counter"
CARE = """() => {
  const told = [];
  const ids = [...document.querySelectorAll('[id]')].map(one => one.id);
  for (const id of new Set(ids.filter((id, at) => ids.indexOf(id) !== at))) told.push(`id twice: ${id}`);
  let level = 0;
  for (const one of document.querySelectorAll('h1, h2, h3, h4')) {
    const now = Number(one.tagName[1]);
    if (now > level + 1) told.push(`heading jumps: ${one.textContent.trim()}`);
    level = now;
  }
  if (document.querySelectorAll('h1').length !== 1) told.push('not one h1');
  for (const one of document.querySelectorAll('main input:not([type=hidden]), main select'))
    if (!one.labels.length) told.push(`no label: ${one.name}`);
  for (const one of document.querySelectorAll('main a, main button'))
    if (!(one.getAttribute('aria-label') || one.textContent).trim()) told.push(`no name: ${one.outerHTML}`);
  for (const one of document.querySelectorAll('main table'))
    if (!one.caption) told.push(`no caption: ${one.textContent.slice(0, 40)}`);
  for (const one of document.querySelectorAll('main table th'))
    if (!one.scope) told.push(`no scope: ${one.textContent}`);
  const links = [...document.querySelectorAll('main a')].filter(one => one.textContent.trim() === 'CSV');
  if (links.length) told.push('files that are all called the same');
  return told;
}"""
"""What axe would look for and these pages could get wrong; empty when nothing is."""


def test_an_assistant_finds_who_is_stuck(live: Live, page: Page):
    live.school.grade(live.school.hand_in("ada", minutes_ago=5), report(Verdict.PASSED))
    live.school.grade(live.school.hand_in("eve", minutes_ago=4), report(Verdict.CRASH))
    live.school.grade(live.school.hand_in("eve", minutes_ago=3), report(Verdict.RACE))
    live.log_in(page, "grace")
    page.get_by_role("link", name="Results of all students").click()
    expect(page.locator("#compared .scatterlayer .trace")).to_have_count(2)
    page.get_by_role("link", name="A counter that counts").click()
    for chart, bars in (("histogram", 10), ("tries", 1), ("mix", 3), ("hours", 1)):
        expect(page.locator(f"#{chart} .barlayer .point")).to_have_count(bars)
    page.get_by_role("link", name="Mistakes made alike").click()
    mistake = page.get_by_role("article").filter(has_text="Race")
    expect(mistake).to_contain_text("r.value = r.value + 1")
    mistake.get_by_role("link", name="Who made it").click()
    page.get_by_role("link", name="Eve O'Neill").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Eve O'Neill")
    expect(page.locator("#trend .scatterlayer .trace")).to_have_count(2)
    attempts = page.get_by_role("region", name="All attempts, the newest first").get_by_role("listitem")
    expect(attempts).to_have_count(2)
    expect(attempts.first).to_contain_text("Process 6 reads 55.")
    attempts.first.get_by_role("link").click()
    expect(page.get_by_role("heading", name="Race")).to_be_visible()


def test_the_gradebook_is_sorted_with_the_keyboard(live: Live, page: Page):
    live.school.grade(live.school.hand_in("eve"), report(Verdict.PASSED))
    live.school.grade(live.school.hand_in("ada"), report(Verdict.RACE))
    live.log_in(page, "grace")
    page.goto(f"{live.address}{COURSE}/gradebook")
    heading = page.get_by_role("columnheader", name="A counter that counts")
    heading.get_by_role("link").focus()
    page.keyboard.press("Enter")
    expect(heading).to_have_attribute("aria-sort", "descending")
    expect(page.locator("tbody th").first).to_contain_text("Eve O'Neill")
    page.get_by_label("Search by name").fill("lovelace")
    page.keyboard.press("Enter")
    expect(page.locator("tbody tr")).to_have_count(1)
    expect(page.get_by_text("1 student; scores that count")).to_be_visible()


def test_the_page_of_the_queue_keeps_itself_up_to_date(live: Live, page: Page):
    live.log_in(page, "grace")
    page.goto(f"{live.address}/queue")
    figures = page.locator(".figures")
    expect(figures).to_contain_text(re.compile(r"Waiting\s*0"))
    page.evaluate("window.stillTheSamePage = true")
    live.school.hand_in("ada")
    live.school.fail(live.school.hand_in("eve"))
    expect(figures).to_contain_text(re.compile(r"Waiting\s*1"))
    expect(page.get_by_text("the sandbox could not be started")).to_be_visible()
    assert page.evaluate("window.stillTheSamePage") is True


@pytest.mark.parametrize("width", [360, 1280])
def test_every_dashboard_is_put_together_with_care_and_fits_its_window(live: Live, page: Page, width: int):
    fill(live.school, 12)
    with live.school.database.read() as session:
        key = session.scalar(
            select(GuiltyPattern.key).where(GuiltyPattern.item_id == live.school.item["counter"])
        )
    page.set_viewport_size({"width": width, "height": 800})
    live.log_in(page, "grace")
    problems = {}
    for address in (
        f"{COURSE}/staff",
        LAB,
        f"{LAB}/checks/value",
        f"{LAB}/clusters",
        f"{LAB}/clusters/{key}",
        f"{COURSE}/gradebook",
        f"{COURSE}/students/{live.school.user['ada']}",
        "/queue",
    ):
        page.goto(live.address + address, wait_until="load")
        problems[address] = page.evaluate(CARE)
        if page.evaluate("document.documentElement.scrollWidth") > width:
            problems[address].append("wider than the window")
    assert problems == {address: [] for address in problems}
