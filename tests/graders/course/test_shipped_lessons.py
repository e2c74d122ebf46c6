"""The programs of the lessons do what the text says: they are run."""

from __future__ import annotations

import pytest

from graders.course import Lesson
from graders.proof import prove
from graders.quiz import Experiment, Key, Question, QuestionKind, Quiz
from tests.graders.course.shipped import FOLDER, LESSONS, code_blocks

PROGRAMS = {
    "shared-data": ["prints The parent has 32", "prints The parent has 42", "finishes", "finishes"],
    "locks": ["prints The final value is 100", "never-finishes"],
}
"""What the complete programs of each lesson come to, in their order."""


def programs(lesson: Lesson) -> list[str]:
    return [block for block in code_blocks(lesson.text) if "__main__" in block]


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.slug)
def test_code_in_a_lesson_compiles(lesson: Lesson) -> None:
    for block in code_blocks(lesson.text):
        compile(block, lesson.slug, "exec")


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.slug)
def test_the_programs_of_a_lesson_do_what_it_says(lesson: Lesson) -> None:
    outcomes = PROGRAMS[lesson.slug]
    questions = tuple(
        Question(
            f"program-{number}",
            QuestionKind.CHOICE,
            "",
            "",
            1.0,
            key=Key(),
            experiment=Experiment(program, outcome),
        )
        for number, (program, outcome) in enumerate(zip(programs(lesson), outcomes, strict=True), 1)
    )
    found = prove(Quiz("shared-data", lesson.slug, lesson.title, "", questions), FOLDER)
    assert [str(proof) for proof in found if not proof.holds] == []


def test_the_titles_of_the_examples_are_kept() -> None:
    text = LESSONS[0].text
    for name in ("FirstSharedExample.py", "SecondSharedExample.py", "ThirdSharedExample.py"):
        assert f"### {name}\n" in text


def test_the_program_that_never_finishes_is_another_one_than_the_right_one() -> None:
    right, wrong = programs(LESSONS[1])
    assert "        lock.release()\n" in right
    assert "        lock.release()\n" not in wrong
    assert "\n    lock.release()\n" in wrong
