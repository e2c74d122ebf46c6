"""What staff do after the grading, in a real browser: comment, mark, regrade, compare and look back."""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from graders.report import Report
from graders.verdict import Verdict
from service.store import trials
from service.store.after_tables import Trial
from service.store.models import State
from tests.browser.live import Live
from tests.service.web.school import RACY, report

pytestmark = pytest.mark.browser

EXTRA = """

def settle(account, lock, amounts):
    for amount in amounts:
        with lock:
            before = account.value
            if before + amount >= 0:
                account.value = before + amount
            else:
                print("refused", amount)
    return account.value
"""


def grade_trials(live: Live, found: Report) -> None:
    """Grade what waits, as a worker does."""
    with live.school.database.read() as session:
        ids = session.scalars(select(Trial.id).where(Trial.state == State.QUEUED)).all()
    for trial_id in ids:
        claim = trials.claim(live.school.database, trial_id, "w", 60)
        assert claim is not None
        assert trials.finish(live.school.database, claim, found)


def test_an_assistant_comments_and_marks_and_the_student_reads_it(live: Live, page: Page) -> None:
    one = live.school.grade(live.school.hand_in("ada"), report(Verdict.RACE))
    live.log_in(page, "grace")
    page.goto(f"{live.address}/submissions/{one}")
    page.get_by_text("Comment, or give the mark by hand").click()
    page.get_by_label("Line", exact=True).fill("9")
    page.get_by_label("Comment", exact=True).fill("Hold the lock here.")
    page.get_by_role("button", name="Comment", exact=True).click()
    expect(page.get_by_text("The comment stands below its line.")).to_be_visible()
    page.get_by_text("Comment, or give the mark by hand").click()
    page.get_by_label("Points, of 10").fill("6.5")
    page.get_by_label("Reason").fill("The idea is right.")
    page.get_by_role("button", name="Give this mark").click()
    expect(page.get_by_text("The mark was given by hand: 6.5 of 10.")).to_be_visible()
    page.get_by_role("button", name="Log out").click()
    live.log_in(page, "ada")
    page.goto(f"{live.address}/submissions/{one}")
    expect(page.get_by_text("The idea is right.")).to_be_visible()
    page.get_by_role("link", name="counter.py, line 9").click()
    expect(page.locator(".remark")).to_be_in_viewport()
    expect(page.locator(".remark")).to_contain_text("Hold the lock here.")


def test_an_instructor_regrades_looks_and_applies(live: Live, page: Page) -> None:
    live.school.grade(live.school.hand_in("ada"), report(Verdict.PASSED))
    live.school.grade(live.school.hand_in("eve"), report(Verdict.RACE))
    live.log_in(page, "grace")
    page.get_by_role("link", name="Results of all students").click()
    page.get_by_role("link", name="After grading").click()
    page.get_by_label("Lab or quiz").first.select_option(label="A counter that counts")
    page.get_by_label("Why").fill("The explorer looks further now")
    page.get_by_role("button", name="Grade again, and look first").click()
    expect(page.get_by_text("0 of 2 are graded again.")).to_be_visible()
    grade_trials(live, report(Verdict.RACE))
    page.get_by_role("link", name="Look again now").click()
    row = page.get_by_role("row").filter(has_text="Ada Lovelace")
    expect(row).to_contain_text("down by 8")
    expect(page.get_by_text("1 of 2 submissions come out as before")).to_be_visible()
    page.get_by_role("button", name="Apply it").click()
    expect(page.get_by_text("The new grading counts now for 2 submissions.")).to_be_visible()
    page.get_by_role("link", name="After grading").click()
    page.get_by_role("link", name="Open the audit log").click()
    expect(page.get_by_role("row").filter(has_text="regrade.apply")).to_contain_text("adopted: 2")


def test_two_alike_are_seen_side_by_side_and_marks_go_to_moodle(
    live: Live, page: Page, tmp_path: Path
) -> None:
    live.school.grade(live.school.hand_in("ada", source=RACY + EXTRA), report(Verdict.RACE))
    live.school.hand_in("eve", source=RACY + EXTRA.replace("amount", "coin"))
    live.log_in(page, "grace")
    page.goto(f"{live.address}/courses/shared-data/after")
    page.get_by_role("link", name="Who is alike in A counter that counts").click()
    page.get_by_role("link", name="Side by side of ada and eve").click()
    expect(page.locator("#a-22.alike")).to_contain_text("def settle")
    expect(page.locator("#b-22.alike")).to_contain_text("def settle")
    page.get_by_role("link", name="After grading").click()
    sheet = tmp_path / "Grades.csv"
    sheet.write_bytes(b"Identifier,Email address,Grade,Maximum Grade\r\nP1,ada@example.org,,10.00\r\n")
    page.get_by_label("The grading worksheet").set_input_files(sheet)
    page.locator("#worksheet-item").select_option("counter")
    page.get_by_role("button", name="Fill it in").click()
    with page.expect_download() as download:
        page.get_by_role("link", name="Download it").click()
    assert download.value.suggested_filename == "Grades.csv"
    assert Path(download.value.path()).read_bytes() == sheet.read_bytes().replace(b"org,,", b"org,2.00,")


@pytest.mark.parametrize("width", [360, 1280])
def test_no_page_of_it_is_wider_than_its_window_and_headings_are_in_order(
    live: Live, page: Page, width: int
) -> None:
    first = live.school.grade(
        live.school.hand_in("ada", source=RACY + EXTRA + "x" * 300), report(Verdict.PASSED)
    )
    second = live.school.hand_in("eve", source=RACY + EXTRA)
    live.log_in(page, "grace")
    page.set_viewport_size({"width": width, "height": 800})
    course = f"{live.address}/courses/shared-data"
    page.goto(f"{live.address}/submissions/{first}")
    page.get_by_role("button", name="Grade again").click()
    grade_trials(live, report(Verdict.RACE))
    regrade = page.url
    for address in (
        regrade,
        f"{course}/after",
        f"{course}/audit",
        f"{course}/staff/counter/similarity",
        f"{course}/staff/counter/similarity/{first}/{second}",
        f"{live.address}/submissions/{first}",
    ):
        page.goto(address, wait_until="networkidle")
        for closed in page.locator("details:not([open]) > summary").all():
            closed.click()
        assert page.evaluate("document.documentElement.scrollWidth") <= width, address
        levels = [
            int(tag[1]) for tag in page.eval_on_selector_all("h1,h2,h3,h4", "all => all.map(h => h.tagName)")
        ]
        assert levels[0] == 1
        assert all(after <= before + 1 for before, after in pairwise(levels)), address
        unnamed = page.eval_on_selector_all(
            "input:not([type=hidden]), select, textarea",
            "all => all.filter(f => !f.labels?.length && !f.ariaLabel && !f.hidden).map(f => f.outerHTML)",
        )
        assert unnamed == [], address
        assert not re.search(r"\bundefined\b|\bNone\b", page.inner_text("main")), address
