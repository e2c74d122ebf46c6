"""How rules change: by the course folder when it is loaded, and by staff.

Nobody overwrites what they have not seen.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, joinedload

from graders import course as content
from graders.errors import CallerError
from graders.rules import Rules
from service.rules import Extension
from service.store import standings
from service.store.database import Database
from service.store.models import Course, Enrollment, Item, Role, User
from service.store.rules_tables import CourseZone, ItemExtension, ItemRules
from service.store.types import utc_now

_NO_ZONE = "UTC"
"""That of a course without one."""


@dataclass
class EditedMeanwhileError(CallerError):
    """Somebody else saved a change after the editor had begun."""

    who: str
    """Empty: the course was loaded, or the account is gone."""
    at: datetime | None
    """`None`: it was removed."""

    def __str__(self) -> str:
        who = self.who or "Somebody"
        return f"{who} changed this while you were at it. Nothing of yours was saved yet."

    status = 409


class NotOnTheRosterError(CallerError):
    """An extension for somebody who is no student of the course."""


def install_rules(session: Session, course_id: int, loaded: content.Course) -> list[str]:
    """Keep what the course folder says beside what staff edited; return the slugs it changed for.

    Standings are drawn anew, so `standings.hold_rules` has been called before anything was changed.
    """
    items = session.scalars(
        select(Item).where(Item.course_id == course_id, Item.retired.is_(False)).order_by(Item.position)
    ).all()
    moved = _install_zone(session, course_id, loaded.timezone)
    before = {
        row.item_id: row
        for row in session.scalars(select(ItemRules).join(Item).where(Item.course_id == course_id))
    }
    changed = []
    for item in items:
        row = before.get(item.id)
        folder = loaded.rules.get(item.slug, Rules()).to_json()
        if (row.folder if row else {}) == folder:
            continue
        if row is None:
            session.add(ItemRules(item_id=item.id, folder=folder))
        else:
            row.folder, row.version = folder, row.version + 1
            row.changed_at, row.changed_by = utc_now(), None
        changed.append(item)
    session.flush()
    everything = select(Item.id).where(Item.course_id == course_id)
    concerned = session.scalars(everything).all() if moved else [item.id for item in changed]
    standings.rebuild(session, concerned)
    return [item.slug for item in changed]


def _install_zone(session: Session, course_id: int, name: str) -> bool:
    """Keep the course's time zone; returns whether it is another one than before."""
    zone = session.get(CourseZone, course_id)
    if zone is None:
        session.add(CourseZone(course_id=course_id, name=name))
        return name != _NO_ZONE
    moved = zone.name != name
    zone.name = name
    return moved


def save_rules(database: Database, item_id: int, rules: Rules | None, *, version: int, editor: User) -> None:
    """Let `rules` hold from now on; `None`: what the folder says. `version` is the one the editor began with.

    Raises `EditedMeanwhileError` when there is a newer one.
    """
    edited = rules.to_json() if rules is not None else None
    changed: dict[str, Any] = {"edited": edited, "changed_at": utc_now(), "changed_by": editor.id}
    try:
        with database.write() as session:
            standings.hold_rules(session, [item_id])
            if version == 0:
                session.add(ItemRules(item_id=item_id, folder={}, version=1, **changed))
                session.flush()
                standings.rebuild(session, [item_id])
                return
            saved = session.execute(
                update(ItemRules)
                .where(ItemRules.item_id == item_id, ItemRules.version == version)
                .values(version=version + 1, **changed)
                .returning(ItemRules.item_id)
            ).all()
            if saved:
                standings.rebuild(session, [item_id])
                return
    except IntegrityError:
        pass
    with database.read() as session:
        now = session.get(ItemRules, item_id, options=[joinedload(ItemRules.editor)])
        editor_now = now.editor if now else None
        raise EditedMeanwhileError(_name(editor_now), now.changed_at if now else None)


def students_of(session: Session, course_id: int) -> list[User]:
    """Return the course's students, by name."""
    return list(
        session.scalars(
            select(User)
            .join(Enrollment, Enrollment.user_id == User.id)
            .where(Enrollment.course_id == course_id, Enrollment.role == Role.STUDENT)
            .order_by(func.lower(User.name), User.login)
        )
    )


def extensions_of(session: Session, item_id: int) -> list[ItemExtension]:
    """Return an item's extensions by the students' names."""
    return list(
        session.scalars(
            select(ItemExtension)
            .options(joinedload(ItemExtension.user), joinedload(ItemExtension.granter))
            .join(User, User.id == ItemExtension.user_id)
            .where(ItemExtension.item_id == item_id)
            .order_by(func.lower(User.name), User.login)
        )
    )


def grant(
    database: Database, item: Item, login: str, extension: Extension, *, version: int, granter: User
) -> User:
    """Grant a student an extension, or change the one they have; returns the student.

    `version` is that of the extension the granter saw, 0 when there was none. Raises
    `NotOnTheRosterError` and `EditedMeanwhileError`.
    """
    values: dict[str, Any] = {
        "due": extension.due,
        "closes": extension.closes,
        "attempts": extension.attempts,
        "reason": extension.reason,
        "granted_at": utc_now(),
        "granted_by": granter.id,
    }
    try:
        with database.write() as session:
            standings.hold_rules(session, [item.id])
            user = _student(session, item.course_id, login)
            if version == 0:
                session.add(ItemExtension(item_id=item.id, user_id=user.id, **values))
                standings.refresh(session, item.id, user.id)
                return user
            saved = session.execute(
                update(ItemExtension)
                .where(
                    ItemExtension.item_id == item.id,
                    ItemExtension.user_id == user.id,
                    ItemExtension.version == version,
                )
                .values(version=version + 1, **values)
                .returning(ItemExtension.id)
            ).all()
            if saved:
                standings.refresh(session, item.id, user.id)
                return user
    except IntegrityError:
        pass
    raise _meanwhile(database, item.id, login)


def take_back(database: Database, item_id: int, login: str, *, version: int) -> None:
    """Remove an extension; raises `EditedMeanwhileError` when it is not the one that was seen."""
    with database.write() as session:
        standings.hold_rules(session, [item_id])
        user_id = select(User.id).where(User.login == login.strip().lower()).scalar_subquery()
        gone = session.execute(
            delete(ItemExtension)
            .where(
                ItemExtension.item_id == item_id,
                ItemExtension.user_id == user_id,
                ItemExtension.version == version,
            )
            .returning(ItemExtension.user_id)
        ).all()
        for (student_id,) in gone:
            standings.refresh(session, item_id, student_id)
    if not gone:
        raise _meanwhile(database, item_id, login)


def zone_of(session: Session, course: Course) -> str:
    """Return the name of the course's time zone."""
    return session.scalar(select(CourseZone.name).where(CourseZone.course_id == course.id)) or _NO_ZONE


def _student(session: Session, course_id: int, login: str) -> User:
    user = session.scalar(
        select(User)
        .join(Enrollment, Enrollment.user_id == User.id)
        .where(
            Enrollment.course_id == course_id,
            Enrollment.role == Role.STUDENT,
            User.login == login.strip().lower(),
        )
    )
    if user is None:
        raise NotOnTheRosterError(f"There is no student {login.strip()[:80]!r} in this course.")
    return user


def _meanwhile(database: Database, item_id: int, login: str) -> EditedMeanwhileError:
    with database.read() as session:
        now = session.scalar(
            select(ItemExtension)
            .options(joinedload(ItemExtension.granter))
            .join(User, User.id == ItemExtension.user_id)
            .where(ItemExtension.item_id == item_id, User.login == login.strip().lower())
        )
        return EditedMeanwhileError(_name(now.granter if now else None), now.granted_at if now else None)


def _name(user: User | None) -> str:
    return (user.name or user.login) if user else ""
