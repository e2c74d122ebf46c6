"""Marks by hand, the rubric and comments on the page of a submission."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from graders.course import dump_item
from graders.lab import RubricItem
from graders.verdict import Verdict
from service.store.models import Item
from tests.service.web.conftest import text_of
from tests.service.web.school import LAB, report


@pytest.fixture
def one(school):
    return school.grade(school.hand_in("ada"), report(Verdict.RACE))


def seen_of(browser, one) -> str:
    found = re.search(r'name="seen" value="([^"]*)"', browser("grace").get(f"/submissions/{one}").text)
    assert found
    return found[1]


def act(browser, one, what: str, **fields: object):
    address = f"/submissions/{one}"
    return browser("grace").send(f"{address}/{what}", on=address, seen=seen_of(browser, one), **fields)


def test_a_mark_by_hand_is_shown_to_the_student_with_its_reason_beside_the_graders(browser, school, one):
    assert (
        act(browser, one, "mark", points="7,5", **{"mark-reason": "The lock is\nright <b>"}).status_code
        == 303
    )
    told = text_of(browser("ada").get(f"/submissions/{one}"))
    assert "The mark was given by hand: 7.5 of 10. The graders gave 2 of 10. The lock is right <b>" in told
    assert "7.5 of 10 points" in told
    assert "Grace Hopper" in told
    assert "<b>" not in browser("ada").get(f"/submissions/{one}").text


def test_removed_the_graders_mark_counts_again(browser, school, one):
    act(browser, one, "mark", points="7", **{"mark-reason": "x"})
    act(browser, one, "mark/remove")
    told = text_of(browser("ada").get(f"/submissions/{one}"))
    assert "given by hand" not in told
    assert "2 of 10 points" in told


@pytest.mark.parametrize(
    ("points", "reason", "said"),
    [
        ("11", "x", "The mark must be from 0 to 10."),
        ("-1", "x", "The mark must be from 0 to 10."),
        ("nan", "x", "Give the mark as a number"),
        ("1e999", "x", "Give the mark as a number"),
        ("much", "x", "Give the mark as a number"),
        ("5", " ", "A reason is needed"),
    ],
)
def test_a_wrong_mark_brings_the_form_back_with_what_was_typed(browser, school, one, points, reason, said):
    answer = act(
        browser, one, "mark", points=points, **{"mark-reason": reason + "words I typed" * (reason != " ")}
    )
    assert answer.status_code == 422
    assert said in text_of(answer)
    assert f'value="{points}"' in answer.text
    assert school.submission(one).score == 2


def test_the_second_of_two_staff_is_told_and_loses_no_words(browser, school, one):
    before = seen_of(browser, one)
    act(browser, one, "mark", points="7", **{"mark-reason": "first"})
    address = f"/submissions/{one}"
    answer = browser("root").send(
        f"{address}/mark", on=address, seen=before, points="3", **{"mark-reason": "my long reason"}
    )
    assert answer.status_code == 409
    assert "Somebody else changed this mark" in text_of(answer)
    assert "my long reason" in answer.text
    assert school.submission(one).score == 7


def test_staff_tick_the_rubric_and_the_student_sees_what_holds(browser, school):
    lab = replace(
        LAB, rubric=(RubricItem("names", "Good names", 2), RubricItem("late", "Forgot the comments", -1))
    )
    with school.database.write() as session:
        session.get_one(Item, school.item["counter"]).content = dump_item(lab)
    one = school.grade(school.hand_in("ada"), report(Verdict.RACE))
    assert act(browser, one, "rubric", line=["names"]).status_code == 303
    told = text_of(browser("ada").get(f"/submissions/{one}"))
    assert "4 of 12 points" in told
    assert "Good names yes 2 of 2 Forgot the comments no 0" in told
    assert act(browser, one, "rubric", line=["other"]).status_code == 422


def test_a_comment_stands_below_its_line_for_both(browser, school, one):
    assert (
        act(
            browser, one, "comments", file="counter.py", comment="Why <i> here?", **{"at-line": "9"}
        ).status_code
        == 303
    )
    page = browser("ada").get(f"/submissions/{one}")
    line = page.text.index('id="L9"')
    assert line < page.text.index('class="remark"', line) < page.text.index('id="L10"')
    assert "Comment on line 9: Why <i> here?" in text_of(page)
    assert "Take back" not in text_of(page)


def test_a_comment_can_be_taken_back(browser, school, one):
    act(browser, one, "comments", file="counter.py", comment="Wrong", **{"at-line": "9"})
    page = browser("grace").get(f"/submissions/{one}").text
    found = re.search(r"/comments/(\d+)/remove", page)
    assert found
    assert act(browser, one, f"comments/{found[1]}/remove").status_code == 303
    assert "Wrong" not in text_of(browser("ada").get(f"/submissions/{one}"))
    assert act(browser, one, f"comments/{found[1]}/remove").status_code == 404


@pytest.mark.parametrize("line", ["", "x", "0", "99999", "9" * 30, "²"])
def test_a_comment_on_no_line_comes_back_with_its_words(browser, school, one, line):
    answer = act(browser, one, "comments", file="counter.py", comment="my words", **{"at-line": line})
    assert answer.status_code == 422
    assert "my words" in answer.text


def test_students_give_no_marks(browser, school, one):
    ada = browser("ada")
    for what in ("mark", "mark/remove", "rubric", "comments", "comments/1/remove"):
        answer = ada.send(f"/submissions/{one}/{what}", on="/results", points="10", **{"mark-reason": "x"})
        assert answer.status_code == 404
    assert "by hand" not in text_of(ada.get(f"/submissions/{one}"))
    assert school.submission(one).score == 2


def test_graders_and_image_are_shown_on_a_report(browser, school):
    one = school.grade(
        school.hand_in("ada"), report(Verdict.RACE, graders="abcdef0123456789", content="c" * 64)
    )
    told = text_of(browser("ada").get(f"/submissions/{one}"))
    assert "Image 0123 Graders abcdef0123456789 Lab cccccccccccc" in told
