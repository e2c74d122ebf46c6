from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graders import wire
from graders.course import Item, Lesson, digest, dump_item, load_item
from graders.lab import Lab
from graders.quiz import Quiz
from tests.graders.strategies import JSON, instances

ITEMS = st.one_of(instances(Lab), instances(Quiz), instances(Lesson))


@given(ITEMS)
def test_an_item_survives_the_way_through_the_database(item: Item) -> None:
    data = json.loads(json.dumps(dump_item(item), allow_nan=False))
    assert load_item(item.kind, data) == item
    assert digest(load_item(item.kind, data)) == digest(item)


@given(st.sampled_from(["lab", "quiz", "lesson"]), JSON)
def test_anything_else_is_a_wire_error(kind: str, data: Any) -> None:
    with pytest.raises(wire.WireError):
        load_item(kind, data)


def test_an_unknown_kind_is_named() -> None:
    with pytest.raises(wire.WireError, match="unknown kind of item 'exam'; known are lab, quiz, lesson"):
        load_item("exam", {})


def test_items_of_different_kinds_never_have_the_same_digest() -> None:
    lesson = Lesson("course", "intro", "Introduction", "Text")
    assert digest(lesson) != digest(Quiz("course", "intro", "Introduction", "Text"))


def test_a_lesson_is_worth_nothing() -> None:
    lesson = Lesson("course", "intro", "Introduction", "Text")
    assert (lesson.max_score, lesson.id) == (0.0, "course/intro")
