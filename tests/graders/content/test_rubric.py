"""A lab's rubric, as its folder has it."""

from __future__ import annotations

from pathlib import Path

import pytest

from graders.content import load_course
from graders.errors import ContentError
from graders.lab import Lab, RubricItem

LINES = """
[[rubric]]
id = "names"
title = "Names say what they mean"
points = 2

[[rubric]]
id = "copied"
title = "Copied from the lesson"
points = -1.5
"""


def write(course: Path, text: str) -> None:
    file = course / "labs" / "add" / "lab.toml"
    file.write_text(file.read_text() + text)


def test_a_rubric_adds_to_the_most_that_can_be_reached(course: Path) -> None:
    write(course, LINES)
    (lab,) = [item for item in load_course(course).items if item.slug == "add"]
    assert isinstance(lab, Lab)
    assert lab.rubric == (
        RubricItem("names", "Names say what they mean", 2.0),
        RubricItem("copied", "Copied from the lesson", -1.5),
    )
    assert (lab.rubric_points, lab.max_score) == (2.0, 12.5)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (LINES.replace("points = 2", "points = 0"), "other than 0"),
        (LINES.replace('"copied"', '"names"'), "an id of its own"),
        (LINES.replace("title = ", "titel = "), "titel"),
    ],
)
def test_a_mistake_in_a_rubric_is_told(course: Path, text: str, expected: str) -> None:
    write(course, text)
    with pytest.raises(ContentError, match=expected):
        load_course(course)
