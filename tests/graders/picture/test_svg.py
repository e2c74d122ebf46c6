"""The document: well-formed, complete in words, safe whatever things are called."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest
from hypothesis import given

from graders.picture import colours, drawable, moments, sheet, svg
from graders.picture.elements import SIZES, width
from graders.picture.telling import told_waits
from graders.picture.words import clean
from graders.report import Report, Step, Wait, Witness
from graders.verdict import Verdict
from tests.graders.picture.reports import (
    ANYTHING,
    HOSTILE,
    KINDS,
    LOST,
    NOTHING_TO_DRAW,
    SOURCE,
    race,
    report,
)

SVG = "{http://www.w3.org/2000/svg}"
TAGS = {"svg", "title", "desc", "style", "g", "rect", "path", "circle", "text", "defs", "pattern"}


def parsed(drawn: str) -> ElementTree.Element:
    root = ElementTree.fromstring(drawn)
    assert root.tag == f"{SVG}svg"
    return root


def said(root: ElementTree.Element) -> str:
    return root.findtext(f"{SVG}desc") or ""


@pytest.mark.parametrize("standalone", [True, False], ids=["standalone", "for a page"])
@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_is_a_well_formed_picture_with_a_name_and_a_text(kind: str, standalone: bool) -> None:
    root = parsed(svg(KINDS[kind], SOURCE, standalone=standalone))
    assert root.get("role") == "img"
    title, desc = root.find(f"{SVG}title"), root.find(f"{SVG}desc")
    assert title is not None
    assert title.text
    assert root.get("aria-labelledby") == title.get("id")
    assert desc is not None
    assert desc.text
    assert root.get("aria-describedby") == desc.get("id")


@pytest.mark.parametrize("kind", KINDS)
def test_the_text_tells_every_step_and_every_wait(kind: str) -> None:
    text = said(parsed(svg(KINDS[kind], SOURCE)))
    witness = KINDS[kind].witness
    if witness is None:
        assert "Runs: 3 free, 12 explored." in text or "Undecided" in text
        return
    assert witness.explanation in text
    for moment in moments(witness.steps):
        assert moment.sentence in text
    for told in told_waits(witness.waits):
        assert told in text


@pytest.mark.parametrize("kind", KINDS)
def test_no_text_leaves_the_picture(kind: str) -> None:
    root = parsed(svg(KINDS[kind], SOURCE))
    _, _, wide, high = (float(part) for part in (root.get("viewBox") or "").split())

    def look(element: ElementTree.Element, x: float, y: float) -> None:
        moved = re.fullmatch(
            r"translate\(([\d.-]+) ([\d.-]+)\)( rotate\(-90\))?", element.get("transform", "")
        )
        if moved:
            x, y = x + float(moved[1]), y + float(moved[2])
        if element.tag == f"{SVG}text" and not (moved and moved[3]):
            size = SIZES.get((element.get("class") or "").split()[0], 14.0)
            room = width(element.text or "", size, "il-code" in (element.get("class") or ""))
            left = (
                x
                + float(element.get("x", 0))
                - {"middle": room / 2, "end": room}.get(element.get("text-anchor", ""), 0)
            )
            assert left >= 0, element.text
            assert left + room <= wide + 1, element.text
            assert 0 < y + float(element.get("y", 0)) < high, element.text
        for child in element:
            look(child, x, y)

    look(root, 0, 0)


@pytest.mark.parametrize("kind", NOTHING_TO_DRAW)
def test_without_steps_waits_or_certificate_there_is_nothing_to_draw(kind: str) -> None:
    assert not drawable(NOTHING_TO_DRAW[kind])
    assert svg(NOTHING_TO_DRAW[kind], SOURCE) == ""


def test_a_standalone_picture_brings_style_explanation_and_guilty_lines_and_one_for_a_page_does_not() -> None:
    alone, inside = svg(race(LOST), SOURCE), svg(race(LOST), SOURCE, standalone=False)
    assert parsed(alone).findtext(f"{SVG}style") == sheet()
    assert "r.value = r.value + 1" in alone
    assert parsed(inside).find(f"{SVG}style") is None
    assert "r.value = r.value + 1" not in inside


def test_two_pictures_on_a_page_have_no_id_in_common_and_every_reference_is_met() -> None:
    ids: list[str] = []
    for drawn in (svg(kind, SOURCE, standalone=False) for kind in KINDS.values()):
        own = re.findall(r' id="([^"]+)"', drawn)
        assert set(re.findall(r"url\(#([^)]+)\)", drawn)) <= set(own)
        ids += own
    assert len(ids) == len(set(ids))


def test_the_same_report_gives_the_same_picture() -> None:
    assert svg(race(LOST), SOURCE) == svg(race(LOST), SOURCE)


@pytest.mark.parametrize("where", ["step", "wait", "explanation", "source", "value"])
def test_hostile_text_stays_text(where: str) -> None:
    name = HOSTILE if where == "step" else "r"
    value = HOSTILE if where == "value" else 1
    steps = (Step(1, "read", name, value, 1), Step(2, "write", name, value, 1), Step(1, HOSTILE, name, value))
    waits = (Wait(1, HOSTILE if where == "wait" else "a barrier", None, 1),)
    text = HOSTILE if where == "explanation" else "It breaks."
    source = HOSTILE if where == "source" else SOURCE
    drawn = svg(report(Verdict.RACE, Witness(Verdict.RACE, "", text, (1,), steps, waits)), source)
    safe(drawn)
    assert len(drawn) < 60_000


@given(ANYTHING)
def test_whatever_a_report_holds_the_picture_is_safe_and_tells_it_all(made: Report) -> None:
    for standalone in (True, False):
        drawn = svg(made, SOURCE, standalone=standalone)
        assert bool(drawn) is drawable(made)
        if drawn:
            text = said(safe(drawn))
            assert made.witness is not None
            for moment in moments(made.witness.steps):
                assert moment.sentence in text


def safe(drawn: str) -> ElementTree.Element:
    """Parse the picture; nothing in it can run, load or hide anything."""
    root = parsed(drawn)
    for element in root.iter():
        assert element.tag.removeprefix(SVG) in TAGS
        assert not [name for name in element.attrib if name.startswith("on") or "href" in name]
        if element.tag != f"{SVG}style":
            for line in (element.text or "").split("\n"):
                assert line == clean(line)
    return root


def test_each_process_has_a_colour_of_its_own() -> None:
    steps = [Step(process, "read", "r", 1) for process in (0, 3, 5, 9)]
    found = colours(steps)
    assert set(found) == {0, 3, 5, 9}
    assert found[0] == "il-c0"
    assert len(set(found.values())) == 4


def test_the_read_that_is_out_of_date_is_joined_to_the_write_that_used_it_and_the_lost_write_is_marked() -> (
    None
):
    root = parsed(svg(race(LOST), SOURCE))
    assert len(root.findall(f".//{SVG}path[@class='il-stale']")) == 1
    struck = [text.text for text in root.iter(f"{SVG}text") if "il-struck" in (text.get("class") or "")]
    assert struck == ["56"]
    words = [text.text for text in root.iter(f"{SVG}text")]
    assert {"still 55", "lost", "written over"} <= set(words)
    (marked,) = root.findall(f".//{SVG}g[@data-lost-at]")
    assert (marked.get("data-step"), marked.get("data-lost-at")) == ("3", "4")


def test_a_lock_is_a_bar_from_acquire_to_release() -> None:
    root = parsed(svg(KINDS["locks of their own"], SOURCE))
    bars = [rect for rect in root.iter(f"{SVG}rect") if "il-hold" in (rect.get("class") or "")]
    tops = {step: float(rect.get("y", 0)) for step, rect in boxes(root).items()}
    assert [float(bar.get("y", 0)) for bar in bars] == [tops[1], tops[3]]
    ends = [float(bar.get("y", 0)) + float(bar.get("height", 0)) for bar in bars]
    assert ends == [tops[8] + 42, tops[6] + 42]


def test_a_column_stands_for_each_process_that_takes_part_and_time_runs_downwards() -> None:
    root = parsed(svg(KINDS["a read that comes too early"], SOURCE))
    words = [text.text for text in root.iter(f"{SVG}text")]
    assert words.index("main program") < words.index("process 1")
    assert "process 2" not in words
    heights = [float(rect.get("y", 0)) for _, rect in sorted(boxes(root).items())]
    assert heights == sorted(heights)
    assert len(set(heights)) == len(heights)


def test_steps_that_were_left_out_are_told_as_left_out() -> None:
    assert "… more …" in svg(KINDS["several lost updates"], SOURCE)
    assert "… more …" not in svg(KINDS["a lost update"], SOURCE)


def boxes(root: ElementTree.Element) -> dict[int, ElementTree.Element]:
    found = {}
    for group in root.iter(f"{SVG}g"):
        if "il-step" in (group.get("class") or ""):
            box = group.find(f"{SVG}rect")
            assert box is not None
            found[int(group.get("data-step", 0))] = box
    return found
