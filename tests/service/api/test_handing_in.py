"""Handing in through the API: what is taken, and what is refused and how."""

from __future__ import annotations

import io
import stat
import zipfile
from typing import Any

import pytest
from sqlalchemy import func, select

from service.app import create_app
from service.settings import Settings
from service.store.models import Item, State, Submission
from tests.service.client import School, furnish, settings_for

LAB = "/api/v1/courses/shared-data/labs/counter/submissions"
QUIZ = "/api/v1/courses/shared-data/labs/locks-quiz/submissions"


def kept(school: School) -> int:
    with school.database.read() as session:
        return session.scalar(select(func.count()).select_from(Submission)) or 0


def archive(*members: tuple[str, bytes], link: bool = False) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        for name, data in members:
            entry = zipfile.ZipInfo(name)
            entry.external_attr = (stat.S_IFLNK if link else stat.S_IFREG) << 16 | 0o644 << 16
            file.writestr(entry, data, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def test_a_file_is_kept_queued_and_answered_as_documented(school: School) -> None:
    answer = school.hand_in()
    assert answer.status_code == 202
    body = answer.json
    assert set(body) == {"id", "state", "position", "estimate_seconds", "links"}
    assert (body["state"], body["position"]) == ("queued", 1)
    assert answer.headers["Location"] == body["links"]["self"]
    assert body["links"]["self"].endswith(f"/api/v1/submissions/{body['id']}")
    assert int(answer.headers["Retry-After"]) >= 1
    with school.database.read() as session:
        row = session.get_one(Submission, body["id"])
        assert row.files == {"counter.py": "print(100)\n"}
        # There is no Redis here: the sweeper must find it at once.
        assert (row.state, row.enqueued_at) == (State.QUEUED, None)


def test_answers_are_kept(school: School) -> None:
    answer = school.answer("ada", {"answers": {"q1": "A", "q2": 175}})
    assert answer.status_code == 202
    with school.database.read() as session:
        assert session.get_one(Submission, answer.json["id"]).answers == {"q1": "A", "q2": 175}


def test_a_zip_is_unpacked(school: School) -> None:
    data = archive(("counter.py", b"import helper\n"), ("helper.py", b"x = 1\n"))
    answer = school.hand_in("ada", ("work.zip", data))
    assert answer.status_code == 202
    with school.database.read() as session:
        row = session.get_one(Submission, answer.json["id"])
        assert row.files == {"counter.py": "import helper\n", "helper.py": "x = 1\n"}


def test_several_files_are_kept_together(school: School) -> None:
    answer = school.hand_in("ada", ("counter.py", b"import helper\n"), ("helper.py", b"x = 1\n"))
    with school.database.read() as session:
        assert session.get_one(Submission, answer.json["id"]).main == "counter.py"


BAD_FILES = {
    "an empty file": ([("counter.py", b"")], 422, "empty"),
    "not UTF-8": ([("counter.py", b"print('\xff\xfe\xe9')\n")], 422, "not-utf8"),
    "NUL bytes": ([("counter.py", b"print(1)\x00\n")], 422, "nul-bytes"),
    "a wrong suffix": ([("counter.exe", b"MZ")], 415, "wrong-type"),
    "too large a file": ([("counter.py", b"#" * 70_000)], 413, "too-large"),
    "a zip with ../": ([("w.zip", archive(("../counter.py", b"x = 1")))], 422, "bad-name"),
    "a zip with an absolute path": ([("w.zip", archive(("/etc/counter.py", b"x = 1")))], 422, "bad-name"),
    "a zip with a link": (
        [("w.zip", archive(("counter.py", b"/etc/passwd"), link=True))],
        422,
        "bad-archive",
    ),
    "a zip bomb": ([("w.zip", archive(("counter.py", b"\n" * 50_000_000)))], 413, "too-large"),
    "10,000 files": (
        [("w.zip", archive(*((f"f{n}.py", b"x=1") for n in range(10_000))))],
        413,
        "too-many-files",
    ),
    "a broken zip": ([("w.zip", b"PK\x03\x04 nothing")], 422, "bad-archive"),
    "two files of one name": ([("counter.py", b"x=1"), ("counter.py", b"x=2")], 422, "duplicate-name"),
    "several without the lab's": ([("a.py", b"x=1"), ("b.py", b"x=2")], 422, "no-main"),
}


@pytest.mark.parametrize("what", BAD_FILES)
def test_bad_files_are_refused_with_the_kind_and_what_to_do(school: School, what: str) -> None:
    files, status, kind = BAD_FILES[what]
    answer = school.hand_in("ada", *files)
    assert (answer.status_code, answer.json["kind"]) == (status, kind), answer.json
    assert answer.content_type == "application/problem+json"
    assert answer.json["type"] == f"urn:interleave:problem:{kind}"
    assert len(answer.json["detail"]) > 20
    assert kept(school) == 0


def test_ten_megabytes_are_refused_before_they_are_read(school: School) -> None:
    answer = school.hand_in("ada", ("counter.py", b"#" * 10_000_000))
    assert answer.status_code == 413
    assert answer.content_type == "application/problem+json"


def test_files_in_a_field_of_another_name_are_told_where_they_belong(school: School) -> None:
    data = {"file": (io.BytesIO(b"x = 1"), "counter.py")}
    answer = school.ask("ada", "POST", LAB, data=data, content_type="multipart/form-data")
    assert (answer.status_code, answer.json["kind"]) == (422, "no-files")
    assert "files=@counter.py" in answer.json["detail"]


def test_nothing_at_all_is_refused(school: School) -> None:
    answer = school.ask("ada", "POST", LAB, data=b"--x--\r\n", content_type="multipart/form-data; boundary=x")
    assert (answer.status_code, answer.json["kind"]) == (422, "no-files")


@pytest.mark.parametrize(
    ("path", "content_type"),
    [
        (LAB, "application/json"),
        (LAB, "text/x-python"),
        (LAB, None),
        (QUIZ, "multipart/form-data; boundary=x"),
        (QUIZ, None),
    ],
)
def test_another_kind_of_body_is_refused_with_415(
    school: School, path: str, content_type: str | None
) -> None:
    answer = school.ask("ada", "POST", path, data=b"{}", content_type=content_type)
    assert answer.status_code == 415
    assert ("curl" if path == LAB else '"answers"') in answer.json["detail"]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"{", 400),
        (b'{"answers": {"q2": NaN}}', 400),
        (b'{"answers": {"q2": 1e999}}', 400),
        (b'{"answers": {"q2": ' + b"1" * 5000 + b"}}", 400),
        (b"[" * 100_000, 400),
        (b"\xff", 400),
        (b"null", 422),
        (b"[]", 422),
        (b'{"answers": []}', 422),
        (b'{"answers": {}, "more": 1}', 422),
        (b'{"q1": "A"}', 422),
        (b'{"answers": {"q9": "A"}}', 422),
        (b'{"answers": {"q1": "Z"}}', 422),
        (b'{"answers": {"q1": {"a": 1}}}', 422),
        (b'{"answers": {"\\ud800": "A"}}', 422),
    ],
)
def test_malformed_answers_are_refused(school: School, body: bytes, status: int) -> None:
    answer = school.ask("ada", "POST", QUIZ, data=body, content_type="application/json")
    assert answer.status_code == status, answer.json
    assert answer.content_type == "application/problem+json"
    assert kept(school) == 0


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"[]", 'body: an object was expected, such as {"answers": {"q1": "A"}}.'),
        (b'{"answers": []}', "answers: an object was expected, in braces."),
        (b'{"answers": {}, "more": 1}', "more: there is no such key."),
        (
            b'{"answers": {"q1": {"a": 1}}}',
            "Question 'q1': expected the id of one option, such as \"A\", not an object.",
        ),
        (
            b'{"answers": {"q1": true}}',
            "Question 'q1': expected the id of one option, such as \"A\", not true.",
        ),
    ],
)
def test_malformed_answers_are_told_in_the_terms_of_json(school: School, body: bytes, words: str) -> None:
    answer = school.ask("ada", "POST", QUIZ, data=body, content_type="application/json")
    assert answer.json["detail"].endswith(words)


def test_answers_for_unknown_questions_are_named(school: School) -> None:
    answer = school.answer("ada", {"answers": {"q1": "A", "q7": 1}})
    assert (answer.status_code, answer.json["kind"]) == (422, "bad-answer")
    assert answer.json["errors"][0]["where"] == "answers.q7"


@pytest.mark.parametrize(
    "path",
    [
        "/api/v1/courses/nope/labs/counter/submissions",
        "/api/v1/courses/shared-data/labs/nope/submissions",
        "/api/v1/courses/shared-data/labs/read/submissions",
        "/api/v1/courses/other/labs/counter/submissions",
        "/api/v1/courses/shared%00data/labs/counter/submissions",
        "/api/v1/courses/shared-data/labs/%F0%9F%90%8D/submissions",
    ],
)
def test_unknown_courses_and_labs_are_404(school: School, path: str) -> None:
    answer = school.ask("ada", "POST", path, data={"files": (io.BytesIO(b"x"), "counter.py")})
    assert answer.status_code == 404
    assert answer.content_type == "application/problem+json"


def test_a_retired_lab_takes_nothing_any_more(school: School) -> None:
    with school.database.write() as session:
        session.query(Item).filter_by(slug="counter").one().retired = True
    assert school.hand_in().status_code == 404


def test_the_same_key_and_body_give_the_first_submission_again(school: School) -> None:
    key = {"Idempotency-Key": "one"}
    first, second = school.hand_in(headers=key), school.hand_in(headers=key)
    assert (second.status_code, second.json) == (202, first.json)
    assert second.headers["Idempotency-Replayed"] == "true"
    assert kept(school) == 1


def test_the_same_key_with_another_body_is_422_and_names_the_first(school: School) -> None:
    key = {"Idempotency-Key": "one"}
    first = school.hand_in(headers=key).json["id"]
    answer = school.hand_in("ada", ("counter.py", b"print(99)"), headers=key)
    assert (answer.status_code, answer.json["kind"]) == (422, "key-reused")
    assert first in answer.json["detail"]
    assert kept(school) == 1


def test_keys_of_two_students_are_two_keys(school: School) -> None:
    key = {"Idempotency-Key": "one"}
    assert school.hand_in("ada", headers=key).json["id"] != school.hand_in("bob", headers=key).json["id"]


@pytest.mark.parametrize("key", ["", "a b", "x" * 201, "\u00e9"])
def test_a_key_that_is_none_is_refused(school: School, key: str) -> None:
    answer = school.hand_in(headers={"Idempotency-Key": key})
    assert answer.status_code == 422
    assert answer.json["errors"][0]["where"] == "Idempotency-Key"


def test_who_hands_in_too_often_is_told_when_to_come_back(sqlite_url: str) -> None:
    school = furnish(settings_for(sqlite_url, submission_limit="2 per minute"))
    assert [school.hand_in().status_code for _ in range(2)] == [202, 202]
    answer = school.hand_in()
    assert answer.status_code == 429
    assert 1 <= int(answer.headers["Retry-After"]) <= 61
    assert "2 per 1 minute" in answer.json["detail"]
    assert school.hand_in("bob").status_code == 202
    school.database.dispose()


def test_limits_are_counted_together_by_all_processes_through_redis(whole: School) -> None:
    chosen: dict[str, Any] = {"submission_limit": "3 per minute"}
    redis_url = whole.parts.settings.redis_address()
    url = whole.parts.settings.database_address()
    others = [furnish_again(whole, settings_for(url, redis_url, **chosen)) for _ in range(2)]
    assert [others[n % 2].hand_in().status_code for n in range(4)] == [202, 202, 202, 429]
    for other in others:
        other.database.dispose()
        other.parts.redis.close()  # type: ignore[union-attr]


def furnish_again(school: School, settings: Settings) -> School:
    app = create_app(settings)
    return School(app, app.extensions["interleave"].database, school.token, school.user)
