"""Which students' programs of a lab are alike, and two of them side by side."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import render_template
from sqlalchemy import select

from graders.course import load_item
from graders.lab import Lab
from service.context import session
from service.similarity import Region, ranked, regions
from service.store import statistics
from service.store.models import Course, Item, Submission
from service.web import access, text
from service.web.blueprint import bp

MOST_CHARACTERS = 60_000
"""Of a submission, what is compared: more than any program of a course needs."""


@dataclass(frozen=True, slots=True)
class Side:
    """One of two programs: its lines, and the numbers of the passages that begin or go on there."""

    submission: Submission
    lines: list[Any]
    passage: dict[int, int]
    begins: set[int]


@bp.get("/courses/<course>/staff/<slug>/similarity")
def similarity(course: str, slug: str) -> str:
    """Rank the pairs of a lab by how much they have in common; each student's best submission is compared."""
    found, item, lab = _lab(course, slug)
    rows = statistics.students(session(), item)
    chosen = {one: row for row in rows if (one := row.best_id or row.last_id)}
    handed_in = session().scalars(select(Submission).where(Submission.id.in_(chosen)))
    # By login, so that a pair is named in the same order whenever it is looked at.
    work = {chosen[row.id].login: program(row) for row in handed_in}
    return render_template(
        "after/similarity.html",
        course=found,
        item=item,
        people={row.login: (one, row) for one, row in chosen.items()},
        compared=len(work),
        pairs=ranked(work, lab.starter),
    )


@bp.get("/courses/<course>/staff/<slug>/similarity/<first>/<second>")
def side_by_side(course: str, slug: str, first: str, second: str) -> str:
    """Show two programs with the passages they share marked in both."""
    found, item, lab = _lab(course, slug)
    mine, theirs = _submission(item, first), _submission(item, second)
    shared = regions(program(mine), program(theirs), lab.starter)
    return render_template(
        "after/side_by_side.html",
        course=found,
        item=item,
        sides=(
            _side(mine, [region.first for region in shared]),
            _side(theirs, [region.second for region in shared]),
        ),
        regions=shared,
        tokens=sum(region.tokens for region in shared),
    )


def program(submission: Submission) -> str:
    """Return all files of a submission as one text, the main one first."""
    files: dict[str, str] = submission.files or {}
    order = sorted(files, key=lambda name: (name != submission.main, name))
    whole = "\n".join(
        files[name] if name == submission.main else f"# {name}\n{files[name]}" for name in order
    )
    return whole[:MOST_CHARACTERS]


def _lab(course: str, slug: str) -> tuple[Course, Item, Lab]:
    found = access.reach_as_staff(course)
    item = session().scalar(
        select(Item).where(Item.course_id == found.id, Item.slug == slug, Item.kind == "lab")
    )
    if item is None:
        access.unknown("lab")
    content = load_item(item.kind, item.content)
    assert isinstance(content, Lab)
    return found, item, content


def _submission(item: Item, submission_id: str) -> Submission:
    submission, _ = access.find_submission(submission_id)
    if submission.item_id != item.id:
        access.unknown("submission")
    return submission


def _side(submission: Submission, spans: list[tuple[int, int]]) -> Side:
    passage: dict[int, int] = {}
    for number, (begin, end) in enumerate(spans, 1):
        for line in range(begin, end + 1):
            passage.setdefault(line, number)
    begins = {line for line, number in passage.items() if passage.get(line - 1) != number}
    return Side(submission, text.source_lines(program(submission)), passage, begins)


__all__ = ["Region", "Side", "program", "side_by_side", "similarity"]
