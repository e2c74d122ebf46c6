"""Answers as they come from a form or from JSON, read into what a question's kind asks for.

An answer that is missing, empty or blank is `None`: not answered, which is no error. An answer of
the wrong type is one, because scoring it zero would hide a broken form or script.
"""

from __future__ import annotations

import math
import unicodedata
from typing import Any

from graders.errors import AnswerError
from graders.quiz.questions import Question, QuestionKind

MAX_CHARACTERS = 1000
"""Longest text that is read as an answer."""


def read_choice(question: Question, answer: Any) -> str | None:
    """Return the id of the chosen option; raises `AnswerError`."""
    if answer is None:
        return None
    if not isinstance(answer, str):
        raise _wrong_type(question, "the id of one option, such as " + _example(question), answer)
    return _option(question, answer) if answer.strip() else None


def read_choices(question: Question, answer: Any) -> frozenset[str] | None:
    """Return the ids of the chosen options; raises `AnswerError`."""
    if answer is None:
        return None
    if not isinstance(answer, list | tuple) or not all(isinstance(item, str) for item in answer):
        raise _wrong_type(question, f"a list of option ids, such as [{_example(question)}]", answer)
    return frozenset(_option(question, item) for item in answer) or None


def read_number(question: Question, answer: Any) -> float | None:
    """Return the finite number answered; text that spells one is one, as forms send text."""
    if answer is None or (isinstance(answer, str) and not answer.strip()):
        return None
    if isinstance(answer, bool) or not isinstance(answer, int | float | str):
        raise _wrong_type(question, "a number, such as 12.5", answer)
    try:
        number = float(answer)
    except (ValueError, OverflowError):
        number = math.nan
    if not math.isfinite(number):
        raise _wrong_type(question, "a number, such as 12.5", answer)
    return number


def read_text(question: Question, answer: Any) -> str | None:
    """Return the text answered, normalised; raises `AnswerError`."""
    if answer is None:
        return None
    if not isinstance(answer, str):
        raise _wrong_type(question, "text", answer)
    if len(answer) > MAX_CHARACTERS:
        raise _error(question, f"expected at most {MAX_CHARACTERS} characters, not {len(answer)}")
    return normalise(answer) or None


def normalise(text: str) -> str:
    """Return `text` as it is compared: case, spaces and a final full stop do not count."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return " ".join(folded.split()).rstrip(".").rstrip()


READERS = {
    QuestionKind.CHOICE: read_choice,
    QuestionKind.CHOICES: read_choices,
    QuestionKind.NUMBER: read_number,
    QuestionKind.TEXT: read_text,
}


def _option(question: Question, answer: str) -> str:
    wanted = answer.strip().casefold()
    for option in question.options:
        if option.id.casefold() == wanted:
            return option.id
    known = ", ".join(option.id for option in question.options)
    raise _error(question, f"has no option {answer[:40]!r}; its options are {known}")


def _example(question: Question) -> str:
    return f'"{question.options[0].id}"'


def _wrong_type(question: Question, wanted: str, answer: Any) -> AnswerError:
    # repr of a huge int is refused by Python itself, so only text is echoed.
    got = repr(answer[:40]) if isinstance(answer, str) else _in_json(answer)
    return _error(question, f"expected {wanted}, not {got}")


def _in_json(answer: Any) -> str:
    """Say what `answer` is to those who wrote it as JSON."""
    if isinstance(answer, bool):
        return "true" if answer else "false"
    if isinstance(answer, int | float):
        return "a number like this"
    return "a list" if isinstance(answer, list | tuple) else "an object"


def _error(question: Question, message: str) -> AnswerError:
    return AnswerError(f"question {question.id!r}: {message}", (question.id,))
