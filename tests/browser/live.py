"""A really running service on a small school, and a real browser to look at it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright
from werkzeug.serving import make_server

from service.app import create_app
from service.settings import Settings
from service.store import migrate
from service.store.database import Database
from tests.service.web.school import PASSWORD, School, furnish

CHROMIUM = "/usr/bin/chromium"
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


@dataclass(frozen=True)
class Live:
    """The address of the running service, and the school behind it."""

    address: str
    school: School

    def log_in(self, page: Page, login: str) -> None:
        """Log in as a person does."""
        page.goto(f"{self.address}/login")
        page.get_by_label("Login").fill(login)
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Log in").click()
        page.get_by_role("button", name="Log out").wait_for()


@contextmanager
def serve(folder: Path) -> Iterator[Live]:
    """Run the service on a free port of this machine until the end of the block."""
    url = f"sqlite:///{folder / 'interleave.db'}"
    database = Database(url)
    migrate.upgrade(database)
    school = furnish(database)
    generous = "10000 per minute"
    settings = Settings(database_url=url, secret_key="b" * 40, login_limit=generous, address_limit=generous)
    app = create_app(settings)
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield Live(f"http://127.0.0.1:{server.server_port}", school)
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
        app.extensions["interleave"].database.dispose()
        database.dispose()


@contextmanager
def chromium() -> Iterator[Browser]:
    """Start Debian's chromium, without anything it would do on the network by itself."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        try:
            yield browser
        finally:
            browser.close()


def until(page: Page, true: str, seconds: float = 10) -> None:
    """Wait until this JavaScript expression is true in the page, asked at every frame it paints.

    The page's own wait compiles the expression again at each look, which our content security policy forbids
    from the second look on; here it is compiled once, when the question is put.

    Raises:
        playwright.sync_api.Error: It was not true for so many seconds.
    """
    page.evaluate(
        "seconds => new Promise((done, fail) => {"
        "  const end = performance.now() + seconds * 1000;"
        "  const look = () => {"
        f"   if ({true}) return done();"
        "    if (performance.now() > end) return fail(new Error('not true in time'));"
        "    requestAnimationFrame(look);"
        "  };"
        "  look();"
        "})",
        seconds,
    )
