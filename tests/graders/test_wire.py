from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import given

from graders import wire
from graders.course import Lesson
from graders.lab import Lab
from graders.quiz import Quiz
from graders.report import Check, Report, Witness
from tests.graders.strategies import JSON, instances


@dataclass(frozen=True)
class Inner:
    number: float
    names: tuple[str, ...] = ()


@dataclass(frozen=True)
class Outer:
    inner: Inner
    by_name: dict[str, Inner] = field(default_factory=dict)
    choice: int | str | None = None
    anything: Any = None


@pytest.mark.parametrize("kind", [Lab, Quiz, Lesson, Witness, Check])
def test_what_is_dumped_through_json_loads_as_the_same_value(kind: type) -> None:
    @given(instances(kind))
    def holds(value: Any) -> None:
        assert wire.load(kind, json.loads(json.dumps(wire.dump(value), allow_nan=False))) == value

    holds()


@pytest.mark.parametrize("kind", [Lab, Quiz, Report, Outer])
def test_arbitrary_json_is_loaded_or_refused_and_nothing_else(kind: type) -> None:
    @given(JSON)
    def holds(value: Any) -> None:
        with suppress(wire.WireError):
            wire.load(kind, value)

    holds()


def test_an_unknown_key_is_named_with_its_place() -> None:
    with pytest.raises(wire.WireError, match=r"\$\.inner: unknown key 'colour'"):
        wire.load(Outer, {"inner": {"number": 1, "colour": "red"}})


def test_a_missing_key_is_named_with_its_place() -> None:
    with pytest.raises(wire.WireError, match=r"\$\.by_name\.x: key 'number' is missing"):
        wire.load(Outer, {"inner": {"number": 1}, "by_name": {"x": {}}})


def test_a_wrong_type_is_named_with_its_place() -> None:
    with pytest.raises(wire.WireError, match=r"\$\.inner\.names\[1\]: expected str, not 2"):
        wire.load(Outer, {"inner": {"number": 1, "names": ["a", 2]}})


def test_a_truth_value_is_no_number() -> None:
    with pytest.raises(wire.WireError, match="expected a finite number, not True"):
        wire.load(Inner, {"number": True})


@pytest.mark.parametrize("text", ["NaN", "Infinity", "-Infinity", "1e999", "1" + "0" * 400])
def test_a_number_that_is_no_json_or_too_large_is_refused(text: str) -> None:
    with pytest.raises(wire.WireError, match="expected a finite number"):
        wire.load(Inner, {"number": json.loads(text)})


def test_a_whole_number_is_taken_where_a_float_is_due() -> None:
    loaded = wire.load(Inner, {"number": 3})
    assert loaded == Inner(3.0)
    assert type(loaded.number) is float


def test_a_very_large_number_in_a_wrong_place_does_not_break_the_message() -> None:
    with pytest.raises(wire.WireError, match="expected str, not a very large int"):
        wire.load(Inner, {"number": 1, "names": [10**10000]})


def test_a_value_that_the_dataclass_itself_refuses_is_a_wire_error() -> None:
    check = {"id": "a", "title": "A", "verdict": "passed", "points": 2, "max_points": 1}
    with pytest.raises(wire.WireError, match=r"\$: check 'a': 2\.0 points of 1\.0"):
        wire.load(Check, check)
