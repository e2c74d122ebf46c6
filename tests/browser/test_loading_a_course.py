"""An instructor loads a newer version of the course, mends what is wrong, and sees first what changes."""

from __future__ import annotations

import io
import zipfile
from itertools import pairwise

import pytest
from playwright.sync_api import Page, expect

from tests.browser.live import Live
from tests.graders.content.folders import FILES

pytestmark = pytest.mark.browser

HERE = "/courses/shared-data/content"


def archive(**changes: str) -> dict[str, object]:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as opened:
        for name, text in {**FILES, **changes}.items():
            opened.writestr(f"course/{name}", text)
    return {"name": "course.zip", "mimeType": "application/zip", "buffer": data.getvalue()}


def headings_in_order(page: Page) -> bool:
    levels = page.eval_on_selector_all("h1, h2, h3", "all => all.map(one => Number(one.tagName[1]))")
    return levels[0] == 1 and all(later <= earlier + 1 for earlier, later in pairwise(levels))


def test_a_newer_version_is_sent_mended_looked_at_and_loaded(live: Live, page: Page):
    live.school.hand_in("ada")
    live.log_in(page, "grace")
    page.goto(f"{live.address}/courses/shared-data")
    page.get_by_role("link", name="Roster").click()
    page.get_by_role("link", name="Content", exact=True).click()
    assert headings_in_order(page)
    page.get_by_label("A zip archive").set_input_files(archive(**{"labs/add/lab.toml": "title = 5\n"}))
    page.get_by_role("button", name="Look at what changes").click()
    expect(page.get_by_text("labs/add/lab.toml: title: expected text, not 5")).to_be_visible()
    page.get_by_label("A zip archive").set_input_files(archive())
    page.get_by_label("Term").fill("autumn 2026")
    page.get_by_role("button", name="Look at what changes").click()
    expect(page.get_by_role("heading", name="What would change")).to_be_visible()
    assert headings_in_order(page)
    row = page.get_by_role("row", name="A counter that counts")
    expect(row).to_contain_text("Retired")
    expect(row).to_contain_text("1 submission of 1 student")
    page.get_by_role("button", name="Load it like this").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("Course is loaded: 4 new, 4 retired")
    expect(page.get_by_role("listitem").filter(has_text="by Grace Hopper")).to_be_visible()
    page.get_by_role("link", name="As students see it").click()
    expect(page.get_by_text("autumn 2026")).to_be_visible()


def test_without_javascript_of_two_at_once_the_second_is_told(live: Live, plain_page: Page, page: Page):
    for opened, login in ((plain_page, "grace"), (page, "root")):
        live.log_in(opened, login)
        opened.goto(live.address + HERE)
        opened.get_by_label("A zip archive").set_input_files(archive())
        opened.get_by_label("Term").fill(login)
        opened.get_by_role("button", name="Look at what changes").click()
        expect(opened.get_by_role("heading", name="What would change")).to_be_visible()
    page.get_by_role("button", name="Load it like this").click()
    expect(page.get_by_role("status")).to_contain_text("Course is loaded")
    plain_page.get_by_role("button", name="Load it like this").click()
    expect(plain_page.get_by_text("was changed in the meantime by root")).to_be_visible()
    width = plain_page.evaluate("document.documentElement.scrollWidth")
    assert width <= 375
    plain_page.get_by_role("button", name="Load it like this").click()
    expect(plain_page.get_by_role("status")).to_contain_text("the course's term")


def test_an_administrator_finds_the_way_to_a_new_course(live: Live, page: Page):
    live.log_in(page, "root")
    page.goto(live.address)
    page.get_by_role("link", name="Load a course").click()
    page.get_by_label("Name in addresses").fill("next-year")
    page.get_by_label("Or a folder on this server").select_option("shared-data")
    page.get_by_role("button", name="Look at what changes").click()
    expect(page.get_by_text("A new course.")).to_be_visible()
    page.get_by_role("button", name="Do not load it").click()
    expect(page.get_by_role("status")).to_contain_text("Nothing was changed.")
