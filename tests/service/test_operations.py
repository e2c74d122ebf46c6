"""Health, readiness, metrics, version; headers and logs."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import SecretStr

from service.app import create_app
from service.store import lifecycle, migrate
from tests.service.client import School, furnish, settings_for
from tests.service.store.samples import report


@pytest.fixture
def school(sqlite_url: str, redis_url: str) -> Iterator[School]:
    school = furnish(settings_for(sqlite_url, redis_url, metrics_token=SecretStr("m" * 20)))
    yield school
    school.database.dispose()
    assert school.parts.redis is not None
    school.parts.redis.close()


def test_a_service_with_everything_is_alive_and_ready(school: School) -> None:
    assert school.client.get("/healthz").json == {"status": "alive"}
    assert school.client.get("/readyz").json == {"status": "ready"}
    assert re.fullmatch(r"\d+\.\d+\.\d+.*|unknown", school.client.get("/version").json["version"])


def test_without_its_tables_it_is_alive_but_not_ready(school: School) -> None:
    migrate.downgrade(school.database, "base")
    answer = school.client.get("/readyz")
    assert (answer.status_code, answer.content_type) == (503, "application/problem+json")
    assert "migrate" in answer.json["detail"]
    assert school.client.get("/healthz").status_code == 200


def test_without_redis_it_is_not_ready_but_still_takes_submissions(sqlite_url: str) -> None:
    school = furnish(settings_for(sqlite_url, "unix:///nowhere/redis.sock"))
    answer = school.client.get("/readyz")
    assert answer.status_code == 503
    assert [error["where"] for error in answer.json["errors"]] == ["redis"]
    kept = school.hand_in()
    assert kept.status_code == 202
    assert school.ask("ada", "GET", f"/api/v1/submissions/{kept.json['id']}?wait=5").json["state"] == "queued"
    school.database.dispose()


def test_without_a_database_it_is_not_ready(tmp_path: Path) -> None:
    app = create_app(settings_for("postgresql:///none?host=/nowhere"))
    answer = app.test_client().get("/readyz")
    assert answer.status_code == 503
    assert [error["where"] for error in answer.json["errors"]] == ["database"]


def test_the_metrics_are_counted_in_the_database(school: School) -> None:
    first, _ = school.hand_in().json["id"], school.hand_in()
    claim = lifecycle.claim(school.database, first, "w1", 60)
    assert claim is not None
    lifecycle.finish(school.database, claim, report())
    text = school.client.get("/metrics", headers={"Authorization": "Bearer " + "m" * 20}).get_data(
        as_text=True
    )
    assert 'interleave_submissions{state="queued"} 1.0' in text
    assert 'interleave_submissions{state="graded"} 1.0' in text
    assert 'interleave_attempts_total{outcome="graded"} 1.0' in text
    assert "interleave_workers_alive 0.0" in text
    assert re.search(r"interleave_oldest_queued_seconds \d", text)


def test_the_metrics_are_not_for_everybody(school: School, sqlite_url: str) -> None:
    assert school.client.get("/metrics").status_code == 401
    assert school.client.get("/metrics", headers={"Authorization": "Bearer x"}).status_code == 401
    closed = create_app(settings_for(sqlite_url))
    assert closed.test_client().get("/metrics").status_code == 404
    closed.extensions["interleave"].database.dispose()


@pytest.mark.parametrize("path", ["/healthz", "/api/v1/courses", "/docs/", "/login", "/nothing"])
def test_every_answer_carries_the_headers_that_protect_its_reader(school: School, path: str) -> None:
    headers = school.client.get(path).headers
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "script-src 'self' 'nonce-" in policy
    assert "unsafe-eval" not in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert "Strict-Transport-Security" not in headers


def test_https_is_insisted_on_only_where_there_is_https(sqlite_url: str) -> None:
    app = create_app(settings_for(sqlite_url, https=True))
    assert "max-age" in app.test_client().get("/healthz").headers["Strict-Transport-Security"]
    assert app.config["SESSION_COOKIE_SECURE"]


def test_the_nonce_is_new_each_time_and_the_documentation_carries_it(school: School) -> None:
    seen = set()
    for _ in range(2):
        answer = school.client.get("/docs/")
        (nonce,) = re.findall(r'nonce="([^"]+)"', answer.get_data(as_text=True))
        assert f"'nonce-{nonce}'" in answer.headers["Content-Security-Policy"]
        seen.add(nonce)
    assert len(seen) == 2


def test_the_documentation_loads_nothing_from_elsewhere(school: School) -> None:
    text = school.client.get("/docs/").get_data(as_text=True)
    assert "//" not in text.replace("<!doctype", "")
    for address in re.findall(r'(?:src|href)="(/[^"]+)"', text):
        with school.client.get(address) as answer:
            assert answer.status_code == 200


def test_the_description_names_every_route_of_the_api(school: School) -> None:
    described = school.client.get("/openapi.json").json["paths"]
    routes = {
        re.sub(r"<(\w+)>", r"{\1}", r.rule)
        for r in school.app.url_map.iter_rules()
        if r.endpoint.startswith("api.")
    }
    assert set(described) == routes


def test_a_request_id_is_given_and_a_proper_one_is_kept(school: School) -> None:
    assert len(school.client.get("/healthz").headers["X-Request-Id"]) == 16
    assert (
        school.client.get("/healthz", headers={"X-Request-Id": "trace-12345"}).headers["X-Request-Id"]
        == "trace-12345"
    )
    assert (
        school.client.get("/healthz", headers={"X-Request-Id": "a b;c\t"}).headers["X-Request-Id"]
        != "a b;c\t"
    )


def test_logs_are_json_lines_without_secrets(sqlite_url: str, capsys: pytest.CaptureFixture[str]) -> None:
    school = furnish(settings_for(sqlite_url, log_format="json", log_level="info"))
    school.hand_in()
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    request = next(line for line in lines if line["event"] == "request")
    assert (request["method"], request["status"], request["level"]) == ("POST", 202, "info")
    assert request["request"]
    assert school.token["ada"] not in str(lines)
    school.database.dispose()
