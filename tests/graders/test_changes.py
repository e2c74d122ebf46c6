"""Differences between two versions of an item are told in its author's words."""

from __future__ import annotations

from dataclasses import replace

import pytest

from graders.changes import differences, same
from graders.course import Item, Lesson
from graders.lab import ExploreBudget
from graders.limits import Limits
from graders.quiz import Key
from tests.service.client import LAB, LESSON, QUIZ

ONE, TWO = QUIZ.questions


@pytest.mark.parametrize(
    ("old", "new", "aspects", "grades"),
    [
        (LAB, replace(LAB, title="Other"), ["title"], False),
        (LAB, replace(LAB, text="Other"), ["text"], False),
        (LAB, replace(LAB, starter="x = 1\n"), ["starter"], False),
        (LAB, replace(LAB, checks=(replace(LAB.checks[0], points=5),)), ["points"], True),
        (LAB, replace(LAB, checks=(replace(LAB.checks[0], with_={"expected": 9}),)), ["parameters"], True),
        (LAB, replace(LAB, checks=(replace(LAB.checks[0], property="output"),)), ["checks"], True),
        (LAB, replace(LAB, limits=Limits(cpus=1)), ["limits"], True),
        (LAB, replace(LAB, explore=ExploreBudget(1, 1)), ["limits"], True),
        (LAB, replace(LAB, file="other.py"), ["style"], True),
        (QUIZ, replace(QUIZ, title="Other"), ["title"], False),
        (QUIZ, replace(QUIZ, questions=(replace(ONE, key=Key(options=("B",))), TWO)), ["quiz key"], True),
        (QUIZ, replace(QUIZ, questions=(ONE, replace(TWO, points=3))), ["points"], True),
        (QUIZ, replace(QUIZ, questions=(replace(ONE, text="?"), TWO)), ["wording"], False),
        (QUIZ, replace(QUIZ, questions=(TWO, ONE)), ["wording"], False),
        (QUIZ, replace(QUIZ, questions=(ONE, replace(TWO, id="q9"))), ["points", "questions"], True),
        (QUIZ, replace(QUIZ, reveal=True), ["feedback"], False),
        (LESSON, replace(LESSON, text="Other"), ["text"], False),
        (LAB, Lesson("c", "counter", "A counter", "x"), ["kind"], True),
        (LAB, LAB, [], False),
        (QUIZ, QUIZ, [], False),
    ],
)
def test_what_changed_is_named_and_whether_it_matters_for_grades(
    old: Item, new: Item, aspects: list[str], grades: bool
) -> None:
    found = differences(old, new)
    assert [one.aspect for one in found] == aspects
    assert any(one.grades for one in found) == grades
    assert same(old, new) == (not aspects)


def test_a_new_sum_of_points_is_told_and_a_new_key_says_of_which_questions() -> None:
    (points,) = differences(QUIZ, replace(QUIZ, questions=(ONE, replace(TWO, points=3))))
    assert points.detail == "2 to 4 in all"
    (key,) = differences(QUIZ, replace(QUIZ, questions=(replace(ONE, key=Key(options=("B",))), TWO)))
    assert key.detail == "of q1"
