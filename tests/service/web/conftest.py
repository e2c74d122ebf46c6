"""The app on a school of each test's own, and browsers logged in to it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from service.app import create_app
from service.limits import Limits
from service.settings import Settings
from service.store.database import Database
from service.store.models import User
from tests.service.web.school import School, furnish


@pytest.fixture
def web_database(sqlite_url: str) -> Iterator[Database]:
    database = Database(sqlite_url)
    yield database
    database.dispose()


@pytest.fixture
def school(web_database: Database) -> School:
    return furnish(web_database)


@pytest.fixture(scope="session")
def one_app(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """Putting the app together takes a while, so it is done once."""
    unused = tmp_path_factory.mktemp("unused") / "interleave.db"
    return create_app(Settings(database_url=f"sqlite:///{unused}", secret_key="k" * 40))


@pytest.fixture
def app(one_app: Flask, school: School) -> Flask:
    parts = one_app.extensions["interleave"]
    one_app.extensions["interleave"] = replace(parts, database=school.database, limits=Limits(""))
    one_app.testing = True
    return one_app


class Browser:
    """A browser without JavaScript: follows forms as a reader would, CSRF token included."""

    def __init__(self, client: FlaskClient) -> None:
        self.client = client

    def get(self, address: str, **rest: object) -> TestResponse:
        return self.client.get(address, **rest)

    def send(self, address: str, on: str | None = None, **fields: object) -> TestResponse:
        """Post a form with the token of the page `on` (by default the address itself)."""
        page = self.client.get(on or address)
        token = re.search(r'name="csrf_token" value="([^"]+)"', page.text)
        assert token, f"no form on {on or address}: {page.status}"
        data = {"csrf_token": token[1], **fields}
        return self.client.post(address, data=data, content_type="multipart/form-data")


@pytest.fixture
def browser(app: Flask, school: School) -> Callable[[str], Browser]:
    """Return a browser that is logged in as somebody; '' for nobody."""

    def open_as(login: str) -> Browser:
        opened = Browser(app.test_client())
        if login:
            # As after a login, without the time a password costs; test_people.py logs in for real.
            with school.database.read() as session, opened.client.session_transaction() as cookie:
                cookie["_user_id"] = session.get_one(User, school.user[login]).get_id()
                cookie["_fresh"] = True
        return opened

    return open_as


def text_of(answer: TestResponse) -> str:
    """Return what a reader sees of a page, in one line."""
    body = re.sub(r"<(script|style|svg)\b.*?</\1>", " ", answer.text, flags=re.S)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", body)).split())
