"""How a step and a process are told: one phrase for the picture's boxes, one sentence for everything else.

Names of objects and values come from the student's source, so they are cleaned here: one line, nothing
that a terminal or a browser would act upon, and not longer than fits.
"""

from __future__ import annotations

from dataclasses import dataclass

from graders.report import Step
from graders.words import process

LONGEST_NAME = 40
LONGEST_VALUE = 24

_TO = {"write": "writes", "send": "sends"}
_FROM = {"read": "reads", "receive": "receives"}
_ON = {
    "start": "starts",
    "acquire": "acquires",
    "release": "releases",
    "wait": "waits for",
    "join": "joins",
    "signal": "signals",
}


@dataclass(frozen=True, slots=True)
class Phrase:
    """What a step does, in two parts: ``reads 55`` and ``from r``; the second may be empty."""

    act: str
    rest: str

    def __str__(self) -> str:
        return f"{self.act} {self.rest}".rstrip()


def clean(text: str) -> str:
    """Return `text` in one line; what cannot be seen is replaced, for it could hide or turn text."""
    return "".join(
        char if char.isprintable() else " " if char.isspace() else "\N{REPLACEMENT CHARACTER}"
        for char in text
    )


def cut(text: str, longest: int) -> str:
    """Return `text` cleaned and not longer than `longest` characters."""
    text = clean(text[: longest + 1])
    return text if len(text) <= longest else text[: longest - 1] + "\N{HORIZONTAL ELLIPSIS}"


def value_text(value: float | str | None) -> str:
    """Return a value as it is shown; empty for none."""
    return "" if value is None else cut(str(value), LONGEST_VALUE)


def name_text(name: str) -> str:
    """Return the name of an object as it is shown."""
    return cut(name, LONGEST_NAME)


def short_name(name: str) -> str:
    """Return the name without its article, for a place where there is little room."""
    return name_text(name.removeprefix("the ").removeprefix("a "))


def phrase(step: Step) -> Phrase:
    """Return what the step does; an operation nobody has told of yet is shown as it is called."""
    name, value = name_text(step.object), value_text(step.value)
    of_value = f" {value}" if value else ""
    operation = step.operation
    if operation in _FROM:
        return Phrase(_FROM[operation] + of_value, f"from {name}" if name else "")
    if operation in _TO:
        return Phrase(_TO[operation] + of_value, f"to {name}" if name else "")
    if operation in _ON:
        return Phrase(_ON[operation], name)
    if operation == "end":
        return Phrase("ends", "")
    if operation == "print":
        return Phrase(f"prints {value or name}".rstrip(), "")
    return Phrase(name_text(operation), f"{name}: {value}" if name and value else name or value)


def sentence(step: Step) -> str:
    """Return the step as a sentence: ``Process 6 reads 55 from r at line 7.``"""
    where = f" at line {step.line}" if step.line else ""
    return f"{capital(process(step.process))} {phrase(step)}{where}."


def head(number: int) -> str:
    """Return a process as the head of a column."""
    return f"process {number}" if number else "main program"


def capital(text: str) -> str:
    """Return `text` as the beginning of a sentence."""
    return text[:1].upper() + text[1:]
