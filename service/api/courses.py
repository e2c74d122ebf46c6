"""Courses, labs and quizzes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from flask import Response

from graders import wire
from graders.course import load_item
from graders.lab import Lab
from graders.quiz import Quiz
from service.api import access
from service.api.answers import answer
from service.api.blueprint import api, me
from service.api.shapes import (
    CourseDetail,
    CourseList,
    CourseOut,
    CoursePath,
    ItemOut,
    LabOut,
    LabPath,
    RulesOut,
    StandingOut,
)
from service.context import session
from service.rules import Admission, Refusal, Terms, is_hidden_until, shuffled_quiz
from service.store.models import Item
from service.store.standing import book, standing
from service.store.types import utc_now


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
            items=ruled_items([item for item in found.course.items if not item.retired]),
        )
    )


@api.get("/courses/<course>/labs/<lab>", summary="A lab or quiz", responses={200: LabOut})
def show_lab(path: LabPath) -> Response:
    """Show a lab's task, or a quiz's questions."""
    found = access.reach(path.course)
    item = access.find_item(found.course, path.lab)
    now = utc_now()
    stands = standing(session(), item.id, me().id, now)
    closed = stands.admission.refusal is Refusal.NOT_OPEN and not found.staff
    hidden = frozenset() if found.staff else _hidden_checks(stands.terms, now)
    own_order = me().id if stands.rules.shuffle and not found.staff else None
    text, content = ("", {}) if closed else _content(item, hidden, own_order)
    return answer(
        LabOut(
            **item_out(item).model_dump(exclude={"rules"}),
            rules=rules_out(stands.terms),
            course=found.course.slug,
            text=text,
            content=content,
            standing=_standing_out(stands.admission),
        )
    )


def ruled_items(items: Sequence[Item]) -> list[ItemOut]:
    """Return what lists say of items, with the rules that hold for the one who asks."""
    read = book(session(), [item.id for item in items if item.kind != "lesson"], me().id)
    return [item_out(item, None if item.kind == "lesson" else read.terms(item.id, me().id)) for item in items]


def rules_out(terms: Terms) -> RulesOut:
    """Return rules as the API tells them: of hidden checks only how many there are."""
    told = {name: getattr(terms.rules, name) for name in RulesOut.model_fields if name != "extended"}
    return RulesOut(
        **{**told, "hidden_checks": len(terms.rules.hidden_checks)},
        extended=terms.extended,
    )


def _standing_out(admission: Admission) -> StandingOut:
    return StandingOut(
        may_hand_in=admission.allowed,
        refusal=admission.refusal,
        again=admission.again,
        attempts_left=admission.attempts_left,
        days_late=admission.lateness.days,
        percent_off=round(100 * admission.lateness.share, 6),
    )


def _hidden_checks(terms: Terms, now: datetime) -> frozenset[str]:
    return frozenset(terms.rules.hidden_checks) if is_hidden_until(terms, now) else frozenset()


def item_out(item: Item, terms: Terms | None = None) -> ItemOut:
    """Return what lists say of an item."""
    return ItemOut(
        slug=item.slug,
        kind=item.kind,
        title=item.title,
        max_score=item.max_score,
        rules=rules_out(terms) if terms else None,
    )


def _content(
    item: Item, hidden: frozenset[str], shuffled_for: int | None = None
) -> tuple[str, dict[str, Any]]:
    content = load_item(item.kind, item.content)
    match content:
        case Lab():
            checks = [
                {"id": c.id, "title": c.title, "points": c.points}
                if c.id not in hidden
                else {"id": None, "title": "A hidden check", "points": c.points}
                for c in content.checks
            ]
            return content.text, {
                "style": str(content.style),
                "file": content.file,
                "starter": content.starter,
                "checks": checks,
                "limits": wire.dump(content.limits),
            }
        case Quiz():
            seen = content.for_students()
            if shuffled_for is not None:
                seen = shuffled_quiz(seen, shuffled_for)
            questions = [
                {
                    "id": q.id,
                    "kind": str(q.kind),
                    "title": q.title,
                    "text": q.text,
                    "points": q.points,
                    "options": [{"id": option.id, "text": option.text} for option in q.options],
                }
                for q in seen.questions
            ]
            return content.text, {"questions": questions}
    raise TypeError(f"{item.slug} is a {item.kind}: nothing is handed in for it")
