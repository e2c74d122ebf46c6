"""Every verdict and state is told in words a beginner can use."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from graders.verdict import Certificate, Verdict
from service.store.models import State
from service.web import words

SYMBOLS = set(
    re.findall(
        r'<symbol id="([\w-]+)"', Path(words.__file__).with_name("static").joinpath("symbols.svg").read_text()
    )
)


@pytest.mark.parametrize("verdict", Verdict)
def test_every_verdict_has_a_title_a_meaning_and_what_to_look_at_next(verdict):
    told = words.VERDICTS[verdict]
    assert told.title
    assert told.meaning.endswith(".")
    assert told.next.endswith((".", "?"))


def test_no_two_verdicts_have_the_same_title_or_symbol():
    for attribute in ("title", "symbol"):
        values = [getattr(told, attribute) for told in words.VERDICTS.values()]
        assert len(set(values)) == len(values)


@pytest.mark.parametrize(
    "told",
    [
        *words.VERDICTS.values(),
        *words.STATES.values(),
        *words.QUIZ_WORDS.values(),
        *words.TEST_WORDS.values(),
    ],
)
def test_every_symbol_is_drawn(told):
    assert told.symbol in SYMBOLS


@pytest.mark.parametrize("state", [state for state in State if state is not State.GRADED])
def test_every_state_without_a_verdict_is_told(state):
    assert words.for_submission(state, None).title == words.STATES[state].title


def test_a_graded_submission_is_told_by_its_verdict():
    assert words.for_submission("graded", "race").title == "Race"


def test_a_quiz_is_not_told_in_words_about_programs():
    assert words.for_submission("graded", "wrong-value", "quiz").title == "Not all right yet"
    assert words.for_verdict("passed", "quiz").title == "All right"


def test_a_verdict_of_a_later_version_is_shown_as_unknown():
    assert words.for_verdict("heisenbug").title == "Unknown"


@pytest.mark.parametrize("certificate", Certificate)
def test_every_certificate_says_what_it_claims(certificate):
    name, claim = words.CERTIFICATES[certificate]
    assert name
    assert claim


def test_our_fault_is_never_told_as_the_students():
    assert "says nothing about your program" in words.STATES["failed"].meaning
