"""A quiz, as data."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import ClassVar, Literal


class QuestionKind(StrEnum):
    """What an answer looks like."""

    CHOICE = "choice"
    """One option's id."""
    CHOICES = "choices"
    """A list of option ids; partial credit."""
    NUMBER = "number"
    """A number, right within a tolerance."""
    TEXT = "text"
    """A word or two, compared after normalisation."""


@dataclass(frozen=True, slots=True)
class Option:
    """One answer to choose. `text` is Markdown; everything after it stays on our side."""

    id: str
    text: str
    feedback: str = ""
    """Told to those who chose it."""
    code: str = ""
    """The option as code, put into the question's experiment to prove the key."""
    claim: str = ""
    """What the option says will happen, as `Experiment.outcome` writes it."""


@dataclass(frozen=True, slots=True)
class Key:
    """What is right. Only the fields of the question's kind are used."""

    options: tuple[str, ...] = ()
    number: float | None = None
    tolerance: float = 0.0
    """Greatest absolute difference that is still right."""
    accepted: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Experiment:
    """A program that proves the key: see `graders.proof` for how it is read."""

    program: str
    outcome: str = ""
    """``finishes``, ``never-finishes``, ``raises``, ``raises NAME``, or ``prints TEXT`` as last line."""


@dataclass(frozen=True, slots=True)
class Question:
    """One question; `text` is Markdown, its code block included."""

    id: str
    kind: QuestionKind
    title: str
    text: str
    points: float
    options: tuple[Option, ...] = ()
    key: Key | None = None
    """`None` in what students see."""
    feedback: str = ""
    """Told after a wrong answer that has no feedback of its own."""
    experiment: Experiment | None = None

    def for_students(self) -> Question:
        """Return the question without its key and without anything that tells it."""
        options = tuple(Option(option.id, option.text) for option in self.options)
        return replace(self, options=options, key=None, feedback="", experiment=None)


@dataclass(frozen=True, slots=True)
class Quiz:
    """Questions to answer."""

    kind: ClassVar[Literal["quiz"]] = "quiz"

    course: str
    slug: str
    title: str
    text: str
    """Introduction, Markdown."""
    questions: tuple[Question, ...] = field(default=())
    reveal: bool = False
    """Whether reports name the right answers."""

    @property
    def id(self) -> str:
        """``course/quiz``, as reports name it."""
        return f"{self.course}/{self.slug}"

    @property
    def max_score(self) -> float:
        """Sum of the questions' points."""
        return sum(question.points for question in self.questions)

    def for_students(self) -> Quiz:
        """Return the quiz as it may be shown: no keys, no feedback, no experiments."""
        return replace(self, questions=tuple(q.for_students() for q in self.questions))
