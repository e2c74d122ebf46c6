"""Who may do what: one table of roles and rights, and one of addresses and the right each needs.

Pages and API ask the same two tables. A view that asks `reach_as_staff` need not know its right; an
address without a row gets the strictest right there is in a course, until it has one.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from service.store.models import Role


class Right(StrEnum):
    """What somebody may do, in the words of the guide."""

    SEE = "see"
    """The course, its lessons and tasks, and one's own work."""
    HAND_IN = "hand in"
    GRADE = "comment and grade"
    """See everybody's work and results, comment them, give points."""
    REGRADE = "regrade"
    EXPORT = "export"
    MANAGE_PEOPLE = "manage people"
    """Roster, roles, invitations, reset links."""
    ADMINISTER = "administer the course"
    SERVICE = "administer the service"


_STUDENT = frozenset({Right.SEE, Right.HAND_IN})
_GRADER = _STUDENT | {Right.GRADE}
_ASSISTANT = _GRADER | {Right.REGRADE, Right.EXPORT}
_INSTRUCTOR = _ASSISTANT | {Right.MANAGE_PEOPLE, Right.ADMINISTER}

RIGHTS: dict[Role, frozenset[Right]] = {
    Role.STUDENT: _STUDENT,
    Role.GRADER: _GRADER,
    Role.ASSISTANT: _ASSISTANT,
    Role.INSTRUCTOR: _INSTRUCTOR,
}
ADMINISTRATOR = frozenset(Right)
"""An administrator may do everything, in every course and outside of them."""
STRICTEST = Right.ADMINISTER
"""What an address without a row needs."""


class Place(StrEnum):
    """Where the right must be held."""

    COURSE = "in the course of the address"
    WORK = "in the submission's course, unless it is one's own"
    ANYWHERE = "in at least one course"
    SERVICE = "as an administrator"
    DRAFT = "in the course that the draft is of, and only for who sent it"
    ACCOUNT = "nowhere: everybody who is logged in; shows only what is one's own"
    SELF = "nowhere; about the account itself, so never as somebody else"
    PUBLIC = "nowhere: strangers too"


@dataclass(frozen=True, slots=True)
class Need:
    """What an address asks for. Without a right it is the place alone that decides."""

    place: Place
    right: Right | None = None


def _course(right: Right) -> Need:
    return Need(Place.COURSE, right)


def _work(right: Right) -> Need:
    return Need(Place.WORK, right)


_SEE, _HAND_IN = _course(Right.SEE), _course(Right.HAND_IN)
_GRADE, _EXPORT = _course(Right.GRADE), _course(Right.EXPORT)
_REGRADE = _course(Right.REGRADE)
_PEOPLE, _ADMINISTER = _course(Right.MANAGE_PEOPLE), _course(Right.ADMINISTER)
_DRAFT = Need(Place.DRAFT, Right.ADMINISTER)
_SERVICE = Need(Place.SERVICE, Right.SERVICE)
_ACCOUNT, _SELF, _PUBLIC = Need(Place.ACCOUNT), Need(Place.SELF), Need(Place.PUBLIC)

NEEDS: dict[str, Need] = {
    # For machines, and those who look after them.
    "healthz": _PUBLIC,
    "readyz": _PUBLIC,
    "version": _PUBLIC,
    "metrics": _PUBLIC,  # has a token of its own
    "openapi": _PUBLIC,
    "docs.static": _PUBLIC,
    "docs.swagger": _PUBLIC,
    # The API.
    "api.list_courses": _ACCOUNT,
    "api.show_course": _SEE,
    "api.show_lab": _SEE,
    "api.hand_in": _HAND_IN,
    "api.gradebook": _EXPORT,
    "api.course_statistics": _GRADE,
    "api.show_submission": _work(Right.GRADE),
    "api.withdraw": _work(Right.REGRADE),
    "api.regrade": _REGRADE,
    # Pages: the way in.
    "web.static": _PUBLIC,
    "web.plotly": _PUBLIC,
    "web.bootstrap": _PUBLIC,
    "web.picture_style": _PUBLIC,
    "web.login": _PUBLIC,
    "web.oidc_login": _PUBLIC,
    "web.oidc_callback": _PUBLIC,
    "web.join": _PUBLIC,
    "web.join_as_new": _PUBLIC,
    "web.accept": _SELF,
    "web.reset": _PUBLIC,
    "web.reset_password": _PUBLIC,
    "web.logout": _ACCOUNT,
    "web.stop_acting": _ACCOUNT,
    # Pages: one's own.
    "web.home": _ACCOUNT,
    "web.results": _ACCOUNT,
    "web.password": _SELF,
    "web.new_own_password": _SELF,
    "web.tokens": _SELF,
    "web.make_token": _SELF,
    "web.revoke": _SELF,
    "web.notices": _SELF,
    "web.change_notices": _SELF,
    "web.scheduler_home": _ACCOUNT,
    "web.scheduler": _ACCOUNT,
    # Pages: a course.
    "web.course_page": _SEE,
    "web.lesson": _SEE,
    "web.lab": _SEE,
    "web.starter": _SEE,
    "web.lab_file": _SEE,
    "web.quiz": _SEE,
    "web.hand_in_lab": _HAND_IN,
    "web.hand_in_quiz": _HAND_IN,
    "web.submission": _work(Right.GRADE),
    "web.state": _work(Right.GRADE),
    "web.changes": _work(Right.GRADE),
    "web.picture_file": _work(Right.GRADE),
    "web.cancel": _work(Right.REGRADE),
    "web.regrade": _REGRADE,
    "web.overview": _GRADE,
    "web.dashboard": _GRADE,
    "web.scores": _EXPORT,
    "web.overview_csv": _GRADE,  # tells of nobody alone, as the page does
    "web.lab_table": _GRADE,
    "web.failing": _GRADE,
    "web.failing_csv": _EXPORT,
    "web.clusters": _GRADE,
    "web.clusters_csv": _GRADE,
    "web.cluster": _GRADE,
    "web.gradebook": _GRADE,
    "web.gradebook_csv": _EXPORT,
    "web.student": _GRADE,
    "web.student_results_csv": _EXPORT,
    "web.student_attempts_csv": _EXPORT,
    "web.queue": Need(Place.ANYWHERE, Right.GRADE),
    "web.queue_now": Need(Place.ANYWHERE, Right.GRADE),
    "web.queue_table": Need(Place.ANYWHERE, Right.GRADE),
    # Pages: marks, and what staff do after the grading.
    "web.give_mark": _GRADE,
    "web.remove_mark": _GRADE,
    "web.tick_rubric": _GRADE,
    "web.add_comment": _GRADE,
    "web.remove_comment": _GRADE,
    "web.after": _GRADE,
    "web.similarity": _GRADE,
    "web.side_by_side": _GRADE,
    "web.begin_regrade": _REGRADE,
    "web.regrade_page": _REGRADE,
    "web.apply_regrade": _REGRADE,
    "web.drop_regrade": _REGRADE,
    "web.canvas": _EXPORT,
    "web.worksheet": _EXPORT,
    "web.all_submissions": _EXPORT,
    "web.audit_log": _ADMINISTER,
    "web.audit_csv": _ADMINISTER,
    # Pages: dates and rules.
    "web.rules_overview": _GRADE,
    "web.edit_rules": _ADMINISTER,
    "web.save_rules": _ADMINISTER,
    "web.rules_of_folder": _ADMINISTER,
    "web.grant_extension": _ADMINISTER,
    "web.take_extension_back": _ADMINISTER,
    # Pages: what a course holds.
    "web.course_content": _ADMINISTER,
    "web.send_course": _ADMINISTER,
    "web.draft": _DRAFT,
    "web.confirm_draft": _DRAFT,
    "web.discard_draft": _DRAFT,
    # Pages: people.
    "web.roster": _GRADE,
    "web.preview_roster": _PEOPLE,
    "web.import_roster": _PEOPLE,
    "web.member": _GRADE,
    "web.change_member": _PEOPLE,
    "web.drop_member": _PEOPLE,
    "web.reset_member": _PEOPLE,
    "web.act_as": _GRADE,
    "web.staff_members": _GRADE,
    "web.add_member": _PEOPLE,
    "web.people_settings": _ADMINISTER,
    "web.invitations": _PEOPLE,
    "web.new_invitation": _PEOPLE,
    "web.revoke_invitation": _PEOPLE,
    # Pages: the service.
    "web.new_course": _SERVICE,
    "web.send_new_course": _SERVICE,
    "web.whole_audit_log": _SERVICE,
    "web.whole_audit_csv": _SERVICE,
    "web.users": _SERVICE,
    "web.new_user": _SERVICE,
    "web.new_password": _SERVICE,
    "web.set_active": _SERVICE,
}


def held(role: Role | None, is_admin: bool) -> frozenset[Right]:
    """Return the rights in a course of somebody who has `role` in it; `None`: is not in it."""
    if is_admin:
        return ADMINISTRATOR
    return RIGHTS[role] if role is not None else frozenset()


def need_of(endpoint: str | None) -> Need | None:
    """Return the row of an endpoint, or `None`."""
    return NEEDS.get(endpoint or "")


def right_in_course(endpoint: str | None, otherwise: Right = STRICTEST) -> Right:
    """Return the right that an address of a course, or of a submission, needs; `otherwise` without a row."""
    need = need_of(endpoint)
    return need.right if need is not None and need.right is not None else otherwise


def may_reset(
    actor_is_admin: bool, actor: dict[int, Role], target_is_admin: bool, target: dict[int, Role]
) -> bool:
    """Whether `actor` may make a reset link for `target`, each given with their role by course.

    Such a link opens the whole account, not just one course. So wherever `target` is of the staff, `actor`
    must have all of their rights there, and more; nobody but an administrator opens a colleague's account.
    """
    if actor_is_admin:
        return not target_is_admin
    if target_is_admin:
        return False
    return all(
        RIGHTS[role] < held(actor.get(course_id), False) for course_id, role in target.items() if role.staff
    )


def table() -> Iterator[str]:
    """Yield the table of roles and rights as lines of Markdown, for the guide."""
    roles = [*Role]
    yield "| may | " + " | ".join(roles) + " | administrator |"
    yield "| --- |" + " --- |" * (len(roles) + 1)
    for right in Right:
        cells = ["yes" if right in RIGHTS[role] else "" for role in roles]
        yield f"| {right} | " + " | ".join([*cells, "yes"]) + " |"
