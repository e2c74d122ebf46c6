"""The picture on a submission's page: drawn, told, handed out as a file, and safe; the stepper's moments."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import Any
from xml.etree import ElementTree

import pytest

from graders import picture
from graders.report import Runs, Step, Wait, Witness
from graders.verdict import Certificate, Verdict
from tests.service.web import witnesses
from tests.service.web.conftest import text_of
from tests.service.web.school import RACY, report

SVG = "{http://www.w3.org/2000/svg}"
HOSTILE = "</script><script>alert(1)</script></text></svg>\x1b[31m\u202e\"'>"


def page_of(browser: Any, school: Any, witness: Witness, source: str = RACY) -> Any:
    one = school.grade(school.hand_in("ada", source=source), report(witness.kind, witness=witness))
    return browser("ada").get(f"/submissions/{one}")


def moments_of(page: Any) -> dict[str, Any]:
    found = re.search(r'<script type="application/json" data-moments>(.*?)</script>', page.text, re.S)
    assert found
    told: dict[str, Any] = json.loads(found[1])
    return told


@pytest.mark.parametrize("witness", [witnesses.OWN_LOCKS, witnesses.CYCLE, witnesses.PHILOSOPHERS])
def test_the_picture_stands_in_the_page_without_a_style_of_its_own(browser, school, witness):
    page = page_of(browser, school, witness)
    drawn = re.search(r"<svg [^>]*il-picture.*?</svg>", page.text, re.S)
    assert drawn
    root = ElementTree.fromstring(drawn[0])
    assert root.find(f"{SVG}style") is None
    assert witness.explanation in (root.findtext(f"{SVG}desc") or "")
    style = re.search(r'<link rel="stylesheet" href="(/assets/picture-\w+\.css)">', page.text)
    assert style
    sheet = browser("ada").get(style[1])
    assert sheet.text == picture.sheet()
    assert sheet.mimetype == "text/css"
    assert "immutable" in sheet.headers["Cache-Control"]


def test_a_style_sheet_of_another_version_is_not_kept(browser, school):
    answer = browser("ada").get("/assets/picture-000000000000.css")
    assert answer.text == picture.sheet()
    assert answer.headers["Cache-Control"] == "no-cache"


def test_every_step_stands_in_the_table_that_is_the_text_equivalent(browser, school):
    text = text_of(page_of(browser, school, witnesses.CYCLE, witnesses.CROSSED))
    for told in (
        "1 starts process 1 line 21",
        "3 acquires the lock a_lock line 8",
        "5 writes 90 to a line 9",
        "9 waits for the lock a_lock line 10",
        "11 waits for process 1 to end line 23",
    ):
        assert told in text


@pytest.mark.parametrize(
    ("witness", "source"),
    [(witnesses.OWN_LOCKS, witnesses.TWO_LOCKS), (witnesses.CYCLE, witnesses.CROSSED)],
)
def test_the_witnesses_of_these_tests_are_about_their_programs(witness, source):
    words = {
        "acquire": ".acquire()",
        "release": ".release()",
        "start": ".start()",
        "read": ".value",
        "write": ".value =",
    }
    lines = source.splitlines()
    for step in witness.steps:
        assert words.get(step.operation, "") in lines[step.line - 1]


def test_the_stepper_knows_sentence_lines_values_and_holders_of_each_moment(browser, school):
    told = moments_of(page_of(browser, school, witnesses.OWN_LOCKS, witnesses.TWO_LOCKS))
    assert told["processes"] == [[1, "Process 1", "il-c1"], [2, "Process 2", "il-c2"]]
    assert len(told["moments"]) == len(witnesses.OWN_LOCKS.steps)
    assert told["moments"][4] == {
        "said": "Process 2 writes 56 to number at line 10.",
        "process": 2,
        "line": 10,
        "stands": [[1, 10], [2, 10]],
        "values": [["number", "56"]],
        "holders": [["lock 1", "process 1"], ["lock 2", "process 2"]],
        "hands": [["process 1", "55 from number"]],
    }


def test_the_main_file_is_shown_once_beside_the_picture(browser, school):
    page = page_of(browser, school, witnesses.CYCLE, witnesses.CROSSED).text
    assert page.count('id="L1"') == 1
    assert page.index('id="L1"') < page.index('id="output"')
    assert page.count("data-source") == 1


def test_a_deadlock_without_steps_has_a_picture_and_no_stepper(browser, school):
    page = page_of(browser, school, witnesses.PHILOSOPHERS).text
    assert "il-picture" in page
    assert "data-stepper" not in page


def test_a_pass_shows_its_certificate_in_words(browser, school, monkeypatch):
    monkeypatch.setattr(picture, "covered", lambda _: "10 processes with 10 additions, from every start.")
    one = school.grade(school.hand_in("ada"), report(Verdict.PASSED, runs=Runs(3, 1)))
    text = text_of(browser("ada").get(f"/submissions/{one}"))
    assert (
        "What this pass says Verified : no order of events can break it, for the input it was given. "
        "10 processes with 10 additions, from every start. 3 free and 1 explored run."
    ) in text.replace("Verified:", "Verified :")


def test_what_is_undecided_is_not_called_a_pass(browser, school):
    one = school.grade(
        school.hand_in("ada"), report(Verdict.INCONCLUSIVE, certificate=Certificate.INCONCLUSIVE)
    )
    text = text_of(browser("ada").get(f"/submissions/{one}"))
    assert "What was found out" in text
    assert "What this pass says" not in text


@pytest.mark.parametrize("verdict", [Verdict.RACE, Verdict.DEADLOCK, Verdict.PASSED])
def test_the_picture_can_be_had_as_a_file_of_its_own(browser, school, verdict):
    one = school.grade(school.hand_in("ada"), report(verdict))
    ada = browser("ada")
    link = f"/submissions/{one}/picture.svg"
    assert f'href="{link}"' in ada.get(f"/submissions/{one}").text
    answer = ada.get(link)
    assert answer.mimetype == "image/svg+xml"
    assert answer.headers["Content-Disposition"] == f'attachment; filename="counter-{verdict}-{one}.svg"'
    assert answer.headers["Content-Security-Policy"].endswith("style-src 'unsafe-inline'; sandbox")
    assert answer.headers["Cache-Control"] == "no-store"
    root = ElementTree.fromstring(answer.text)
    assert root.findtext(f"{SVG}style") == picture.sheet()


def test_where_nothing_can_be_drawn_there_is_no_picture_and_no_link(browser, school):
    ada = browser("ada")
    crashed = school.grade(school.hand_in("ada"), report(Verdict.CRASH))
    for one in (crashed, school.hand_in("ada")):
        assert "picture.svg" not in ada.get(f"/submissions/{one}").text
        assert ada.get(f"/submissions/{one}/picture.svg").status_code == 404


@pytest.mark.parametrize(("login", "status"), [("grace", 200), ("eve", 404), ("stranger", 404), ("", 302)])
def test_the_file_is_for_those_who_may_see_the_page(browser, school, login, status):
    one = school.grade(school.hand_in("ada"), report(Verdict.RACE))
    assert browser(login).get(f"/submissions/{one}/picture.svg").status_code == status


def test_names_of_a_students_things_stay_text(browser, school):
    witness = Witness(
        Verdict.RACE,
        "",
        HOSTILE,
        (9,),
        (Step(1, "read", HOSTILE, HOSTILE, 9), Step(2, HOSTILE, HOSTILE, 1, 9), Step(1, "acquire", HOSTILE)),
        (Wait(1, HOSTILE, 2, 9),),
    )
    page = page_of(browser, school, witness)
    assert "<script>alert" not in page.text
    assert not set("\x1b\u202e") & set(page.text)
    told = json.dumps(moments_of(page), ensure_ascii=False)
    assert not set("\x1b\u202e") & set(told)


def test_a_line_that_the_source_does_not_have_does_no_harm(browser, school):
    steps = tuple(replace(step, line=9999) for step in witnesses.OWN_LOCKS.steps)
    assert (
        page_of(browser, school, replace(witnesses.OWN_LOCKS, steps=steps, lines=(9999,))).status_code == 200
    )
