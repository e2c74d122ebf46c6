"""Finds courses and their items for the commands."""

from __future__ import annotations

import json
from pathlib import Path

from graders.content import load_course
from graders.course import Course, Item, load_item
from graders.errors import CallerError
from graders.wire import WireError

_LARGEST_LAB = 1024**2


def find_item(courses: Path, address: str) -> Item:
    """Return the item named ``course/item``, or the lab in a file from its page.

    Raises `CallerError` or `ContentError`.
    """
    if address.endswith(".json"):
        return read_lab(Path(address))
    course_slug, slash, slug = address.partition("/")
    if not (slash and course_slug and slug) or "/" in slug:
        raise CallerError(
            f"{address!r} is no address of a lab: expected COURSE/LAB, such as shared-data/counter"
        )
    course = find_course(courses, course_slug)
    for item in course.items:
        if item.slug == slug:
            return item
    known = ", ".join(item.slug for item in course.items if item.kind != "lesson")
    raise CallerError(f"the course {course_slug} has no {slug!r}; it has {known}")


def read_lab(path: Path) -> Item:
    """Return the lab in a file that was downloaded from the lab's page; raises `CallerError`."""
    try:
        with path.open("rb") as file:
            data = json.loads(file.read(_LARGEST_LAB))
        return load_item("lab", data)
    except OSError as problem:
        raise CallerError(f"{path} cannot be read: {problem.strerror}") from None
    except (WireError, ValueError, RecursionError) as problem:
        raise CallerError(f"{path} is not a lab as its page gives it: {problem}") from None


def find_course(courses: Path, slug: str) -> Course:
    """Return the course in the folder `slug` of `courses`; raises `CallerError` or `ContentError`."""
    if not courses.is_dir():
        raise CallerError(f"there is no folder {courses}: give the one that holds the courses with --courses")
    known = sorted(path.parent.name for path in courses.glob("*/course.toml"))
    if slug not in known:
        raise CallerError(f"there is no course {slug!r} in {courses}; there is {', '.join(known) or 'none'}")
    return load_course(courses / slug)
