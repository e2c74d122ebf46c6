"""A course, people with tokens, and an app to ask."""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from pydantic import SecretStr
from werkzeug.datastructures import FileStorage
from werkzeug.test import TestResponse, encode_multipart

from graders.course import Course, Lesson
from graders.lab import CheckSpec, Lab, Style
from graders.quiz import Key, Option, Question, QuestionKind, Quiz
from service.app import create_app
from service.context import Services
from service.settings import Settings, load_settings
from service.store import accounts, models, tokens
from service.store.courses import install_course
from service.store.database import Database
from service.store.models import Role

PASSWORD = "correct horse battery"

LAB = Lab(
    course="shared-data",
    slug="counter",
    title="A counter",
    style=Style.PROGRAM,
    file="counter.py",
    text="Make it 100.",
    starter="print(0)\n",
    checks=(CheckSpec("value", "Ends at exactly 100", 4, "last-word", {"expected": 100}),),
)
QUIZ = Quiz(
    course="shared-data",
    slug="locks-quiz",
    title="Locks",
    text="About locks.",
    questions=(
        Question(
            "q1",
            QuestionKind.CHOICE,
            "How",
            "How is it called?",
            1,
            (Option("A", "`randint`"), Option("B", "`random`", feedback="no")),
            Key(options=("A",)),
        ),
        Question("q2", QuestionKind.NUMBER, "Balance", "What must it be?", 1, (), Key(number=175.0)),
    ),
)
LESSON = Lesson("shared-data", "read", "Read", "Text")
COURSE = Course("shared-data", "Shared data", "Intro", (LESSON, LAB, QUIZ))
PEOPLE = {
    "ada": Role.STUDENT,
    "bob": Role.STUDENT,
    "gus": Role.GRADER,
    "amy": Role.ASSISTANT,
    "eve": Role.INSTRUCTOR,
    "root": None,
}
OTHER = Course("other", "Another course", "", (Lesson("other", "read", "Read", "Text"),))


@dataclass
class School:
    """The app with its people; `token` holds a bearer token by login."""

    app: Flask
    database: Database
    token: dict[str, str] = field(default_factory=dict)
    user: dict[str, int] = field(default_factory=dict)

    @property
    def client(self) -> FlaskClient:
        return self.app.test_client()

    @property
    def parts(self) -> Services:
        services: Services = self.app.extensions["interleave"]
        return services

    def ask(self, login: str | None, method: str, path: str, **rest: Any) -> TestResponse:
        """Ask the API as `login`."""
        headers = dict(rest.pop("headers", {}))
        if login is not None:
            headers["Authorization"] = f"Bearer {self.token[login]}"
        return self.client.open(path, method=method, headers=headers, **rest)

    def hand_in(
        self, login: str = "ada", *files: tuple[str, bytes], lab: str = "counter", **rest: Any
    ) -> TestResponse:
        """Hand in files as curl does."""
        parts = [
            FileStorage(io.BytesIO(data), name) for name, data in files or (("counter.py", b"print(100)\n"),)
        ]
        path = f"/api/v1/courses/shared-data/labs/{lab}/submissions"
        # Encoded here: the test client would leave a temporary file open behind a large body.
        boundary, body = encode_multipart({"files": parts})
        kind = f"multipart/form-data; boundary={boundary}"
        return self.ask(login, "POST", path, data=body, content_type=kind, **rest)

    def answer(self, login: str, body: Any, **rest: Any) -> TestResponse:
        """Hand in answers."""
        path = "/api/v1/courses/shared-data/labs/locks-quiz/submissions"
        return self.ask(login, "POST", path, json=body, **rest)


def settings_for(database_url: str, redis_url: str = "", **rest: Any) -> Settings:
    """Settings of a test's app."""
    return load_settings(
        database_url=SecretStr(database_url),
        redis_url=SecretStr(redis_url),
        secret_key=SecretStr("k" * 40),
        **{"submission_limit": "1000 per minute", "log_level": "error", **rest},
    )


def furnish(settings: Settings) -> School:
    """Make the app and its people: a person or two of each role, and root, an administrator."""
    app = create_app(settings)
    app.testing = False
    school = School(app, app.extensions["interleave"].database)
    with school.database.write() as session:
        for course in (COURSE, OTHER):
            install_course(session, course)
        course = session.query(models.Course).filter_by(slug="shared-data").one()
        for login, role in PEOPLE.items():
            user, _ = accounts.create_user(session, login, name=login.title(), is_admin=role is None)
            school.user[login] = user.id
            if role is not None:
                accounts.enrol(session, user, course, role)
    for login, user_id in school.user.items():
        _, school.token[login] = tokens.issue(school.database, user_id, "test")
    return school
