"""Every address has a row in the table, and every person is let in or kept out as it says."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from graders.course import Course as Content
from graders.course import dump_item
from graders.verdict import Verdict
from service import invitations as links
from service import permissions
from service.app import create_app
from service.limits import Limits
from service.permissions import NEEDS, RIGHTS, Need, Place, Right, held
from service.settings import Settings
from service.store import accounts, drafts, marking, regrades, resets, tokens
from service.store.database import Database
from service.store.models import Course, Item, Role, Submission, User
from service.store.regrades import Scope
from service.store.summary_tables import GuiltyPattern
from service.web.pictures import style_address
from service.web.scheduler import PUZZLES
from tests.service.web.school import BANK, CONTENT, PASSWORD, School, furnish, report

HERE = {
    "ada": Role.STUDENT,
    "eve": Role.STUDENT,
    "greta": Role.GRADER,
    "amy": Role.ASSISTANT,
    "grace": Role.INSTRUCTOR,
}
"""Who is what in the course that everything is asked about."""
ELSEWHERE = {"otto": Role.INSTRUCTOR, "olga": Role.STUDENT}
"""Who is what in another course."""
PEOPLE = ["nobody", *HERE, *ELSEWHERE, "stranger", "root"]
"""`nobody` has no account, `stranger` no course; what everything is about is ada's."""


@pytest.fixture(scope="module")
def app() -> Flask:
    """The whole app, with a provider that does not answer: its addresses exist then."""
    made = create_app(
        Settings(
            secret_key="k" * 40,
            metrics_token="m" * 20,
            oidc_issuer="http://127.0.0.1:9",
            oidc_client_id="interleave",
        )
    )
    made.config["WTF_CSRF_ENABLED"] = False
    made.testing = True
    return made


ENDPOINTS = sorted(NEEDS)


def test_every_address_has_a_row_and_every_row_an_address(app: Flask) -> None:
    served = {rule.endpoint for rule in app.url_map.iter_rules()}
    assert served - NEEDS.keys() == set(), "say in service/permissions.py what these need"
    assert NEEDS.keys() - served == set(), "these are served no more"


def test_an_address_that_is_unknown_needs_what_only_instructors_have() -> None:
    assert permissions.right_in_course("web.made_up") is Right.ADMINISTER
    assert permissions.right_in_course(None) is Right.ADMINISTER
    assert [role for role in Role if Right.ADMINISTER in RIGHTS[role]] == [Role.INSTRUCTOR]


def test_the_roles_are_these() -> None:
    assert {role: " ".join(sorted(right.name for right in RIGHTS[role])) for role in Role} == {
        Role.STUDENT: "HAND_IN SEE",
        Role.GRADER: "GRADE HAND_IN SEE",
        Role.ASSISTANT: "EXPORT GRADE HAND_IN REGRADE SEE",
        Role.INSTRUCTOR: "ADMINISTER EXPORT GRADE HAND_IN MANAGE_PEOPLE REGRADE SEE",
    }
    assert held(None, is_admin=False) == frozenset()
    assert held(Role.STUDENT, is_admin=True) == frozenset(Right)


@dataclass
class World:
    """Everything that an address can be about."""

    app: Flask
    school: School
    submission: str
    values: dict[str, object]
    token: dict[str, str]
    token_id: dict[str, int]


@pytest.fixture(scope="module")
def furnished(
    sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory, app: Flask
) -> tuple[Path, World]:
    """A school with everything, made once; each test gets a copy."""
    path = tmp_path_factory.mktemp("permissions") / "school.db"
    shutil.copyfile(sqlite_template, path)
    database = Database(f"sqlite:///{path}")
    school = furnish(database)
    with database.write() as session:
        course = session.query(Course).one()
        other = Course(slug="other", title="Another", digest="0" * 64)
        session.add(other)
        session.flush()
        for login, role in (HERE | ELSEWHERE).items():
            if login not in school.user:
                school.user[login] = accounts.create_user(session, login, name=login)[0].id
            user = session.get_one(User, school.user[login])
            accounts.enrol(session, user, course if login in HERE else other, role)
        # The only lab that may go home: none of its checks must stay here.
        home = replace(BANK, checks=(BANK.checks[1],))
        session.get_one(Item, school.item["bank"]).content = dump_item(home)
    submission = school.grade(school.hand_in("ada"), report(Verdict.RACE))
    other = school.grade(school.hand_in("eve"), report(Verdict.RACE))
    made = {login: tokens.issue(database, user_id, "test") for login, user_id in school.user.items()}
    _put(app, database)
    with database.read() as session:
        grace, ada = (session.get_one(User, school.user[login]) for login in ("grace", "ada"))
    values = _values(school, submission) | {"second": other}
    with app.test_request_context("/"):
        values["join"] = links.make(grace, course, role=Role.STUDENT, section="", max_uses=None, days=3)
        values["version"] = style_address().rpartition("picture-")[2].removesuffix(".css")
    with database.write() as session:
        values["reset"] = resets.issue(session, grace, ada)
        row = session.get_one(Submission, submission)
        values["comment_id"] = marking.comment(session, row, grace, "counter.py", 1, "Why?").id
        begun, _ = regrades.start(session, course, Scope(submission=row), grace)
        values["regrade_id"] = begun.id
        sent = Content(course.slug, course.title, "", CONTENT)
        values["draft_id"] = drafts.keep(session, grace.id, sent, "course.zip").id
    database.dispose()
    issued = {login: token for login, (_, token) in made.items()}
    numbers = {login: row.id for login, (row, _) in made.items()}
    return path, World(app, school, submission, values, issued, numbers)


def _values(school: School, submission: str) -> dict[str, object]:
    with school.database.read() as session:
        key = session.scalar(select(GuiltyPattern.key))
    return {
        "course": "shared-data",
        "lab": "counter",
        "slug": "counter",
        "submission": submission,
        "submission_id": submission,
        "first": submission,
        "user_id": school.user["ada"],
        "invitation_id": 1,
        "check": "value",
        "key": key,
    }


def _put(app: Flask, database: Database) -> None:
    parts = app.extensions["interleave"]
    app.extensions["interleave"] = replace(parts, database=database, limits=Limits(""))


@pytest.fixture
def world(furnished: tuple[Path, World], tmp_path: Path) -> Iterator[World]:
    """A copy of the school, which a request may change."""
    template, world = furnished
    path = tmp_path / "school.db"
    shutil.copyfile(template, path)
    database = Database(f"sqlite:///{path}")
    _put(world.app, database)
    yield world
    database.dispose()


SLUGS = {
    "web.lesson": "shared",
    "web.quiz": "locks-quiz",
    "web.hand_in_quiz": "locks-quiz",
    "web.lab_file": "bank",
    "web.scheduler": PUZZLES[0].slug,
}
TABLES = {"web.lab_table": "mix", "web.queue_table": "times"}
FILES = {"web.static": "site.css", "docs.static": "css/swagger-ui.css"}
FORMS = {"web.login": {"login": "ada", "password": PASSWORD}, "web.worksheet": {"item": "counter"}}


def address(world: World, rule: Rule, who: str) -> str:
    """Fill in an address so that what it names exists, and is ada's where it is somebody's."""
    values = dict(world.values)
    values["slug"] = SLUGS.get(rule.endpoint, values["slug"])
    values["filename"] = FILES.get(rule.endpoint, "")
    values["table"] = TABLES.get(rule.endpoint, "")
    values["token"] = values["reset"] if "reset" in rule.endpoint else values["join"]
    values["token_id"] = world.token_id.get(who, 1)
    missing = rule.arguments - values.keys()
    assert not missing, f"say here how {rule.endpoint} is reached: {missing}"
    with world.app.test_request_context("/"):
        adapter = world.app.url_map.bind("localhost")
        return adapter.build(rule.endpoint, {name: values[name] for name in rule.arguments})


def ask(world: World, rule: Rule, method: str, who: str) -> TestResponse:
    client: FlaskClient = world.app.test_client()
    headers = {"Authorization": "Bearer " + "m" * 20} if rule.endpoint == "metrics" else {}
    if who in world.school.user:
        if rule.endpoint.startswith("api."):
            headers["Authorization"] = f"Bearer {world.token[who]}"
        else:
            database = world.app.extensions["interleave"].database
            with database.read() as session, client.session_transaction() as cookie:
                cookie["_user_id"] = session.get_one(User, world.school.user[who]).get_id()
    data = FORMS.get(rule.endpoint) if method == "POST" else None
    return client.open(address(world, rule, who), method=method, headers=headers, data=data)


def expected(need: Need, who: str) -> bool:
    """Return what the table says."""
    known, admin = who != "nobody", who == "root"
    here, elsewhere = held(HERE.get(who), admin), held(ELSEWHERE.get(who), admin)
    return {
        Place.PUBLIC: True,
        Place.ACCOUNT: known,
        Place.SELF: known,
        Place.SERVICE: need.right in held(None, admin),
        Place.ANYWHERE: need.right in here | elsewhere,
        Place.COURSE: need.right in here,
        Place.WORK: need.right in here or who == "ada",
        Place.DRAFT: need.right in here and who == "grace",
    }[need.place]


def refused(answer: TestResponse) -> bool:
    if answer.status_code in (401, 403, 404):
        return True
    # The way to the login page; who logs out is led there too, but with another status.
    return answer.status_code == 302 and answer.location.partition("?")[0] == "/login"


@pytest.mark.parametrize("who", PEOPLE)
@pytest.mark.parametrize("endpoint", ENDPOINTS)
def test_everybody_gets_what_the_table_gives_them_and_nothing_else(
    world: World, endpoint: str, who: str
) -> None:
    asked = 0
    for rule in world.app.url_map.iter_rules(endpoint):
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            answer = ask(world, rule, method, who)
            assert answer.status_code < 500 or endpoint.startswith("web.oidc"), answer.text
            assert refused(answer) is not expected(NEEDS[endpoint], who), f"{method} {answer.status}"
            answer.close()
            asked += 1
    assert asked


def test_the_guide_shows_the_table_as_it_is() -> None:
    page = (Path(__file__).parents[2] / "docs" / "people.md").read_text(encoding="utf-8")
    assert "\n".join(permissions.table()) in page
