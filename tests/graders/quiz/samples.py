"""A quiz with a question of every kind."""

from __future__ import annotations

from graders.quiz import Experiment, Key, Option, Question, QuestionKind, Quiz

CHOICE = Question(
    id="one",
    kind=QuestionKind.CHOICE,
    title="One",
    text="Which?",
    points=2.0,
    options=(
        Option("A", "this", feedback="It is this."),
        Option("B", "that", feedback="Look again at that.", code="x = 1", claim="finishes"),
        Option("C", "neither"),
    ),
    key=Key(options=("A",)),
    feedback="Read the lesson.",
    experiment=Experiment("OPTION", "finishes"),
)
CHOICES = Question(
    id="several",
    kind=QuestionKind.CHOICES,
    title="Several",
    text="Which ones?",
    points=3.0,
    options=tuple(Option(name, name, feedback=f"About {name}.") for name in "ABCDE"),
    key=Key(options=("A", "B", "C")),
)
NUMBER = Question(
    id="number",
    kind=QuestionKind.NUMBER,
    title="Number",
    text="How many?",
    points=1.0,
    key=Key(number=0.3, tolerance=0.1),
)
TEXT = Question(
    id="text",
    kind=QuestionKind.TEXT,
    title="Text",
    text="What is it called?",
    points=1.5,
    key=Key(accepted=("critical section", "Straße")),
    feedback="Two words.",
)
QUIZ = Quiz("course", "quiz", "Quiz", "Text", (CHOICE, CHOICES, NUMBER, TEXT))
ALL_RIGHT = {"one": "A", "several": ["A", "B", "C"], "number": 0.3, "text": "critical section"}
