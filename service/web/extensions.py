"""Extensions, for staff: granting, changing and taking back; they stand on the page of the rules."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, request, url_for

from graders import clock
from service.context import database, session
from service.store import ruling
from service.web import access
from service.web.blueprint import bp
from service.web.rules import extension_of, find, look_again, other_zone, page, rules_now, version_of
from service.web.rules_form import ExtensionForm


@bp.post("/courses/<course>/rules/<slug>/extensions")
def grant_extension(course: str, slug: str) -> Any:
    """Grant one student more, or change what they were granted."""
    found, item = find(course, slug)
    where = clock.zone(ruling.zone_of(session(), found))
    before = extension_of(item, request.form.get("student", ""))
    form = ExtensionForm.read(request.form, where, rules_now(item), before, version=version_of())
    if other := other_zone(where.key):
        form.meanwhile = other
        return page(found, item, granting=form), 409
    if form.problems:
        return page(found, item, granting=form), 422
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
        return page(found, item, granting=form), 422
    except ruling.EditedMeanwhileError as problem:
        look_again()
        now = extension_of(item, form.text("student"))
        form.version, form.meanwhile = now.version if now else 0, str(problem)
        return page(found, item, granting=form), 409
    flash(f"{user.name or user.login} has an extension now.", "good")
    return redirect(url_for("web.edit_rules", course=course, slug=slug), 303)


@bp.post("/courses/<course>/rules/<slug>/extensions/take-back")
def take_extension_back(course: str, slug: str) -> Any:
    """Remove an extension."""
    found, item = find(course, slug)
    try:
        ruling.take_back(database(), item.id, request.form.get("student", ""), version=version_of())
    except ruling.EditedMeanwhileError as problem:
        return page(found, item, meanwhile=problem), 409
    flash("The extension is taken back.", "good")
    return redirect(url_for("web.edit_rules", course=course, slug=slug), 303)
