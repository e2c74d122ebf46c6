"""A course's folder: ``course.toml`` names its items in order."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from zoneinfo import ZoneInfo

from graders.content.labs import read_lab, without_heading
from graders.content.quizzes import read_quiz
from graders.content.reading import Folder, Source
from graders.content.rules import read_defaults, read_rules, read_zone
from graders.content.table import MAX_TITLE, SLUG, Problems, Table
from graders.course import Course, Item, Lesson
from graders.errors import ContentError
from graders.lab import Lab
from graders.rules import Rules

MAX_ITEMS = 500
MAX_TERM = 80
"""Characters."""
_ITEM = (
    rf"(lessons|labs|quizzes)/{SLUG[0]}",
    "items written as lessons/NAME, labs/NAME or quizzes/NAME, in lower case with hyphens",
)


def load_course(path: Path, slug: str = "", term: str = "") -> Course:
    """Read a whole course from a folder, see `read_course`; raises `ContentError`."""
    return read_course(Folder(path), slug, term)


def read_course(folder: Source, slug: str = "", term: str = "") -> Course:
    """Read a whole course.

    Its slug is the folder's name, and its term what course.toml says, unless others are given: so one
    folder can be loaded as several courses, side by side. Raises `ContentError` with every problem
    found, in the order of the items.
    """
    called = "a slug" if slug else "a folder named"
    slug = slug or folder.title
    problems = Problems()
    top = Table(folder.toml("course.toml"), folder.name("course.toml"), "", problems)
    if not re.fullmatch(SLUG[0], slug):
        problems.add(
            ContentError(folder.name("course.toml"), "", f"{called} with {SLUG[1]}, not {slug!r}"[:300])
        )
    title, text = top.string("title", most=MAX_TITLE), top.string("text", "")
    term = term or top.string("term", "", most=MAX_TERM)
    names = top.strings("items", form=_ITEM)
    where = read_zone(top)
    defaults = read_defaults(top.table("rules"), where)
    top.has("term")
    top.close()
    _check_items(top, names)
    items = [item for name in names if (item := _read(folder, slug, name, problems))]
    rules = {item.slug: _rules(folder, item, where, defaults, problems) for item in items}
    problems.settle()
    ruled = {name: rules for name, rules in rules.items() if rules != Rules()}
    return Course(slug, title, text, tuple(items), where.key, ruled, term.strip())


def read_lesson(folder: Source, course: str, slug: str) -> Lesson:
    """Read ``lessons/SLUG.md``; its first line is its title, as a first-level heading."""
    file = f"lessons/{slug}.md"
    text = folder.text(file)
    heading = re.match(r"\s*# +(\S[^\n]*)", text)
    if not heading:
        raise ContentError(folder.name(file), "line 1", "the title, as # Title")
    title = heading[1].strip()
    if len(title) > MAX_TITLE:
        raise ContentError(folder.name(file), "line 1", f"a title of at most {MAX_TITLE} characters")
    return Lesson(course, slug, title, without_heading(text))


_READERS: dict[str, Callable[[Source, str, str], Item]] = {
    "lessons": read_lesson,
    "labs": read_lab,
    "quizzes": read_quiz,
}


def _read(folder: Source, course: str, name: str, problems: Problems) -> Item | None:
    kind, slug = name.split("/")
    try:
        return _READERS[kind](folder, course, slug)
    except ContentError as problem:
        problems.add(problem)
        return None


def _rules(folder: Source, item: Item, where: ZoneInfo, defaults: Rules, problems: Problems) -> Rules:
    """Read the rules of an item: they are no part of it, for no sandbox has to know them."""
    if isinstance(item, Lesson):
        return Rules()
    file = f"labs/{item.slug}/lab.toml" if isinstance(item, Lab) else f"quizzes/{item.slug}/quiz.toml"
    table = Table(folder.toml(file), folder.name(file), "", problems).table("rules")
    parts = item.checks if isinstance(item, Lab) else item.questions
    return read_rules(table, where, defaults, item.kind, parts)


def _check_items(top: Table, names: tuple[str, ...]) -> None:
    """Addresses hold only the slug, so a quiz and a lab may not share one."""
    if len(names) > MAX_ITEMS:
        top.problem("items", f"at most {MAX_ITEMS} items, not {len(names)}")
    slugs = [name.split("/")[1] for name in names]
    for slug, count in sorted(Counter(slugs).items()):
        if count > 1:
            top.problem("items", f"names that differ; {slug!r} is there more than once")
