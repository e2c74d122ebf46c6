"""Every page is checked by axe-core against WCAG 2.2 AA, in light and dark, on wide and narrow screens."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import PATIENCE
from tests.browser.live import Live, serve
from tests.browser.screenshots import pages
from tests.service.web.school import fill

pytestmark = pytest.mark.browser

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@pytest.fixture(scope="module")
def school(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Live, dict[str, str]]]:
    """A school that nobody changes here, so that it is made once."""
    with serve(tmp_path_factory.mktemp("school")) as live:
        yield live, fill(live.school)


def violations(page: Page) -> list[str]:
    """Return what axe finds on the page as it stands, with the elements it finds it on."""
    found = Axe().run(page, options={"runOnly": RULES, "resultTypes": ["violations"], "preload": False})
    return [
        f"{page.url}: {one['id']} ({one['help']}): " + " | ".join(node["html"][:200] for node in one["nodes"])
        for one in found.response["violations"]
    ]


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (1280, "dark"), (375, "light")])
@pytest.mark.parametrize("login", ["", "ada", "grace", "root"])
def test_axe_finds_nothing_on_any_page(
    school: tuple[Live, dict[str, str]], chrome: Browser, login: str, width: int, scheme: str
) -> None:
    live, shown = school
    context = chrome.new_context(
        viewport={"width": width, "height": 900}, color_scheme=scheme, reduced_motion="reduce"
    )
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    if login:
        live.log_in(page, login)
    wanted = pages(shown)[login]
    assert wanted
    found = []
    for _, address in wanted:
        page.goto(live.address + address, wait_until="load")
        found += violations(page)
    context.close()
    assert found == []


def test_axe_would_find_something(chrome: Browser) -> None:
    page = chrome.new_page()
    page.set_content("<html lang='en'><title>x</title><main><h1>x</h1><input><img src='data:,'></main>")
    told = " ".join(violations(page))
    assert "image-alt" in told
    assert "label" in told
    page.close()


def test_axe_finds_nothing_in_a_game_that_is_over(
    school: tuple[Live, dict[str, str]], chrome: Browser
) -> None:
    live, _ = school
    page = chrome.new_page()
    page.set_default_timeout(PATIENCE)
    live.log_in(page, "ada")
    page.goto(f"{live.address}/scheduler/crossed-locks")
    for process in ("1", "2"):
        page.get_by_role("button", name=f"Process {process}:").click()
    expect(page.get_by_role("heading", name="You did it")).to_be_visible()
    assert violations(page) == []
    page.close()
