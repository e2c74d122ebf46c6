"""Courses, labs and quizzes."""

from __future__ import annotations

from typing import Any

from flask import Response

from graders import wire
from graders.course import load_item
from graders.lab import Lab
from graders.quiz import Quiz
from service.api import access
from service.api.answers import answer
from service.api.blueprint import api
from service.api.shapes import CourseDetail, CourseList, CourseOut, CoursePath, ItemOut, LabOut, LabPath
from service.store.models import Item


@api.get("/courses", summary="Your courses", responses={200: CourseList})
def list_courses() -> Response:
    """List the courses you are enrolled in; all of them for administrators."""
    found = [
        CourseOut(slug=one.course.slug, title=one.course.title, role=one.role) for one in access.courses()
    ]
    return answer(CourseList(courses=found))


@api.get("/courses/<course>", summary="A course", responses={200: CourseDetail})
def show_course(path: CoursePath) -> Response:
    """Show a course and what is in it, in its order."""
    found = access.reach(path.course)
    return answer(
        CourseDetail(
            slug=found.course.slug,
            title=found.course.title,
            role=found.role,
            text=found.course.text,
            items=[item_out(item) for item in found.course.items if not item.retired],
        )
    )


@api.get("/courses/<course>/labs/<lab>", summary="A lab or quiz", responses={200: LabOut})
def show_lab(path: LabPath) -> Response:
    """Show a lab's task, or a quiz's questions."""
    found = access.reach(path.course)
    item = access.find_item(found.course, path.lab)
    text, content = _content(item)
    return answer(LabOut(**item_out(item).model_dump(), course=found.course.slug, text=text, content=content))


def item_out(item: Item) -> ItemOut:
    """Return what lists say of an item."""
    return ItemOut(slug=item.slug, kind=item.kind, title=item.title, max_score=item.max_score)


def _content(item: Item) -> tuple[str, dict[str, Any]]:
    content = load_item(item.kind, item.content)
    match content:
        case Lab():
            checks = [{"id": c.id, "title": c.title, "points": c.points} for c in content.checks]
            return content.text, {
                "style": str(content.style),
                "file": content.file,
                "starter": content.starter,
                "checks": checks,
                "limits": wire.dump(content.limits),
            }
        case Quiz():
            questions = [
                {
                    "id": q.id,
                    "kind": str(q.kind),
                    "title": q.title,
                    "text": q.text,
                    "points": q.points,
                    "options": [{"id": option.id, "text": option.text} for option in q.options],
                }
                for q in content.for_students().questions
            ]
            return content.text, {"questions": questions}
    raise TypeError(f"{item.slug} is a {item.kind}: nothing is handed in for it")
