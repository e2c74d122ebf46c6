from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graders import wire
from graders.errors import AnswerError
from graders.quiz import Key, Question, Quiz, grade
from graders.report import Check
from graders.verdict import Verdict
from tests.graders.quiz.samples import ALL_RIGHT, CHOICE, CHOICES, NUMBER, QUIZ, TEXT
from tests.graders.strategies import JSON


def check(question: Question, answer: Any, reveal: bool = False) -> Check:
    quiz = Quiz("course", "quiz", "Quiz", "", (question,), reveal)
    return grade(quiz, {question.id: answer}).checks[0]


def test_everything_right_scores_the_maximum_and_passes() -> None:
    report = grade(QUIZ, ALL_RIGHT, seed=7)
    assert report.passed
    assert (report.score, report.max_score) == (7.5, 7.5)
    assert report.max_score == QUIZ.max_score
    assert (report.lab, report.seed) == ("course/quiz", 7)
    assert [check.id for check in report.checks] == ["one", "several", "number", "text"]


def test_what_is_missing_scores_nothing_and_is_told_as_not_answered() -> None:
    report = grade(QUIZ, {})
    assert report.score == 0
    assert report.verdict is Verdict.WRONG_VALUE
    assert {check.message for check in report.checks} == {"Not answered."}


@pytest.mark.parametrize(
    ("question", "answer"), [(CHOICE, ""), (CHOICE, None), (CHOICES, []), (NUMBER, " "), (TEXT, "  ")]
)
def test_an_answer_left_blank_counts_as_missing(question: Question, answer: object) -> None:
    assert check(question, answer).message == "Not answered."


def test_a_wrong_choice_is_told_why_without_giving_the_key_away() -> None:
    found = check(CHOICE, "B")
    assert (found.verdict, found.points) == (Verdict.WRONG_VALUE, 0.0)
    assert found.message == "Not right. Look again at that."


def test_a_wrong_choice_without_feedback_of_its_own_gets_the_questions() -> None:
    assert check(CHOICE, "C").message == "Not right. Read the lesson."


def test_a_right_choice_is_told_its_feedback() -> None:
    assert check(CHOICE, " a ").message == "Right. It is this."


def test_the_key_is_told_only_by_a_quiz_that_reveals_it() -> None:
    assert check(CHOICE, "B", reveal=True).message.endswith('The right answer is "this".')
    assert check(CHOICES, ["E"], reveal=True).message.endswith('The right answers are "A", "B", "C".')
    assert check(NUMBER, 7, reveal=True).message.endswith("The right answer is 0.3.")
    assert check(TEXT, None, reveal=True).message.endswith('The right answer is "critical section".')
    assert "right answer" not in check(CHOICE, "A", reveal=True).message


@pytest.mark.parametrize(
    ("chosen", "points"),
    [
        ("ABC", 3.0),
        ("AB", 2.0),
        ("A", 1.0),
        ("ABCD", 2.0),
        ("ABD", 1.0),
        ("AD", 0.0),
        ("DE", 0.0),
        ("ABCDE", 1.0),
    ],
)
def test_several_choices_score_right_ones_less_wrong_ones(chosen: str, points: float) -> None:
    assert check(CHOICES, list(chosen)).points == pytest.approx(points)


def test_several_choices_are_told_what_was_chosen_and_not_what_was_missed() -> None:
    message = check(CHOICES, ["D", "A"]).message
    assert message == "1 of the 2 you chose is right. About A. About D."
    assert check(CHOICES, ["A", "B"]).message.startswith(
        "2 of the 2 you chose are right, but something is missing."
    )


def test_choosing_the_same_option_twice_counts_once() -> None:
    assert check(CHOICES, ["A", "a", "B", "C"]).points == 3.0


@pytest.mark.parametrize("answer", [0.2, 0.4, 0.3, "0.4", " 0.25 ", 0.2 + 0.2])
def test_a_number_within_the_tolerance_is_right(answer: object) -> None:
    assert check(NUMBER, answer).verdict is Verdict.PASSED


@pytest.mark.parametrize("answer", [0.1999, 0.41, 0, -0.3, 10**30])
def test_a_number_outside_the_tolerance_is_wrong(answer: object) -> None:
    assert check(NUMBER, answer).points == 0


@pytest.mark.parametrize(
    "answer",
    [
        "critical section",
        "  Critical   SECTION ",
        "critical section.",
        "STRASSE",
        "straße",
        "\u2003critical\u00a0section",
    ],
)
def test_text_is_compared_without_case_spaces_and_full_stop(answer: str) -> None:
    assert check(TEXT, answer).verdict is Verdict.PASSED


def test_another_text_is_wrong_and_told_the_questions_feedback() -> None:
    assert check(TEXT, "lock").message == '"lock" is not right. Two words.'


@pytest.mark.parametrize(
    ("name", "answer", "wanted"),
    [
        ("one", ["A"], "the id of one option"),
        ("one", 1, "the id of one option"),
        ("one", True, "the id of one option"),
        ("one", "Z", "its options are A, B, C"),
        ("several", "A", "a list of option ids"),
        ("several", ["A", 1], "a list of option ids"),
        ("several", {"A": True}, "a list of option ids"),
        ("several", ["A", "Z"], "its options are A, B, C, D, E"),
        ("number", "twelve", "a number"),
        ("number", True, "a number"),
        ("number", [1], "a number"),
        ("number", float("nan"), "a number"),
        ("number", 10**400, "a number"),
        ("number", "inf", "a number"),
        ("text", 5, "text"),
        ("text", "x" * 1001, "at most 1000 characters"),
    ],
)
def test_an_answer_of_the_wrong_type_is_the_callers_error_and_names_the_question(
    name: str, answer: object, wanted: str
) -> None:
    with pytest.raises(AnswerError) as caught:
        grade(QUIZ, {**ALL_RIGHT, name: answer})
    assert caught.value.questions == (name,)
    assert caught.value.status == 422
    assert f"question {name!r}" in str(caught.value)
    assert wanted in str(caught.value)


def test_answers_for_unknown_questions_are_all_named() -> None:
    with pytest.raises(AnswerError, match="no question 'q8', 'q9'; its questions are number, one") as caught:
        grade(QUIZ, {"q9": "A", "one": "A", "q8": 1})
    assert caught.value.questions == ("q8", "q9")


def test_what_students_see_holds_nothing_that_tells_the_key() -> None:
    shown = json.dumps(wire.dump(QUIZ.for_students()))
    for secret in ("feedback", "code", "claim"):
        assert all(
            not option.get(secret)
            for question in json.loads(shown)["questions"]
            for option in question["options"]
        )
    for told in (
        "critical section",
        "It is this",
        "Look again",
        "Read the lesson",
        "OPTION",
        "finishes",
        "Two words",
    ):
        assert told not in shown
    assert all(question["key"] is None for question in json.loads(shown)["questions"])
    assert [option.text for option in QUIZ.for_students().questions[0].options] == ["this", "that", "neither"]


def test_a_quiz_without_its_key_cannot_be_graded_by_mistake() -> None:
    with pytest.raises(ValueError, match="came without its key"):
        grade(QUIZ.for_students(), ALL_RIGHT)


@given(st.dictionaries(st.sampled_from([*ALL_RIGHT, "unknown"]), JSON))
def test_any_json_answers_are_graded_or_refused(answers: dict[str, Any]) -> None:
    with suppress(AnswerError):
        report = grade(QUIZ, answers)
        assert 0 <= report.score <= report.max_score


@given(
    st.integers(2, 8).flatmap(
        lambda count: st.tuples(
            st.just("ABCDEFGH"[:count]),
            st.sets(st.sampled_from("ABCDEFGH"[:count]), min_size=1),
            st.sets(st.sampled_from("ABCDEFGH"[:count])),
            st.sampled_from([0.1, 0.3, 1.0, 3.0, 7.7]),
        )
    )
)
def test_partial_credit_stays_between_nothing_and_all_and_grows_with_what_is_right(
    case: tuple[str, set[str], set[str], float],
) -> None:
    names, right, chosen, points = case
    options = tuple(replace(CHOICES.options[0], id=name) for name in names)
    question = replace(CHOICES, options=options, key=Key(options=tuple(sorted(right))), points=points)
    found = check(question, sorted(chosen))
    assert 0 <= found.points <= points
    assert (found.points == points) == (chosen == right) == (found.verdict is Verdict.PASSED)
    for missed in right - chosen:
        assert check(question, sorted(chosen | {missed})).points >= found.points
    for wrong in chosen - right:
        assert check(question, sorted(chosen - {wrong})).points >= found.points
