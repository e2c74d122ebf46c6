"""Dates and rules, for staff: an overview of a course, and the form of a lab or quiz with its extensions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

from flask import flash, redirect, render_template, request, url_for
from sqlalchemy import func, select

from graders import clock
from graders.course import load_item
from graders.lab import Lab
from graders.quiz import Quiz
from graders.rules import Rules
from service.context import database, session
from service.store import ruling
from service.store.models import Course, Item
from service.store.rules_tables import ItemExtension, ItemRules
from service.store.standing import effective
from service.web import access
from service.web.blueprint import bp
from service.web.rules_form import ExtensionForm, RulesForm, differences


class Part(NamedTuple):
    """A check or question that can be hidden."""

    id: str
    title: str


@dataclass(frozen=True, slots=True)
class Line:
    """A lab or quiz in the overview."""

    item: Item
    rules: Rules
    edited: bool
    extensions: int


@bp.get("/courses/<course>/rules")
def rules_overview(course: str) -> str:
    """List what holds for every lab and quiz."""
    found = access.reach_as_staff(course)
    count = (
        select(ItemExtension.item_id, func.count())
        .join(Item, Item.id == ItemExtension.item_id)
        .where(Item.course_id == found.id)
        .group_by(ItemExtension.item_id)
    )
    granted: dict[int, int] = dict(session().execute(count).all())
    rows = session().execute(
        select(Item, ItemRules.folder, ItemRules.edited)
        .join(ItemRules, ItemRules.item_id == Item.id, isouter=True)
        .where(Item.course_id == found.id, Item.kind != "lesson", Item.retired.is_(False))
        .order_by(Item.position)
    )
    lines = [
        Line(item, effective(folder, edited), edited is not None, granted.get(item.id, 0))
        for item, folder, edited in rows
    ]
    return render_template(
        "rules/overview.html", course=found, lines=lines, zone=ruling.zone_of(session(), found)
    )


@bp.get("/courses/<course>/rules/<slug>")
def edit_rules(course: str, slug: str) -> str:
    """Show the rules of a lab or quiz in a form, and who was granted more."""
    found, item = find(course, slug)
    return page(found, item, granting=_granting(found, item, request.args.get("student", "")))


@bp.post("/courses/<course>/rules/<slug>")
def save_rules(course: str, slug: str) -> Any:
    """Save the form, unless something in it is wrong or somebody else saved in the meantime."""
    found, item = find(course, slug)
    where = clock.zone(ruling.zone_of(session(), found))
    form = RulesForm.read(request.form, where, rules_now(item), [part.id for part in _parts(item)])
    if other := other_zone(where.key):
        return page(found, item, form=form, version=version_of(), meanwhile=other), 409
    if form.problems:
        return page(found, item, form=form, version=version_of()), 422
    try:
        ruling.save_rules(database(), item.id, form.rules, version=version_of(), editor=access.me())
    except ruling.EditedMeanwhileError as problem:
        return page(found, item, form=form, meanwhile=problem), 409
    flash("The rules are saved. They hold from now on, also for what was handed in before.", "good")
    return redirect(url_for("web.edit_rules", course=course, slug=slug), 303)


@bp.post("/courses/<course>/rules/<slug>/folder")
def rules_of_folder(course: str, slug: str) -> Any:
    """Let hold again what the course folder says."""
    found, item = find(course, slug)
    try:
        ruling.save_rules(database(), item.id, None, version=version_of(), editor=access.me())
    except ruling.EditedMeanwhileError as problem:
        return page(found, item, meanwhile=problem), 409
    flash("What the course folder says holds again.", "good")
    return redirect(url_for("web.edit_rules", course=course, slug=slug), 303)


def page(
    course: Course,
    item: Item,
    *,
    form: RulesForm | None = None,
    version: int | None = None,
    granting: ExtensionForm | None = None,
    meanwhile: ruling.EditedMeanwhileError | str | None = None,
) -> str:
    """Return the page of an item's rules; `form` and `granting` are what is written in its two forms."""
    if meanwhile:
        look_again()
    zone = ruling.zone_of(session(), course)
    where = clock.zone(zone)
    row = session().get(ItemRules, item.id)
    now = rules_now(item)
    newest = row.version if row else 0
    return render_template(
        "rules/edit.html",
        course=course,
        item=item,
        zone=zone,
        parts=_parts(item),
        form=form or RulesForm.show(now, where),
        version=newest if version is None else version,
        edited=row is not None and row.edited is not None,
        changed_at=row.changed_at if row else None,
        changed_by=(row.editor.name or row.editor.login) if row and row.editor else "",
        extensions=ruling.extensions_of(session(), item.id),
        students=ruling.students_of(session(), course.id),
        granting=granting or ExtensionForm(),
        meanwhile=meanwhile,
        differences=differences(now, form, where) if meanwhile and form else [],
    )


def find(course: str, slug: str) -> tuple[Course, Item]:
    """Return a lab or quiz of the course to its staff; 404 to everybody else."""
    found = access.reach_as_staff(course)
    item = session().scalar(
        select(Item).where(
            Item.course_id == found.id, Item.slug == slug, Item.kind != "lesson", Item.retired.is_(False)
        )
    )
    if item is None:
        access.unknown("lab or quiz")
    return found, item


def look_again() -> None:
    """End this request's snapshot: what others saved in the meantime is shown."""
    session().rollback()


def _parts(item: Item) -> list[Part]:
    content = load_item(item.kind, item.content)
    assert isinstance(content, Lab | Quiz)
    parts = content.checks if isinstance(content, Lab) else content.questions
    return [Part(part.id, part.title) for part in parts]


def rules_now(item: Item) -> Rules:
    """Return the rules that hold."""
    row = session().get(ItemRules, item.id)
    return effective(row.folder, row.edited) if row else Rules()


def extension_of(item: Item, login: str) -> ItemExtension | None:
    """Return what a student was granted."""
    wanted = login.strip().lower()
    return next((one for one in ruling.extensions_of(session(), item.id) if one.user.login == wanted), None)


def _granting(course: Course, item: Item, login: str) -> ExtensionForm:
    before = extension_of(item, login) if login else None
    if before is None:
        return ExtensionForm()
    return ExtensionForm.show(before, clock.zone(ruling.zone_of(session(), course)))


def other_zone(now: str) -> str:
    """Return what to tell an editor who wrote dates in another time zone than the course has by now."""
    then = request.form.get("zone", now)[:64]
    if then == now:
        return ""
    return (
        f"The course's time zone was changed from {then} to {now} while you were at it. "
        "Look at the dates again: nothing was saved yet."
    )


def version_of() -> int:
    """Return the version the editor began with; what is no number was never one."""
    given = request.form.get("version", "")
    return int(given) if given.isascii() and given.isdigit() and len(given) < 9 else 0
