"""What the demonstration hands in and shows."""

from __future__ import annotations

from pathlib import Path

from graders import quiz
from graders.content import load_course
from graders.quiz import Quiz
from graders.verdict import Verdict
from workers.embedded import demo

COURSE = Path(__file__).parents[3] / "courses" / "shared-data"


def test_it_hands_in_a_right_a_racy_and_a_deadlocking_program_and_right_answers() -> None:
    programs = demo.samples(COURSE)
    assert [(sample.item, sample.expected) for sample in programs] == [
        ("counter", Verdict.PASSED),
        ("counter", Verdict.RACE),
        ("counter", Verdict.DEADLOCK),
        ("locks-quiz", Verdict.PASSED),
    ]


def test_its_answers_are_right_for_every_quiz_that_ships() -> None:
    quizzes = [item for item in load_course(COURSE).items if isinstance(item, Quiz)]
    assert len(quizzes) == 3
    for item in quizzes:
        answers = {question.id: demo.right_answer(question) for question in item.questions}
        assert quiz.grade(item, answers).passed, item.slug


def test_an_unexpected_verdict_is_told_in_the_table() -> None:
    sample = demo.Sample("counter", Verdict.RACE, {})
    rows = [demo.Row(sample, "passed", "10 / 10", 1.234, "http://here/1")]
    assert not rows[0].expected
    assert (
        demo.table(rows).splitlines()[1] == "counter  passed (expected race)  10 / 10  1.2      http://here/1"
    )
