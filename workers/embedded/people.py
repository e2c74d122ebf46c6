"""Who may use a service just made: its first administrator, and the people of the demonstration."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select

from graders.content import load_course
from service.store import accounts, tokens
from service.store.content_tables import Way
from service.store.courses import install_course, kept_by_people, with_term
from service.store.database import Database
from service.store.models import Course, Role, User

DEMONSTRATION = "demonstration"


@dataclass(frozen=True, slots=True)
class Login:
    """What is told about an account, once. `token` is empty where none was made."""

    login: str
    password: str
    token: str = ""


def load(database: Database, folder: Path) -> str:
    """Bring the course in `folder` into the database at a start; returns its slug.

    A course that somebody has loaded otherwise since stays as they made it. Raises `ContentError`.
    """
    course = load_course(folder)
    with database.write() as session:
        if not kept_by_people(session, course.slug):
            install_course(session, with_term(session, course), way=Way.START, source=str(folder))
    return course.slug


def first_admin(database: Database, login: str = "admin") -> Login | None:
    """Make an administrator with a password of our choice; `None` when there is one already."""
    with database.write() as session:
        if session.scalar(select(User.id).where(User.is_admin).limit(1)) is not None:
            return None
        user, password = accounts.create_user(session, login, name="Administrator", is_admin=True)
        return Login(user.login, password)


def demonstration(database: Database, course_slug: str) -> tuple[Login, Login]:
    """Return a student, with a token, and an instructor of the course; their passwords are new each time."""
    student = _person(database, course_slug, "student", "Sam Student", Role.STUDENT)
    instructor = _person(database, course_slug, "instructor", "Ira Instructor", Role.INSTRUCTOR)
    with database.read() as session:
        user = accounts.find_user(session, student.login)
        assert user is not None
    for old in tokens.of_user(database, user.id):
        if old.name == DEMONSTRATION:
            tokens.revoke(database, user.id, old.id)
    _, token = tokens.issue(database, user.id, DEMONSTRATION)
    return Login(student.login, student.password, token), instructor


def _person(database: Database, course_slug: str, login: str, name: str, role: Role) -> Login:
    with database.write() as session:
        course = session.scalars(select(Course).where(Course.slug == course_slug)).one()
        user = accounts.find_user(session, login)
        if user is None:
            user, password = accounts.create_user(session, login, name=name)
        else:
            password = accounts.set_password(session, user.id)
        accounts.enrol(session, user, course, role)
        return Login(login, password)
