"""A course and its items, as data. `graders.content` reads them from a folder."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from typing import Any, ClassVar, Literal

from graders import wire
from graders.lab import Lab
from graders.quiz import Quiz
from graders.rules import Rules


@dataclass(frozen=True, slots=True)
class Lesson:
    """A text to read, Markdown. Nothing is handed in."""

    kind: ClassVar[Literal["lesson"]] = "lesson"

    course: str
    slug: str
    title: str
    text: str

    @property
    def id(self) -> str:
        """``course/lesson``."""
        return f"{self.course}/{self.slug}"

    @property
    def max_score(self) -> float:
        """A lesson is read, not graded: 0."""
        return 0.0


Item = Lab | Quiz | Lesson
Kind = Literal["lab", "quiz", "lesson"]

_KINDS: dict[str, type[Lab] | type[Quiz] | type[Lesson]] = {kind.kind: kind for kind in (Lab, Quiz, Lesson)}


@dataclass(frozen=True, slots=True)
class Course:
    """A course: its items in the order a student meets them."""

    slug: str
    title: str
    text: str
    """Introduction, Markdown."""
    items: tuple[Item, ...]
    timezone: str = "UTC"
    """IANA name: in which zone its staff write and read dates."""
    rules: dict[str, Rules] = field(default_factory=dict)
    """By the slug of a lab or quiz; one that is not in it has no rules."""
    term: str = ""
    """When it is held, such as ``autumn 2026``; empty where that does not matter."""

    @property
    def digest(self) -> str:
        """SHA-256 of everything the course holds; the same content gives the same digest."""
        rules = {slug: rules.to_json() for slug, rules in self.rules.items()}
        items = [dump_item(item) for item in self.items]
        held = [self.term] if self.term else []
        return _sha256([self.slug, self.title, self.text, items, self.timezone, rules, *held])


def dump_item(item: Item) -> dict[str, Any]:
    """Return an item as plain JSON values, its key and checks included: not for students' eyes."""
    data: dict[str, Any] = wire.dump(item)
    return data


def load_item(kind: str, data: Any) -> Item:
    """Read what `dump_item` wrote; raises `wire.WireError` on anything else."""
    if kind not in _KINDS:
        raise wire.WireError(f"$: unknown kind of item {kind!r}; known are {', '.join(_KINDS)}")
    return wire.load(_KINDS[kind], data)


def dump_course(course: Course) -> dict[str, Any]:
    """Return a whole course as plain JSON values, its items with their kinds."""
    items = [{"kind": item.kind, "content": dump_item(item)} for item in course.items]
    return {
        "slug": course.slug,
        "title": course.title,
        "text": course.text,
        "term": course.term,
        "timezone": course.timezone,
        "rules": {slug: rules.to_json() for slug, rules in course.rules.items()},
        "items": items,
    }


def restore_course(data: dict[str, Any]) -> Course:
    """Read what `dump_course` wrote; raises `wire.WireError` when an item is not as expected."""
    items = tuple(load_item(item["kind"], item["content"]) for item in data["items"])
    rules = {slug: Rules.from_json(one) for slug, one in data["rules"].items()}
    return Course(data["slug"], data["title"], data["text"], items, data["timezone"], rules, data["term"])


def digest(item: Item) -> str:
    """Return the SHA-256 of everything the item holds, in hexadecimal."""
    return _sha256([item.kind, dump_item(item)])


def _sha256(value: Any) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()
