"""Text that a database or a page would refuse: U+0000, and halves of surrogate pairs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from graders.quiz import Key, Question, QuestionKind
from graders.report import Check, Report, Step, Witness
from graders.verdict import Verdict
from service.store import accounts, lifecycle, tokens
from service.store.courses import install_course
from tests.service.client import COURSE, QUIZ, School, furnish, settings_for

NUL = "a\x00b"
HALF = "a\ud800b"
WORD = Question("q3", QuestionKind.TEXT, "Word", "What keeps others out?", 1, (), Key(accepted=("lock",)))


@pytest.fixture
def school(database_url: str) -> Iterator[School]:
    """Without Redis, on each database, with a question that is answered in words."""
    school = furnish(settings_for(database_url))
    quiz = replace(QUIZ, questions=(*QUIZ.questions, WORD))
    with school.database.write() as session:
        install_course(session, replace(COURSE, items=(*COURSE.items[:2], quiz)))
    yield school
    school.database.dispose()


def log_in(school: School, login: str) -> Any:
    """Return a browser's client, logged in."""
    client = school.client
    with school.database.read() as session, client.session_transaction() as cookie:
        user = accounts.find_user(session, login)
        assert user is not None
        cookie["_user_id"], cookie["_fresh"] = user.get_id(), True
    return client


def send(client: Any, on: str, address: str, **fields: Any) -> Any:
    token = re.search(r'name="csrf_token" value="([^"]+)"', client.get(on).text)
    assert token
    data = {"csrf_token": token[1], **fields}
    return client.post(address, data=data, content_type="multipart/form-data")


def hostile(text: str) -> Report:
    check = Check("value", f"Title {text}", Verdict.CRASH, 0, 4, f"message {text}")
    witness = Witness(Verdict.CRASH, text, text, (1,), (Step(1, text, text, text, 1),))
    return Report.of("shared-data/counter", [check], output=text, witness=witness, flags=(text,))


@pytest.mark.parametrize("text", [NUL, HALF])
def test_a_report_with_such_text_is_kept_and_shown(school: School, text: str) -> None:
    number = school.hand_in().json["id"]
    claim = lifecycle.claim(school.database, number, f"w{text}", 60)
    assert claim is not None
    assert lifecycle.finish(school.database, claim, hostile(text))
    answer = school.ask("ada", "GET", f"/api/v1/submissions/{number}")
    assert answer.status_code == 200
    assert answer.json["report"]["verdict"] == "crash"
    assert log_in(school, "ada").get(f"/submissions/{number}").status_code == 200
    assert log_in(school, "eve").get("/courses/shared-data/staff/counter").status_code == 200


@pytest.mark.parametrize("text", [NUL, HALF])
def test_a_fault_with_such_text_is_kept_and_shown(school: School, text: str) -> None:
    number = school.hand_in().json["id"]
    claim = lifecycle.claim(school.database, number, "w", 60)
    assert claim is not None
    lifecycle.fault(school.database, claim, text, max_attempts=1)
    assert school.ask("ada", "GET", f"/api/v1/submissions/{number}").json["state"] == "failed"
    assert log_in(school, "ada").get(f"/submissions/{number}").status_code == 200


@pytest.mark.parametrize("text", [NUL, HALF])
@pytest.mark.parametrize("answers", [{"q1": "X"}, {"q2": "X"}, {"X": "A"}])
def test_quiz_answers_with_such_text_are_refused(school: School, text: str, answers: Any) -> None:
    body = {key.replace("X", text): value.replace("X", text) for key, value in answers.items()}
    answer = school.answer("ada", {"answers": body})
    assert answer.status_code == 422, answer.text


@pytest.mark.parametrize("text", [NUL, HALF])
def test_a_text_answer_with_such_text_is_kept_and_shown(school: School, text: str) -> None:
    answer = school.answer("ada", {"answers": {"q3": text}})
    assert answer.status_code == 202, answer.text
    number = answer.json["id"]
    assert school.ask("ada", "GET", f"/api/v1/submissions/{number}").status_code == 200
    assert log_in(school, "ada").get(f"/submissions/{number}").status_code == 200


@pytest.mark.parametrize(
    "address",
    [
        "/users?q=%00",
        "/users?q=%ED%A0%80",
        "/courses/%00",
        "/courses/%ED%A0%80",
        "/courses/shared-data/labs/%00",
        "/courses/shared-data/quizzes/%00",
        "/courses/shared-data/lessons/%00",
        "/courses/shared-data/staff/%00",
        "/courses/shared-data/staff/counter?q=%00",
        "/courses/shared-data/staff/counter?q=%ED%A0%80",
        "/submissions/%00",
        "/submissions/%00/state",
        "/login?next=/%00",
    ],
)
def test_no_page_breaks_on_such_an_address(school: School, address: str) -> None:
    assert log_in(school, "root").get(address).status_code in {200, 302, 404}


@pytest.mark.parametrize(
    "path",
    [
        "courses/%00",
        "courses/%ED%A0%80",
        "courses/shared-data/labs/%00",
        "courses/shared-data/gradebook?x=%00",
        "submissions/%00",
    ],
)
def test_no_route_of_the_api_breaks_on_such_an_address(school: School, path: str) -> None:
    assert school.ask("root", "GET", f"/api/v1/{path}").status_code in {200, 404, 422}


def test_forms_with_such_text_are_refused_or_cleaned(school: School) -> None:
    root, ada = log_in(school, "root"), log_in(school, "ada")
    given = {"login": "new", "name": NUL, "email": NUL}
    assert send(root, "/users", "/users", **given).status_code == 201
    assert send(root, "/users", "/users", login=NUL).status_code == 422
    assert send(ada, "/tokens", "/tokens", name=NUL).status_code == 201
    lab = "/courses/shared-data/labs/counter"
    assert send(ada, lab, lab, code=f"print({NUL!r})", once=NUL).status_code == 303
    assert send(ada, lab, lab, code=NUL).status_code == 422
    assert send(school.client, "/login", "/login", login=NUL, password=NUL).status_code == 401
    roster = "/courses/shared-data/roster"
    csv = "login,name,section\nnina,N\x00ina,A\x00\n"
    for address in (roster, f"{roster}/import"):
        assert send(root, roster, address, csv=csv).status_code == 422


def test_a_key_with_such_text_is_refused_or_cleaned(school: School) -> None:
    for key in (NUL, "\xed\xa0\x80"):
        answer = school.hand_in(headers={"Idempotency-Key": key})
        assert answer.status_code in {202, 400, 422}


@pytest.mark.parametrize("name", ["a\x00.py", "counter.py\x00"])
def test_file_names_with_such_text_are_refused(school: School, name: str) -> None:
    assert school.hand_in("ada", (name, b"print(1)\n"), ("counter.py", b"print(1)\n")).status_code in {
        415,
        422,
    }


@pytest.mark.parametrize("text", [NUL, HALF])
def test_names_of_people_with_such_text_are_cleaned_and_can_be_searched_for(
    school: School, text: str
) -> None:
    with school.database.write() as session:
        accounts.create_user(session, "nina", name=text, email=text)
    tokens.issue(school.database, school.user["ada"], text)
    page = log_in(school, "root").get("/users?q=NINA")
    assert page.status_code == 200
    assert "a\N{REPLACEMENT CHARACTER}b" in page.text


@pytest.mark.parametrize("number", [2**31, 2**63, 10**30])
@pytest.mark.parametrize("address", ["/users/{}/password", "/users/{}/active", "/tokens/{}/revoke"])
def test_a_number_beyond_the_databases_is_not_found(school: School, address: str, number: int) -> None:
    assert send(log_in(school, "root"), "/users", address.format(number)).status_code == 404
