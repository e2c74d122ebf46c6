"""Watching a submission, withdrawing it, having it graded again."""

from __future__ import annotations

import threading
import time

import pytest
from sqlalchemy import select

from graders.verdict import Verdict
from service.store import lifecycle, marking
from service.store.announce import announce
from service.store.audit import AuditEntry
from service.store.models import Submission, User
from tests.service.client import School
from tests.service.store.samples import report


def grade(school: School, submission_id: str, verdict: Verdict = Verdict.PASSED) -> None:
    claim = lifecycle.claim(school.database, submission_id, "w1", 60)
    assert claim is not None
    assert lifecycle.finish(
        school.database, claim, report(verdict, 4.0 if verdict is Verdict.PASSED else 0.0)
    )
    if school.parts.redis is not None:
        announce(school.parts.redis, submission_id, "graded")


def address(submission_id: str) -> str:
    return f"/api/v1/submissions/{submission_id}"


def test_a_graded_submission_shows_its_report_as_it_was_made(school: School) -> None:
    submission_id = school.hand_in().json["id"]
    grade(school, submission_id, Verdict.RACE)
    answer = school.ask("ada", "GET", address(submission_id))
    assert answer.status_code == 200
    assert (answer.json["state"], answer.json["verdict"], answer.json["score"]) == ("graded", "race", 2.0)
    assert answer.json["report"] == report(Verdict.RACE, 0.0).to_json()
    assert "Retry-After" not in answer.headers


def test_until_it_is_final_the_answer_says_when_to_ask_again(school: School) -> None:
    answer = school.ask("ada", "GET", address(school.hand_in().json["id"]))
    assert answer.json["report"] is None
    assert int(answer.headers["Retry-After"]) >= 1


def test_what_has_not_changed_is_304(school: School) -> None:
    submission_id = school.hand_in().json["id"]
    first = school.ask("ada", "GET", address(submission_id))
    seen = {"If-None-Match": first.headers["ETag"]}
    again = school.ask("ada", "GET", address(submission_id), headers=seen)
    assert (again.status_code, again.get_data()) == (304, b"")
    assert again.headers["ETag"] == first.headers["ETag"]
    assert "Retry-After" in again.headers
    grade(school, submission_id)
    changed = school.ask("ada", "GET", address(submission_id), headers=seen)
    assert changed.status_code == 200
    assert changed.headers["ETag"] != first.headers["ETag"]


@pytest.mark.parametrize("method", ["GET", "DELETE"])
def test_another_students_submission_does_not_exist(school: School, method: str) -> None:
    submission_id = school.hand_in("ada").json["id"]
    mine = school.ask("bob", method, address(submission_id))
    none = school.ask("bob", method, address("0" * 26))
    assert (mine.status_code, none.status_code) == (404, 404)
    assert mine.json["detail"].replace(submission_id, "0" * 26) == none.json["detail"]
    assert school.ask("bob", "POST", address(submission_id) + "/regrade").status_code == 404


@pytest.mark.parametrize("login", ["eve", "root"])
def test_staff_and_administrators_see_everybodys(school: School, login: str) -> None:
    submission_id = school.hand_in("ada").json["id"]
    assert school.ask(login, "GET", address(submission_id)).json["user"] == "ada"


def test_a_failed_submission_is_told_as_our_fault_without_a_mark(school: School) -> None:
    submission_id = school.hand_in().json["id"]
    for _ in range(3):
        claim = lifecycle.claim(school.database, submission_id, "w1", 60)
        assert claim is not None
        lifecycle.fault(school.database, claim, "no Docker")
    body = school.ask("ada", "GET", address(submission_id)).json
    assert (body["state"], body["score"], body["fault"]) == ("failed", None, "no Docker")


def test_a_queued_one_can_be_withdrawn_once(school: School) -> None:
    submission_id = school.hand_in().json["id"]
    first = school.ask("ada", "DELETE", address(submission_id))
    assert (first.status_code, first.json["state"]) == (200, "cancelled")
    assert school.ask("ada", "DELETE", address(submission_id)).status_code == 409


def test_staff_may_have_a_final_one_graded_again(school: School) -> None:
    submission_id = school.hand_in().json["id"]
    again = address(submission_id) + "/regrade"
    assert school.ask("ada", "POST", again).status_code == 403
    assert school.ask("eve", "POST", again).status_code == 409
    grade(school, submission_id)
    answer = school.ask("eve", "POST", again)
    assert (answer.status_code, answer.json["state"], answer.json["score"]) == (202, "queued", 6.0)
    assert answer.headers["Location"].endswith(address(submission_id))


@pytest.mark.parametrize("wait", ["-1", "61", "abc", "nan", "inf"])
def test_a_wait_that_is_none_is_refused(school: School, wait: str) -> None:
    answer = school.ask("ada", "GET", address(school.hand_in().json["id"]) + f"?wait={wait}")
    assert answer.status_code == 422
    assert answer.json["errors"][0]["where"] == "wait"


def test_waiting_ends_as_soon_as_it_is_graded(whole: School) -> None:
    submission_id = whole.hand_in().json["id"]
    timer = threading.Timer(0.5, grade, (whole, submission_id))
    timer.start()
    began = time.monotonic()
    answer = whole.ask("ada", "GET", address(submission_id) + "?wait=60")
    assert answer.json["state"] == "graded"
    assert time.monotonic() - began < 30
    timer.join()


def test_waiting_ends_when_it_is_withdrawn_meanwhile(whole: School) -> None:
    submission_id = whole.hand_in().json["id"]
    timer = threading.Timer(0.5, whole.ask, ("ada", "DELETE", address(submission_id)))
    timer.start()
    assert whole.ask("ada", "GET", address(submission_id) + "?wait=60").json["state"] == "cancelled"
    timer.join()


def test_waiting_finds_what_was_graded_without_an_announcement(whole: School) -> None:
    submission_id = whole.hand_in().json["id"]
    claim = lifecycle.claim(whole.database, submission_id, "w1", 60)
    assert claim is not None
    timer = threading.Timer(0.3, lifecycle.finish, (whole.database, claim, report()))
    timer.start()
    assert whole.ask("ada", "GET", address(submission_id) + "?wait=60").json["state"] == "graded"
    timer.join()


def test_waiting_ends_after_the_time_that_was_asked_for(whole: School) -> None:
    submission_id = whole.hand_in().json["id"]
    began = time.monotonic()
    answer = whole.ask("ada", "GET", address(submission_id) + "?wait=1")
    assert answer.json["state"] == "queued"
    assert 0.9 < time.monotonic() - began < 30


def test_when_all_places_to_wait_are_taken_the_answer_comes_at_once(whole: School) -> None:
    submission_id = whole.hand_in().json["id"]
    slots = whole.parts.waiters._slots
    assert slots is not None
    taken = 0
    while slots.acquire(blocking=False):
        taken += 1
    assert taken == whole.parts.settings.wait_slots
    began = time.monotonic()
    answer = whole.ask("ada", "GET", address(submission_id) + "?wait=60")
    assert answer.json["state"] == "queued"
    assert time.monotonic() - began < 20
    slots.release(taken)


def test_a_mark_by_hand_is_told_beside_the_graders_report(school: School) -> None:
    submission_id = school.hand_in().json["id"]
    grade(school, submission_id, Verdict.RACE)
    assert school.ask("ada", "GET", address(submission_id)).json["override"] is None
    with school.database.write() as session:
        row, eve = session.get_one(Submission, submission_id), session.get_one(User, school.user["eve"])
        seen = marking.of_submission(session, submission_id).seen
        marking.override(session, row, eve, 5.0, "We talked.", seen)
    body = school.ask("ada", "GET", address(submission_id)).json
    assert (body["score"], body["report"]["score"]) == (5.0, 2.0)
    assert body["override"] == {"points": 5.0, "reason": "We talked."}


def test_what_staff_do_through_the_api_is_in_the_audit_log_and_what_students_do_is_not(
    school: School,
) -> None:
    first, second, third = (school.hand_in().json["id"] for _ in range(3))
    school.ask("eve", "DELETE", address(first))
    school.ask("ada", "DELETE", address(second))
    grade(school, third)
    school.ask("eve", "POST", address(third) + "/regrade")
    with school.database.read() as session:
        entries = session.scalars(select(AuditEntry).order_by(AuditEntry.id)).all()
    assert [(entry.action, entry.target, entry.actor_id) for entry in entries] == [
        ("submission.cancel", first, school.user["eve"]),
        ("submission.regrade", third, school.user["eve"]),
    ]
    assert entries[0].details == {"student": "ada"}
