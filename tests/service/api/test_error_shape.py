"""Every error of every route of the API has one shape."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from service.store import tokens
from tests.service.client import School, furnish, settings_for

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")


def check(answer: TestResponse, status: int) -> None:
    """The one shape."""
    assert answer.status_code == status, answer.get_data()
    assert answer.content_type == "application/problem+json"
    body = answer.json
    assert {"type", "title", "status", "detail", "errors"} <= set(body)
    assert set(body) <= {"type", "title", "status", "detail", "errors", "kind"}
    assert body["status"] == status
    assert body["detail"]
    assert body["title"]
    assert all(set(error) == {"where", "message"} for error in body["errors"])
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "Set-Cookie" not in answer.headers


def routes(app: Flask) -> Iterator[tuple[str, Rule]]:
    for rule in app.url_map.iter_rules():
        if rule.rule.startswith("/api/"):
            values = {"course": "nope", "lab": "nope", "submission": "0" * 26}
            path = rule.rule
            for name, value in values.items():
                path = path.replace(f"<{name}>", value)
            assert "<" not in path
            yield path, rule


def test_every_route_asks_for_a_token(school: School) -> None:
    seen = 0
    for path, rule in routes(school.app):
        for method in (rule.methods or set()) - {"OPTIONS", "HEAD"}:
            answer = school.ask(None, method, path)
            check(answer, 401)
            assert answer.headers["WWW-Authenticate"].startswith("Bearer")
            seen += 1
    assert seen >= 9


def test_every_route_says_404_for_what_does_not_exist(school: School) -> None:
    for path, rule in routes(school.app):
        if "nope" in path or "000" in path:
            for method in (rule.methods or set()) - {"OPTIONS", "HEAD"}:
                check(school.ask("ada", method, path), 404)


def test_every_route_says_405_and_which_methods_there_are(school: School) -> None:
    for path, rule in routes(school.app):
        allowed = {m for other, r in routes(school.app) if other == path for m in r.methods or set()}
        for method in set(METHODS) - allowed:
            answer = school.ask("ada", method, path)
            check(answer, 405)
            assert set(answer.headers["Allow"].split(", ")) == allowed
        assert rule.methods


@pytest.mark.parametrize(
    "path", ["/api", "/api/", "/api/v1", "/api/v2/courses", "/api/v1/courses/", "/api/%00"]
)
def test_addresses_that_lead_nowhere_are_problems_too(school: School, path: str) -> None:
    check(school.ask("ada", "GET", path), 404)


@pytest.mark.parametrize(
    "value",
    ["Bearer", "Bearer ", "Bearer ilv_x", "Basic YTpi", "ilv_x", "Bearer ilv_" + "A" * 43, "Bearer \u00e9"],
)
def test_what_is_no_token_is_refused(school: School, value: str) -> None:
    check(school.client.get("/api/v1/courses", headers={"Authorization": value}), 401)


def test_a_revoked_token_is_refused(school: School) -> None:
    (token,) = tokens.of_user(school.database, school.user["ada"])
    assert school.ask("ada", "GET", "/api/v1/courses").status_code == 200
    assert tokens.revoke(school.database, school.user["ada"], token.id)
    check(school.ask("ada", "GET", "/api/v1/courses"), 401)


def test_the_token_of_a_locked_account_is_refused(school: School) -> None:
    from service.store import accounts

    with school.database.write() as session:
        accounts.set_active(session, school.user["ada"], active=False)
    check(school.ask("ada", "GET", "/api/v1/courses"), 401)


def test_a_session_cookie_opens_nothing_in_the_api(school: School) -> None:
    with school.client as client:
        with client.session_transaction() as session:
            session["_user_id"] = "1.x"
        check(client.get("/api/v1/courses"), 401)


def test_what_breaks_is_500_without_a_word_about_how(school: School, monkeypatch: pytest.MonkeyPatch) -> None:
    def breaks(*_: object) -> None:
        raise RuntimeError("secret detail")

    monkeypatch.setattr("service.api.access.courses", breaks)
    answer = school.ask("ada", "GET", "/api/v1/courses")
    check(answer, 500)
    assert "secret" not in answer.get_data(as_text=True)


def test_a_validation_error_names_the_parameter(school: School) -> None:
    answer = school.ask("ada", "GET", "/api/v1/submissions/0?wait=abc")
    check(answer, 422)
    assert answer.json["errors"][0]["where"] == "wait"


def test_a_large_body_is_413(sqlite_url: str) -> None:
    school = furnish(settings_for(sqlite_url, max_upload_bytes=65536))
    check(school.hand_in("ada", ("counter.py", b"#" * 70_000)), 413)
    answer = school.answer("ada", {"answers": {"q1": "A" * 70_000}})
    check(answer, 413)
    assert "it may have 64 KiB, in 200 parts" in answer.json["detail"]
    school.database.dispose()
