from __future__ import annotations

import json
from typing import Any

import pytest

from graders import wire
from graders.proof import prove
from graders.quiz import Question, QuestionKind, Quiz, grade
from tests.graders.course.shipped import FOLDER, QUIZZES

each_quiz = pytest.mark.parametrize("quiz", QUIZZES, ids=lambda quiz: quiz.slug)


def key(question: Question) -> Any:
    assert question.key is not None
    if question.kind is QuestionKind.CHOICE:
        return question.key.options[0]
    if question.kind is QuestionKind.CHOICES:
        return list(question.key.options)
    return question.key.number if question.kind is QuestionKind.NUMBER else question.key.accepted[0]


@each_quiz
def test_the_key_scores_everything(quiz: Quiz) -> None:
    report = grade(quiz, {question.id: key(question) for question in quiz.questions})
    assert report.passed
    assert report.score == quiz.max_score


@each_quiz
def test_every_wrong_choice_is_told_something_useful(quiz: Quiz) -> None:
    for question in quiz.questions:
        for option in question.options:
            assert option.feedback or question.feedback, (question.id, option.id)
        assert question.options or question.feedback, question.id


@each_quiz
def test_no_feedback_gives_the_key_away(quiz: Quiz) -> None:
    assert not quiz.reveal
    shown = json.dumps(wire.dump(quiz.for_students()))
    for question in quiz.questions:
        for option in question.options:
            assert option.feedback not in shown


@each_quiz
def test_where_an_option_is_code_or_says_what_happens_there_is_a_proof(quiz: Quiz) -> None:
    for question in quiz.questions:
        if any(option.code or option.claim for option in question.options):
            assert question.experiment, question.id


@each_quiz
def test_running_the_code_proves_the_key(quiz: Quiz) -> None:
    proofs = prove(quiz, FOLDER / "quizzes" / quiz.slug)
    assert proofs
    assert [str(proof) for proof in proofs if not proof.holds] == []


def test_the_question_why_it_never_finishes_is_proven_by_a_program_that_hangs() -> None:
    quiz = next(quiz for quiz in QUIZZES if quiz.slug == "locks-quiz")
    question = quiz.questions[0]
    assert question.title == "Why will it never finish?"
    assert question.experiment is not None
    assert question.experiment.outcome == "never-finishes"
    shown = question.text.split("```python\n")[1].split("\n```")[0]
    assert shown in question.experiment.program
