"""Dates and rules, for staff: an overview of a course, and the form of a lab or quiz with its extensions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

from flask import flash, redirect, render_template, request, url_for
from sqlalchemy import func, select
from werkzeug.datastructures import MultiDict

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
    found, item = _find(course, slug)
    return _page(found, item, granting=_granting(found, item, request.args.get("student", "")))


@bp.post("/courses/<course>/rules/<slug>")
def save_rules(course: str, slug: str) -> Any:
    """Save the form, unless something in it is wrong or somebody else saved in the meantime."""
    found, item = _find(course, slug)
    where = clock.zone(ruling.zone_of(session(), found))
    form = RulesForm.read(request.form, where, _rules_now(item), [part.id for part in _parts(item)])
    if other := _other_zone(where.key):
        return _page(found, item, form=form, version=_version(request.form), meanwhile=other), 409
    if form.problems:
        return _page(found, item, form=form, version=_version(request.form)), 422
    try:
        ruling.save_rules(database(), item.id, form.rules, version=_version(request.form), editor=access.me())
    except ruling.EditedMeanwhileError as problem:
        return _page(found, item, form=form, meanwhile=problem), 409
    flash("The rules are saved. They hold from now on, also for what was handed in before.", "good")
    return redirect(url_for("web.edit_rules", course=course, slug=slug), 303)


@bp.post("/courses/<course>/rules/<slug>/folder")
def rules_of_folder(course: str, slug: str) -> Any:
    """Let hold again what the course folder says."""
    found, item = _find(course, slug)
    try:
        ruling.save_rules(database(), item.id, None, version=_version(request.form), editor=access.me())
    except ruling.EditedMeanwhileError as problem:
        return _page(found, item, meanwhile=problem), 409
    flash("What the course folder says holds again.", "good")
    return redirect(url_for("web.edit_rules", course=course, slug=slug), 303)


@bp.post("/courses/<course>/rules/<slug>/extensions")
def grant_extension(course: str, slug: str) -> Any:
    """Grant one student more, or change what they were granted."""
    found, item = _find(course, slug)
    where = clock.zone(ruling.zone_of(session(), found))
    before = _extension_of(item, request.form.get("student", ""))
    form = ExtensionForm.read(request.form, where, _rules_now(item), before, version=_version(request.form))
    if other := _other_zone(where.key):
        form.meanwhile = other
        return _page(found, item, granting=form), 409
    if form.problems:
        return _page(found, item, granting=form), 422
    try:
        user = ruling.grant(
            database(),
            item,
            form.text("student"),
            form.extension,
            version=form.version,
            granter=access.me(),
        )
    except ruling.NotOnTheRosterError as problem:
        form.problems["student"] = str(problem)
        return _page(found, item, granting=form), 422
    except ruling.EditedMeanwhileError as problem:
        _look_again()
        now = _extension_of(item, form.text("student"))
        form.version, form.meanwhile = now.version if now else 0, str(problem)
        return _page(found, item, granting=form), 409
    flash(f"{user.name or user.login} has an extension now.", "good")
    return redirect(url_for("web.edit_rules", course=course, slug=slug), 303)


@bp.post("/courses/<course>/rules/<slug>/extensions/take-back")
def take_extension_back(course: str, slug: str) -> Any:
    """Remove an extension."""
    found, item = _find(course, slug)
    try:
        ruling.take_back(database(), item.id, request.form.get("student", ""), version=_version(request.form))
    except ruling.EditedMeanwhileError as problem:
        return _page(found, item, meanwhile=problem), 409
    flash("The extension is taken back.", "good")
    return redirect(url_for("web.edit_rules", course=course, slug=slug), 303)


def _page(
    course: Course,
    item: Item,
    *,
    form: RulesForm | None = None,
    version: int | None = None,
    granting: ExtensionForm | None = None,
    meanwhile: ruling.EditedMeanwhileError | str | None = None,
) -> str:
    if meanwhile:
        _look_again()
    zone = ruling.zone_of(session(), course)
    where = clock.zone(zone)
    row = session().get(ItemRules, item.id)
    now = _rules_now(item)
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


def _find(course: str, slug: str) -> tuple[Course, Item]:
    found = access.reach_as_staff(course)
    item = session().scalar(
        select(Item).where(
            Item.course_id == found.id, Item.slug == slug, Item.kind != "lesson", Item.retired.is_(False)
        )
    )
    if item is None:
        access.unknown("lab or quiz")
    return found, item


def _look_again() -> None:
    """End this request's snapshot: what others saved in the meantime is shown."""
    session().rollback()


def _parts(item: Item) -> list[Part]:
    content = load_item(item.kind, item.content)
    assert isinstance(content, Lab | Quiz)
    parts = content.checks if isinstance(content, Lab) else content.questions
    return [Part(part.id, part.title) for part in parts]


def _rules_now(item: Item) -> Rules:
    row = session().get(ItemRules, item.id)
    return effective(row.folder, row.edited) if row else Rules()


def _extension_of(item: Item, login: str) -> ItemExtension | None:
    wanted = login.strip().lower()
    return next((one for one in ruling.extensions_of(session(), item.id) if one.user.login == wanted), None)


def _granting(course: Course, item: Item, login: str) -> ExtensionForm:
    before = _extension_of(item, login) if login else None
    if before is None:
        return ExtensionForm()
    return ExtensionForm.show(before, clock.zone(ruling.zone_of(session(), course)))


def _other_zone(now: str) -> str:
    """Return what to tell an editor who wrote dates in another time zone than the course has by now."""
    then = request.form.get("zone", now)[:64]
    if then == now:
        return ""
    return (
        f"The course's time zone was changed from {then} to {now} while you were at it. "
        "Look at the dates again: nothing was saved yet."
    )


def _version(form: MultiDict[str, str]) -> int:
    """Return the version the editor began with; what is no number was never one."""
    given = form.get("version", "")
    return int(given) if given.isascii() and given.isdigit() and len(given) < 9 else 0
