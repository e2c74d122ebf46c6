"""What is different between two versions of a course's item, in the words of those who wrote it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from graders.course import Item, dump_item
from graders.lab import Lab
from graders.quiz import Quiz


@dataclass(frozen=True, slots=True)
class Difference:
    """One aspect that changed: ``title``, ``points``, ``limits``, ``parameters``, ``quiz key``, ..."""

    aspect: str
    detail: str = ""
    """From what to what, where that is short."""
    grades: bool = False
    """Whether what was handed in before could be graded otherwise now."""


def differences(old: Item, new: Item) -> tuple[Difference, ...]:
    """Return what changed between two versions of one item; nothing when they are the same."""
    if isinstance(old, Lab) and isinstance(new, Lab):
        found = [*_common(old, new), *_lab(old, new)]
    elif isinstance(old, Quiz) and isinstance(new, Quiz):
        found = [*_common(old, new), *_quiz(old, new)]
    elif old.kind == new.kind:
        found = list(_common(old, new))
    else:
        found = [Difference("kind", f"{old.kind} to {new.kind}", grades=True)]
    return tuple(found)


def _common(old: Item, new: Item) -> Iterator[Difference]:
    if old.title != new.title:
        yield Difference("title", f"“{old.title}” to “{new.title}”")
    if old.text != new.text:
        yield Difference("text")
    if old.max_score != new.max_score or _points(old) != _points(new):
        same = old.max_score == new.max_score
        whole = "spread otherwise" if same else f"{old.max_score:g} to {new.max_score:g} in all"
        yield Difference("points", whole, grades=True)


def _points(item: Item) -> Mapping[str, float]:
    """Return the points of each check or question that has a name to compare it by."""
    if isinstance(item, Lab):
        return {check.id: check.points for check in item.checks}
    if isinstance(item, Quiz):
        return {question.id: question.points for question in item.questions}
    return {}


_LAB: tuple[tuple[str, bool, Callable[[Lab], Any]], ...] = (
    ("style", True, lambda lab: (lab.style, lab.file)),
    ("starter", False, lambda lab: lab.starter),
    (
        "checks",
        True,
        lambda lab: ([(check.id, check.title, check.property) for check in lab.checks], lab.own_property),
    ),
    ("tests", True, lambda lab: lab.tests),
    ("parameters", True, lambda lab: (lab.function, {check.id: check.with_ for check in lab.checks})),
    ("limits", True, lambda lab: (lab.limits, lab.free_runs, lab.explore)),
)


def _lab(old: Lab, new: Lab) -> Iterator[Difference]:
    for aspect, grades, part in _LAB:
        if part(old) != part(new):
            yield Difference(aspect, grades=grades)


def _quiz(old: Quiz, new: Quiz) -> Iterator[Difference]:
    before = {question.id: question for question in old.questions}
    after = {question.id: question for question in new.questions}
    if rekeyed := [id_ for id_ in before if id_ in after and before[id_].key != after[id_].key]:
        yield Difference("quiz key", "of " + _some(rekeyed), grades=True)
    added, gone = [id_ for id_ in after if id_ not in before], [id_ for id_ in before if id_ not in after]
    if added or gone:
        told = [f"{word} {_some(ids)}" for word, ids in (("new", added), ("gone", gone)) if ids]
        yield Difference("questions", ", ".join(told), grades=True)
    reworded = [id_ for id_ in before if id_ in after and _wording(before[id_]) != _wording(after[id_])]
    if reworded or (list(before) != list(after) and not (added or gone)):
        yield Difference("wording", "of " + _some(reworded) if reworded else "another order")
    if old.reveal != new.reveal:
        yield Difference("feedback", "tells the right answer now" if new.reveal else "tells it no longer")


def _wording(question: Any) -> tuple[Any, ...]:
    shown = [(option.id, option.text, option.feedback, option.code) for option in question.options]
    return question.kind, question.title, question.text, question.feedback, shown


def _some(ids: list[str]) -> str:
    return ", ".join(ids[:5]) + (f" and {len(ids) - 5} more" if len(ids) > 5 else "")


def same(old: Item, new: Item) -> bool:
    """Whether nothing at all differs, also what `differences` has no word for."""
    return old.kind == new.kind and dump_item(old) == dump_item(new)
