"""Finds courses and their items for the commands."""

from __future__ import annotations

from pathlib import Path

from graders.content import load_course
from graders.course import Course, Item
from graders.errors import CallerError


def find_item(courses: Path, address: str) -> Item:
    """Return the item named ``course/item``; raises `CallerError` or `ContentError`."""
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


def find_course(courses: Path, slug: str) -> Course:
    """Return the course in the folder `slug` of `courses`; raises `CallerError` or `ContentError`."""
    if not courses.is_dir():
        raise CallerError(f"there is no folder {courses}: give the one that holds the courses with --courses")
    known = sorted(path.parent.name for path in courses.glob("*/course.toml"))
    if slug not in known:
        raise CallerError(f"there is no course {slug!r} in {courses}; there is {', '.join(known) or 'none'}")
    return load_course(courses / slug)
