"""From answers to a report: one check for each question."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from graders.errors import AnswerError
from graders.quiz.answers import READERS, normalise
from graders.quiz.questions import Key, Question, QuestionKind, Quiz
from graders.report import Check, Report
from graders.verdict import Verdict
from graders.version import graders_digest


@dataclass(frozen=True, slots=True)
class Mark:
    """How far an answer is right, from 0.0 to 1.0, and what is said about it."""

    share: float
    message: str


def grade(quiz: Quiz, answers: Mapping[str, Any], seed: int = 0) -> Report:
    """Grade a whole quiz.

    `answers` holds one answer for each question id: an option id (choice), a list of them (choices),
    a number, or text. What is missing scores 0. Raises `AnswerError` when a question is unknown
    or an answer is of the wrong type; `ValueError` when the quiz has lost its key.
    """
    known = {question.id for question in quiz.questions}
    if unknown := tuple(sorted(str(name) for name in answers if name not in known)):
        names = ", ".join(repr(name[:40]) for name in unknown[:5]) + (", ..." if unknown[5:] else "")
        raise AnswerError(
            f"this quiz has no question {names}; its questions are {', '.join(sorted(known))}", unknown
        )
    checks = [_check(question, answers.get(question.id), quiz.reveal) for question in quiz.questions]
    return Report.of(quiz.id, checks, seed=seed, graders=graders_digest())


def _check(question: Question, answer: Any, reveal: bool) -> Check:
    mark = mark_answer(question, answer)
    points = question.points if mark.share == 1 else round(question.points * mark.share, 4)
    message = mark.message
    if reveal and mark.share < 1:
        message = f"{message} {right_answer(question)}"
    verdict = Verdict.PASSED if mark.share == 1 else Verdict.WRONG_VALUE
    return Check(question.id, question.title, verdict, points, question.points, message)


def mark_answer(question: Question, answer: Any) -> Mark:
    """Return how far `answer` is right; raises `AnswerError` when it cannot be read."""
    if question.key is None:
        raise ValueError(f"question {question.id!r} came without its key")
    given = READERS[question.kind](question, answer)
    if given is None:
        return Mark(0.0, "Not answered.")
    return _MARKERS[question.kind](question, question.key, given)


def right_answer(question: Question) -> str:
    """Return a sentence that gives the key away."""
    key = question.key or Key()
    if question.kind is QuestionKind.CHOICE:
        return f"The right answer is {_named(question, key.options[0])}."
    if question.kind is QuestionKind.CHOICES:
        return f"The right answers are {', '.join(_named(question, one) for one in key.options)}."
    if question.kind is QuestionKind.NUMBER:
        return f"The right answer is {key.number:.12g}."
    return f'The right answer is "{key.accepted[0]}".'


def _named(question: Question, chosen: str) -> str:
    """Return an option's text: where options are shuffled, nobody sees their letters."""
    text = next((option.text for option in question.options if option.id == chosen), chosen)
    return chosen if "\n" in text else f'"{text.replace("`", "")}"'


def _mark_choice(question: Question, key: Key, chosen: str) -> Mark:
    right = chosen in key.options
    opening = "Right." if right else "Not right."
    return Mark(float(right), _sentences(opening, _feedback(question, chosen) or _general(question, right)))


def _mark_choices(question: Question, key: Key, chosen: frozenset[str]) -> Mark:
    """Score (right chosen - wrong chosen) / right, and never below 0."""
    hits = len(chosen & set(key.options))
    wrong = len(chosen) - hits
    share = max(0.0, (hits - wrong) / len(key.options))
    told = [_feedback(question, option.id) for option in question.options if option.id in chosen]
    if share == 1:
        return Mark(share, _sentences("Right.", *told))
    opening = f"{hits} of the {len(chosen)} you chose {'is' if hits == 1 else 'are'} right"
    opening += "." if wrong else ", but something is missing."
    return Mark(share, _sentences(opening, *told, _general(question, right=False)))


def _mark_number(question: Question, key: Key, given: float) -> Mark:
    assert key.number is not None
    # A tolerance of 0.1 around 0.3 must include 0.4, whatever binary fractions say.
    slack = 1e-9 * max(1.0, abs(key.number))
    right = abs(given - key.number) <= key.tolerance + slack
    return _plain(question, right, f"{given:.12g}")


def _mark_text(question: Question, key: Key, given: str) -> Mark:
    return _plain(question, given in {normalise(text) for text in key.accepted}, f'"{given[:60]}"')


_MARKERS: dict[QuestionKind, Callable[[Question, Key, Any], Mark]] = {
    QuestionKind.CHOICE: _mark_choice,
    QuestionKind.CHOICES: _mark_choices,
    QuestionKind.NUMBER: _mark_number,
    QuestionKind.TEXT: _mark_text,
}


def _plain(question: Question, right: bool, given: str) -> Mark:
    opening = "Right." if right else f"{given} is not right."
    return Mark(float(right), _sentences(opening, _general(question, right)))


def _feedback(question: Question, chosen: str) -> str:
    return next((option.feedback for option in question.options if option.id == chosen), "")


def _general(question: Question, right: bool) -> str:
    return "" if right else question.feedback


def _sentences(*parts: str) -> str:
    return " ".join(part.strip() for part in parts if part.strip())
