"""A submission on paper: the verdict, the checks, the witness and the source, and nothing to click."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from graders.verdict import Verdict
from tests.browser.live import Live
from tests.service.web.school import report

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_submission_prints_black_on_white_without_what_can_only_be_clicked(
    live: Live, page: Page, scheme: str
):
    one = live.school.grade(live.school.hand_in("ada"), report(Verdict.RACE))
    live.school.hand_in("ada")
    live.log_in(page, "ada")
    page.goto(f"{live.address}/submissions/{one}")
    page.emulate_media(media="print", color_scheme=scheme)  # type: ignore[arg-type]
    for gone in (".band", ".foot", ".crumbs", ".actions", ".stepper", "form", ".history"):
        for element in page.locator(gone).all():
            expect(element).to_be_hidden()
    for kept in ("Race", "Checks", "How it happens", "What follows from it", "Output"):
        expect(page.get_by_role("heading", name=kept, exact=True)).to_be_visible()
    expect(page.locator(".source .guilty")).to_be_visible()
    colours = page.evaluate(
        "() => [getComputedStyle(document.body).color, getComputedStyle(document.body).backgroundColor,"
        " getComputedStyle(document.querySelector('pre.source')).backgroundColor]"
    )
    assert colours == ["rgb(0, 0, 0)", "rgb(255, 255, 255)", "rgb(255, 255, 255)"]
    paper = page.pdf(format="A4", print_background=True)
    assert paper.startswith(b"%PDF-")
    assert 1 <= len(re.findall(rb"/Type\s*/Page\b", paper)) <= 3


def test_a_long_source_is_printed_to_its_end(live: Live, page: Page):
    long = "".join(f"x{number} = {number}\n" for number in range(400))
    one = live.school.grade(live.school.hand_in("ada", source=long), report(Verdict.RACE))
    live.log_in(page, "ada")
    page.goto(f"{live.address}/submissions/{one}")
    page.emulate_media(media="print")
    cut = page.evaluate(
        "() => [...document.querySelectorAll('pre, .table-scroll')]"
        ".filter(place => place.scrollHeight > place.clientHeight + 2).map(place => place.className)"
    )
    assert cut == []
