"""A course's folder: ``course.toml`` names its items in order."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from zoneinfo import ZoneInfo

from graders.content.labs import read_lab, without_heading
from graders.content.quizzes import read_quiz
from graders.content.reading import Folder
from graders.content.rules import read_defaults, read_rules, read_zone
from graders.content.table import SLUG, Problems, Table
from graders.course import Course, Item, Lesson
from graders.errors import ContentError
from graders.lab import Lab
from graders.rules import Rules

_ITEM = (
    rf"(lessons|labs|quizzes)/{SLUG[0]}",
    "items written as lessons/NAME, labs/NAME or quizzes/NAME, in lower case with hyphens",
)


def load_course(path: Path) -> Course:
    """Read a whole course; its slug is the folder's name.

    Raises `ContentError` with every problem found, in the order of the items.
    """
    folder = Folder(path)
    slug = path.resolve().name
    problems = Problems()
    top = Table(folder.toml("course.toml"), folder.name("course.toml"), "", problems)
    if not re.fullmatch(SLUG[0], slug):
        problems.add(ContentError(str(path), "", f"a folder named with {SLUG[1]}"))
    title, text = top.string("title"), top.string("text", "")
    names = top.strings("items", form=_ITEM)
    where = read_zone(top)
    defaults = read_defaults(top.table("rules"), where)
    top.close()
    _check_slugs(top, names)
    items = [item for name in names if (item := _read(folder, slug, name, problems))]
    rules = {item.slug: _rules(folder, item, where, defaults, problems) for item in items}
    problems.settle()
    ruled = {name: rules for name, rules in rules.items() if rules != Rules()}
    return Course(slug, title, text, tuple(items), where.key, ruled)


def read_lesson(folder: Folder, course: str, slug: str) -> Lesson:
    """Read ``lessons/SLUG.md``; its first line is its title, as a first-level heading."""
    file = f"lessons/{slug}.md"
    text = folder.text(file)
    heading = re.match(r"\s*# +(\S[^\n]*)", text)
    if not heading:
        raise ContentError(folder.name(file), "line 1", "the title, as # Title")
    return Lesson(course, slug, heading[1].strip(), without_heading(text))


_READERS: dict[str, Callable[[Folder, str, str], Item]] = {
    "lessons": read_lesson,
    "labs": read_lab,
    "quizzes": read_quiz,
}


def _read(folder: Folder, course: str, name: str, problems: Problems) -> Item | None:
    kind, slug = name.split("/")
    try:
        return _READERS[kind](folder, course, slug)
    except ContentError as problem:
        problems.add(problem)
        return None


def _rules(folder: Folder, item: Item, where: ZoneInfo, defaults: Rules, problems: Problems) -> Rules:
    """Read the rules of an item: they are no part of it, for no sandbox has to know them."""
    if isinstance(item, Lesson):
        return Rules()
    file = f"labs/{item.slug}/lab.toml" if isinstance(item, Lab) else f"quizzes/{item.slug}/quiz.toml"
    table = Table(folder.toml(file), folder.name(file), "", problems).table("rules")
    parts = item.checks if isinstance(item, Lab) else item.questions
    return read_rules(table, where, defaults, item.kind, parts)


def _check_slugs(top: Table, names: tuple[str, ...]) -> None:
    """Addresses hold only the slug, so a quiz and a lab may not share one."""
    slugs = [name.split("/")[1] for name in names]
    for slug in sorted({slug for slug in slugs if slugs.count(slug) > 1}):
        top.problem("items", f"names that differ; {slug!r} is there more than once")
