"""The members of a course one by one: role, section, reset link; and the page about its staff."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from sqlalchemy import func, select
from werkzeug.exceptions import NotFound

from service import acting
from service.context import database, session
from service.permissions import Right, may_reset
from service.store import members as store
from service.store import resets
from service.store.models import Course, Enrollment, Role, User
from service.web import access
from service.web.blueprint import ROW, bp
from service.web.shown import address


@bp.get("/courses/<course>/people")
def staff_members(course: str) -> str:
    """List the course's staff, with the form to add somebody and what the course allows them."""
    return _staff_page(access.reach_as_staff(course))


@bp.post("/courses/<course>/people")
def add_member(course: str) -> Any:
    """Put somebody who has an account into the course."""
    found = access.reach_as_staff(course)
    form = request.form
    try:
        with database().write() as writing:
            user = store.add(
                writing,
                access.me(),
                found.id,
                form.get("login", ""),
                _role(form.get("role", "")),
                form.get("section", ""),
            )
    except store.MemberError as problem:
        return _staff_page(found, problem=str(problem), login=form.get("login", "")), problem.status
    flash(f"{user.login} is in the course now.", "good")
    return redirect(url_for("web.staff_members", course=course), 303)


@bp.post("/courses/<course>/people/settings")
def people_settings(course: str) -> Any:
    """Choose whether whoever acts as a student may also hand in."""
    found = access.reach_as_staff(course)
    allowed = request.form.get("acting_may_write") == "1"
    with database().write() as writing:
        store.set_rules(writing, access.me(), store.lock(writing, found.id), allowed)
    flash("Kept.", "good")
    return redirect(url_for("web.staff_members", course=course), 303)


@bp.get(f"/courses/<course>/people/<{ROW}:user_id>")
def member(course: str, user_id: int) -> str:
    """Show one member, and what may be done about them."""
    found = access.reach_as_staff(course)
    return _member_page(found, _find(found, user_id))


@bp.post(f"/courses/<course>/people/<{ROW}:user_id>")
def change_member(course: str, user_id: int) -> Any:
    """Give a member another role or section; who changed them first wins, and the second is told."""
    found = access.reach_as_staff(course)
    form = request.form
    try:
        with database().write() as writing:
            changed = store.change(
                writing,
                access.me(),
                found.id,
                user_id,
                _role(form.get("role", "")),
                form.get("section", ""),
                form.get("seen", ""),
            )
            login = changed.user.login
    except store.MemberError as problem:
        return _member_page(found, _find(found, user_id), problem=str(problem)), problem.status
    flash(f"{login} is changed.", "good")
    return redirect(url_for("web.member", course=course, user_id=user_id), 303)


@bp.post(f"/courses/<course>/people/<{ROW}:user_id>/drop")
def drop_member(course: str, user_id: int) -> Any:
    """Take somebody out of the course; what they handed in stays."""
    found = access.reach_as_staff(course)
    try:
        with database().write() as writing:
            user = store.drop(writing, access.me(), found.id, user_id, request.form.get("seen", ""))
    except store.MemberError as problem:
        return _member_page(found, _find(found, user_id), problem=str(problem)), problem.status
    flash(
        f"{user.login} is not in the course any more. What they handed in is kept, and theirs again when "
        "they come back.",
        "good",
    )
    return redirect(url_for("web.roster", course=course), 303)


@bp.post(f"/courses/<course>/people/<{ROW}:user_id>/reset")
def reset_member(course: str, user_id: int) -> Any:
    """Make a link with which a member gives themselves a new password; it is shown this once."""
    found = access.reach_as_staff(course)
    member = _find(found, user_id)
    if not _may_reset(member.user):
        problem = f"You cannot do this for {member.user.login}: ask an administrator."
        return _member_page(found, member, problem=problem), 403
    with database().write() as writing:
        token = resets.issue(writing, access.me(), member.user, found)
    return _member_page(found, member, link=address(url_for("web.reset", token=token))), 201


def _role(said: str) -> Role:
    if said not in set(Role):
        raise store.MemberError(f"There is no role {said[:40]!r}.")
    return Role(said)


def _find(course: Course, user_id: int) -> Enrollment:
    found = session().get(Enrollment, (user_id, course.id), populate_existing=True)
    if found is None:
        raise NotFound("This person is not in the course, or not any more.")
    return found


def _may_reset(user: User) -> bool:
    me = access.me()
    return user.id != me.id and may_reset(
        me.is_admin, store.roles_of(session(), me.id), user.is_admin, store.roles_of(session(), user.id)
    )


def _member_page(course: Course, member: Enrollment, problem: str = "", link: str = "") -> str:
    roles = store.roles_of(session(), member.user_id)
    return render_template(
        "members/member.html",
        course=course,
        member=member,
        person=member.user,
        seen=store.state_of(member),
        roles=list(Role),
        sections=store.sections(session(), course.id),
        submissions=store.handed_in(session(), course.id).get(member.user_id, 0),
        may_change=access.may(Right.MANAGE_PEOPLE, course),
        may_reset=_may_reset(member.user),
        may_act=acting.can_be_acted(member.user, roles, course.id),
        problem=problem,
        link=link,
        hours=resets.HOURS,
    )


def _staff_page(course: Course, problem: str = "", login: str = "") -> str:
    order = {role: place for place, role in enumerate(reversed(Role))}
    found = session().execute(
        select(User, Enrollment)
        .join(Enrollment, Enrollment.user_id == User.id)
        .where(Enrollment.course_id == course.id, Enrollment.role != Role.STUDENT)
        .order_by(func.lower(User.name), User.login)
    )
    return render_template(
        "members/staff.html",
        course=course,
        members=sorted(found.all(), key=lambda row: order[row[1].role]),
        roles=list(Role),
        rules=store.rules_of(session(), course.id),
        problem=problem,
        login=login,
    )
