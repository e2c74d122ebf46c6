"""Takes a picture of every page, narrow and wide, light and dark.

Call it with `python -m tests.browser.screenshots FOLDER`.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Browser

from tests.browser.live import Live, chromium, serve
from tests.service.web.school import fill

COURSE = "/courses/shared-data"
STEPS = 3
"""How far a witness is stepped through for its second picture."""


def pages(shown: dict[str, str]) -> dict[str, list[tuple[str, str]]]:
    """Return name and address of each page, by who looks at it."""
    kinds = (
        *("race", "own-locks", "deadlock", "cycle", "philosophers", "passed", "crash", "warned"),
        *("failed", "queued", "running", "quiz"),
    )
    return {
        "": [("login", "/login")],
        "ada": [
            ("course", COURSE),
            ("lesson", f"{COURSE}/lessons/shared"),
            ("lab", f"{COURSE}/labs/counter"),
            ("quiz-form", f"{COURSE}/quizzes/locks-quiz"),
            *((f"submission-{kind}", f"/submissions/{shown[kind]}") for kind in kinds),
            ("changes", f"/submissions/{shown['passed']}/changes?since={shown['race']}"),
            ("changes-two", f"/submissions/{shown['passed']}/changes?since={shown['race']}&view=two"),
            ("scheduler", "/scheduler/lost-update"),
            ("scheduler-crossed", "/scheduler/crossed-locks"),
            ("results", "/results"),
            ("tokens", "/tokens"),
            ("password", "/password"),
            ("notices", "/notices"),
            ("not-found", "/submissions/none"),
        ],
        "grace": [
            ("overview", f"{COURSE}/staff"),
            ("dashboard", f"{COURSE}/staff/counter"),
            ("roster", f"{COURSE}/roster"),
            ("after", f"{COURSE}/after"),
            ("audit", f"{COURSE}/audit"),
            ("similarity", f"{COURSE}/staff/counter/similarity"),
            ("staff", f"{COURSE}/people"),
            ("member", f"{COURSE}/people/1"),
            ("invitations", f"{COURSE}/invitations"),
            ("rules", f"{COURSE}/rules"),
            ("rules-edit", f"{COURSE}/rules/counter"),
            ("content", f"{COURSE}/content"),
            ("queue", "/queue"),
        ],
        "root": [("users", "/users"), ("new-course", "/content")],
    }


def take(live: Live, browser: Browser, shown: dict[str, str], folder: Path) -> None:
    """Save one picture for each page, width and colour scheme."""
    for width in (375, 1280):
        for scheme in ("light", "dark"):
            for login, wanted in pages(shown).items():
                context = browser.new_context(
                    viewport={"width": width, "height": 900}, color_scheme=scheme, reduced_motion="reduce"
                )
                page = context.new_page()
                if login:
                    live.log_in(page, login)
                for name, address in wanted:
                    page.goto(live.address + address, wait_until="load")
                    page.screenshot(path=folder / f"{name}-{width}-{scheme}.png", full_page=True)
                    if page.locator("[data-stepper]").count():
                        for _ in range(STEPS):
                            page.get_by_role("button", name="Forward").click()
                        page.screenshot(path=folder / f"{name}-stepped-{width}-{scheme}.png", full_page=True)
                context.close()


def main() -> None:
    """Save the pictures into the folder given on the command line."""
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as data, serve(Path(data)) as live, chromium() as browser:
        take(live, browser, fill(live.school), folder)


if __name__ == "__main__":
    main()
