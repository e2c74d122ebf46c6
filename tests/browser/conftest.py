"""A running service and a browser, each for all tests of a module."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, expect

from tests.browser.live import Live, chromium, serve

# A busy machine needs seconds to read plotly alone.
PATIENCE = 30_000
expect.set_options(timeout=PATIENCE)


@pytest.fixture(scope="package")
def chrome() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


@pytest.fixture
def live(tmp_path) -> Iterator[Live]:
    with serve(tmp_path) as running:
        yield running


@pytest.fixture
def page(chrome: Browser) -> Iterator[Page]:
    """A page on which no script may fail and nothing may be blocked by the content policy."""
    context = chrome.new_context(
        viewport={"width": 1280, "height": 900}, timezone_id="Europe/Zurich", locale="en-GB"
    )
    opened = context.new_page()
    opened.set_default_timeout(PATIENCE)
    problems: list[str] = []

    def note(message: ConsoleMessage) -> None:
        # plotly would add a style of its map library, which is not used here: the policy may well refuse it.
        # And chromium reports an answer of 422, which is how a form with a mistake comes back.
        expected = "/assets/plotly-" in message.location["url"] or " 422 " in message.text
        if message.type == "error" and not expected:
            problems.append(message.text)

    opened.on("console", note)
    opened.on("pageerror", lambda error: problems.append(str(error)))
    yield opened
    context.close()
    assert problems == []


@pytest.fixture
def plain_page(chrome: Browser) -> Iterator[Page]:
    """A page without JavaScript."""
    context = chrome.new_context(java_script_enabled=False, viewport={"width": 375, "height": 800})
    opened = context.new_page()
    opened.set_default_timeout(PATIENCE)
    yield opened
    context.close()
