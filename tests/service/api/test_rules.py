"""Dates and rules through the API: told, enforced, and what is hidden stays hidden."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, update

from graders.report import Check, Report, Step, Witness
from graders.rules import Counts, Feedback, Rules
from graders.verdict import Certificate, Verdict
from service.rules import Extension
from service.store import lifecycle, ruling
from service.store.models import Item, Submission, User
from service.store.rules_tables import ItemRules
from service.store.types import utc_now
from tests.service.client import School

COURSE = "/api/v1/courses/shared-data"
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
NONE = {
    "opens": None,
    "due": None,
    "closes": None,
    "late_percent_per_day": 0.0,
    "grace_days": 0.0,
    "attempts": 0,
    "cooldown_minutes": 0.0,
    "counts": "best",
    "feedback": "now",
    "shuffle": False,
    "hidden_checks": 0,
    "extended": False,
}


def item_of(school: School, slug: str = "counter") -> Item:
    with school.database.read() as session:
        return session.scalars(select(Item).where(Item.slug == slug)).one()


def rule(school: School, rules: Rules, slug: str = "counter") -> None:
    item = item_of(school, slug)
    with school.database.read() as session:
        row, editor = session.get(ItemRules, item.id), session.get_one(User, school.user["eve"])
    ruling.save_rules(school.database, item.id, rules, version=row.version if row else 0, editor=editor)


def grant(school: School, login: str, extension: Extension) -> None:
    with school.database.read() as session:
        granter = session.get_one(User, school.user["eve"])
    ruling.grant(school.database, item_of(school), login, extension, version=0, granter=granter)


def kept(school: School) -> int:
    with school.database.read() as session:
        return session.scalar(select(func.count()).select_from(Submission)) or 0


def grade(school: School, submission_id: str, verdict: Verdict = Verdict.RACE) -> str:
    claim = lifecycle.claim(school.database, submission_id, "w", 60)
    assert claim is not None
    good = verdict is Verdict.PASSED
    checks = [
        Check("value", "Ends at exactly 100", verdict, 4.0 if good else 0.0, 4, "an addition was lost"),
        Check("workers", "Ten processes", Verdict.PASSED, 2.0, 2.0),
    ]
    witness = Witness(Verdict.RACE, "s", "Process 6 reads 55", (1,), (Step(6, "read", "r", 55, 1),))
    report = Report.of(
        "shared-data/counter",
        checks,
        witness=None if good else witness,
        certificate=Certificate.VERIFIED if good else Certificate.REFUTED,
        output="99",
    )
    assert lifecycle.finish(school.database, claim, report)
    return submission_id


def age(school: School, submission_id: str, by: timedelta) -> str:
    with school.database.write() as session:
        session.execute(
            update(Submission).where(Submission.id == submission_id).values(created_at=utc_now() - by)
        )
    return submission_id


def shown(school: School, login: str, submission_id: str) -> dict[str, Any]:
    body: dict[str, Any] = school.ask(login, "GET", f"/api/v1/submissions/{submission_id}").json
    return body


def test_without_rules_all_is_open_and_said_so(school: School) -> None:
    lesson, counter, quiz = school.ask("ada", "GET", COURSE).json["items"]
    assert (lesson["rules"], counter["rules"], quiz["rules"]) == (None, NONE, NONE)
    lab = school.ask("ada", "GET", COURSE + "/labs/counter").json
    assert lab["rules"] == NONE
    assert lab["standing"] == {
        "may_hand_in": True,
        "refusal": None,
        "again": None,
        "attempts_left": None,
        "days_late": 0,
        "percent_off": 0,
    }


def test_course_and_lab_tell_the_rules_that_hold_for_who_asks(school: School) -> None:
    due = datetime(2126, 12, 1, 12, tzinfo=UTC)
    rule(school, Rules(due=due, attempts=2, counts=Counts.LAST, hidden_checks=("value",)))
    grant(school, "ada", Extension(due=due + DAY, reason="ill"))
    told = {**NONE, "due": "2126-12-01T12:00:00Z", "attempts": 2, "counts": "last", "hidden_checks": 1}
    assert school.ask("bob", "GET", COURSE).json["items"][1]["rules"] == told
    own = {**told, "due": "2126-12-02T12:00:00Z", "extended": True}
    assert school.ask("ada", "GET", COURSE).json["items"][1]["rules"] == own
    assert school.ask("ada", "GET", COURSE + "/labs/counter").json["rules"] == own
    text = school.ask("ada", "GET", COURSE + "/labs/counter").get_data(as_text=True)
    assert "ill" not in text.replace("will", "")
    assert school.ask("eve", "GET", COURSE + "/gradebook").json["items"][0]["rules"] == told


@pytest.mark.parametrize(
    ("rules", "status", "kind"),
    [
        (Rules(opens=datetime(2126, 1, 1, tzinfo=UTC)), 403, "not-open"),
        (Rules(closes=datetime(2020, 1, 1, tzinfo=UTC)), 403, "closed"),
    ],
)
def test_outside_of_its_dates_nothing_is_taken(school: School, rules: Rules, status: int, kind: str) -> None:
    rule(school, rules)
    answer = school.hand_in("ada")
    assert (answer.status_code, answer.json["kind"]) == (status, kind)
    assert answer.content_type == "application/problem+json"
    assert answer.json["type"] == f"urn:interleave:problem:{kind}"
    assert "stored" in answer.json["detail"]
    assert ("Retry-After" in answer.headers) is (kind == "not-open")
    assert kept(school) == 0
    standing = school.ask("ada", "GET", COURSE + "/labs/counter").json["standing"]
    assert (standing["may_hand_in"], standing["refusal"]) == (False, kind)
    # Staff try a lab whenever they like.
    assert school.hand_in("eve").status_code == 202


def test_a_pause_is_429_with_the_seconds_to_wait(school: School) -> None:
    rule(school, Rules(cooldown_minutes=5))
    assert school.hand_in("ada").status_code == 202
    answer = school.hand_in("ada", ("counter.py", b"print(1)\n"))
    assert (answer.status_code, answer.json["kind"]) == (429, "cooling-down")
    assert 290 <= int(answer.headers["Retry-After"]) <= 300
    assert kept(school) == 1


def test_attempts_run_out_but_a_repeated_request_gets_its_answer(school: School) -> None:
    rule(school, Rules(attempts=1))
    headers = {"Idempotency-Key": "k1"}
    first = school.hand_in("ada", headers=headers)
    assert school.ask("ada", "GET", COURSE + "/labs/counter").json["standing"]["attempts_left"] == 0
    again = school.hand_in("ada", headers=headers)
    assert (again.status_code, again.json["id"]) == (202, first.json["id"])
    more = school.hand_in("ada", headers={"Idempotency-Key": "k2"})
    assert (more.status_code, more.json["kind"]) == (403, "no-attempts-left")
    # Withdrawn before it ran, it used none.
    assert school.ask("ada", "DELETE", f"/api/v1/submissions/{first.json['id']}").status_code == 200
    assert school.hand_in("ada").status_code == 202


def test_quizzes_have_attempts_too(school: School) -> None:
    rule(school, Rules(attempts=1), "locks-quiz")
    assert school.answer("ada", {"answers": {"q1": "A"}}).status_code == 202
    assert school.answer("ada", {"answers": {"q1": "B"}}).json["kind"] == "no-attempts-left"
    assert kept(school) == 1


def test_before_it_opens_students_see_no_task_and_staff_do(school: School) -> None:
    rule(school, Rules(opens=utc_now() + DAY))
    rule(school, Rules(opens=utc_now() + DAY), "locks-quiz")
    for slug in ("counter", "locks-quiz"):
        body = school.ask("ada", "GET", f"{COURSE}/labs/{slug}").json
        assert (body["text"], body["content"]) == ("", {})
        assert school.ask("eve", "GET", f"{COURSE}/labs/{slug}").json["content"]


def test_a_late_submission_says_what_it_counts(school: School) -> None:
    rule(school, Rules(due=utc_now() - 1.5 * DAY, late_percent_per_day=25))
    one = grade(school, school.hand_in("ada").json["id"], Verdict.PASSED)
    body = shown(school, "ada", one)
    assert (body["late"], body["days_late"], body["percent_off"]) == (True, 2, 50)
    assert (body["score"], body["counts"]) == (6, 3)
    (marks,) = [
        row["marks"]["counter"]
        for row in school.ask("eve", "GET", COURSE + "/gradebook").json["students"]
        if row["login"] == "ada"
    ]
    assert (marks["best"], marks["raw"], marks["days_late"]) == (3, 6, 2)
    counter = school.ask("eve", "GET", COURSE + "/statistics").json["items"][0]
    assert (counter["mean"], counter["passed"]) == (3, 0)


def test_hidden_checks_are_nowhere_in_what_a_student_gets(school: School) -> None:
    due = utc_now() + HOUR
    rule(school, Rules(due=due, hidden_checks=("value",)))
    one = grade(school, school.hand_in("ada").json["id"])
    lab = school.ask("ada", "GET", COURSE + "/labs/counter")
    assert lab.json["content"]["checks"] == [{"id": None, "title": "A hidden check", "points": 4.0}]
    assert "Ends at exactly" not in lab.get_data(as_text=True)
    body = shown(school, "ada", one)
    assert (body["verdict"], body["score"], body["max_score"]) == ("passed", 2, 2)
    assert body["hidden_checks"] == 1
    assert datetime.fromisoformat(body["hidden_until"]) == due
    assert [check["id"] for check in body["report"]["checks"]] == ["workers"]
    for secret in ("race", "Ends at exactly", "an addition was lost", "reads 55", "refuted", "'99'"):
        assert secret not in str({**body, "id": "", "links": ""}), secret
    staff = shown(school, "eve", one)
    assert (staff["verdict"], staff["hidden_checks"]) == ("race", 0)
    assert staff["report"]["witness"]["explanation"] == "Process 6 reads 55"
    rule(school, Rules(due=utc_now() - HOUR, hidden_checks=("value",)))
    body = shown(school, "ada", one)
    assert (body["verdict"], body["hidden_checks"], body["hidden_until"]) == ("race", 0, None)


def test_feedback_after_the_due_date_is_no_feedback_before(school: School) -> None:
    rule(school, Rules(due=utc_now() + HOUR, feedback=Feedback.AFTER_DUE))
    one = grade(school, school.hand_in("ada").json["id"])
    body = shown(school, "ada", one)
    assert (body["state"], body["verdict"], body["score"], body["report"]) == ("graded", None, None, None)
    assert (body["hidden_checks"], body["counts"]) == (2, None)


def test_shuffled_options_come_in_the_same_order_every_time_and_graders_still_know_them(
    school: School,
) -> None:
    rule(school, Rules(shuffle=True), "locks-quiz")
    orders = set()
    for login in ("ada", "bob"):
        address = f"{COURSE}/labs/locks-quiz"
        first, again = (school.ask(login, "GET", address).json["content"]["questions"] for _ in range(2))
        assert first == again
        options = first[0]["options"]
        assert {option["id"]: option["text"] for option in options} == {"A": "`randint`", "B": "`random`"}
        orders.add(tuple(option["id"] for option in options))
    staff = school.ask("eve", "GET", f"{COURSE}/labs/locks-quiz").json["content"]["questions"]
    assert [option["id"] for option in staff[0]["options"]] == ["A", "B"]
