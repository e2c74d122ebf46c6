"""Invitation links, as staff make and revoke them."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for

from service import invitations as links
from service.context import database, session
from service.store import invitations as store
from service.store.members import sections
from service.store.models import Course, Role
from service.web import access
from service.web.blueprint import ROW, bp
from service.web.shown import address


@bp.get("/courses/<course>/invitations")
def invitations(course: str) -> str:
    """List the links that were made, with the form to make one."""
    return _page(access.reach_as_staff(course))


@bp.post("/courses/<course>/invitations")
def new_invitation(course: str) -> Any:
    """Make a link and show it, this once."""
    found = access.reach_as_staff(course)
    form = request.form
    try:
        token = links.make(
            access.me(),
            found,
            role=_role(form.get("role", "")),
            section=form.get("section", ""),
            max_uses=_number(form.get("max_uses", ""), empty=None),
            days=_number(form.get("days", ""), empty=0) or 0,
            note=form.get("note", ""),
        )
    except store.InvitationError as problem:
        return _page(found, problem=str(problem)), 422
    return _page(found, link=address(url_for("web.join", token=token))), 201


@bp.post(f"/courses/<course>/invitations/<{ROW}:invitation_id>/revoke")
def revoke_invitation(course: str, invitation_id: int) -> Any:
    """Make a link useless; who followed it before stays in the course."""
    found = access.reach_as_staff(course)
    with database().write() as writing:
        if not store.revoke(writing, access.me(), found, invitation_id):
            access.unknown("invitation")
    flash("The link is revoked. Who followed it before stays in the course.", "good")
    return redirect(url_for("web.invitations", course=course), 303)


def _role(said: str) -> Role:
    if said not in set(Role):
        raise store.InvitationError(f"There is no role {said[:40]!r}.")
    return Role(said)


def _number(said: str, empty: int | None) -> int | None:
    said = said.strip()
    if not said:
        return empty
    if not said.isdecimal() or len(said) > 6:
        raise store.InvitationError(f"{said[:20]!r} is not a whole number.")
    return int(said)


def _page(course: Course, problem: str = "", link: str = "") -> str:
    return render_template(
        "members/invitations.html",
        course=course,
        invitations=store.of_course(session(), course.id),
        state_of=store.state_of,
        roles=list(Role),
        sections=sections(session(), course.id),
        max_days=store.MAX_DAYS,
        staff_days=store.STAFF_DAYS,
        typed=request.form if problem else {},
        problem=problem,
        link=link,
    )
