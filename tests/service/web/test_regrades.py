"""Regrades on the pages: begun, looked at, applied or dropped."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import select

from graders.course import digest, dump_item
from graders.quiz import Key, grade
from graders.report import SandboxInfo
from graders.verdict import Verdict
from service.store import trials
from service.store.after_tables import Trial
from service.store.models import Item, State
from tests.service.web.conftest import text_of
from tests.service.web.school import QUIZ, report

AFTER = "/courses/shared-data/after"
REGRADES = "/courses/shared-data/regrades"


def begin(browser, **fields: str) -> str:
    """Begin a regrade as grace; return its address."""
    answer = browser("grace").send(REGRADES, on=AFTER, **fields)
    assert answer.status_code == 303, text_of(answer)
    return str(answer.headers["Location"])


def grade_trials(school, make) -> None:
    """Grade what waits, as a worker does; `make` gives the report for a claim."""
    with school.database.read() as session:
        ids = session.scalars(select(Trial.id).where(Trial.state == State.QUEUED)).all()
    for trial_id in ids:
        claim = trials.claim(school.database, trial_id, "w", 60)
        assert claim is not None
        assert trials.finish(school.database, claim, make(claim))


def worse(_claim):
    return report(
        Verdict.RACE, graders="9999888877776666", sandbox=SandboxInfo("docker", "runc", "sha256:" + "f" * 64)
    )


def test_the_page_says_who_goes_down_and_why_and_nothing_has_changed(browser, school):
    one = school.grade(school.hand_in("ada"), report(Verdict.PASSED, graders="1111222233334444"))
    address = begin(browser, item="counter", reason="A new explorer")
    grade_trials(school, worse)
    told = text_of(browser("grace").get(address))
    assert (
        "0 marks go up, 1 goes down. 0 of 1 submission comes out as before. Nothing has changed yet." in told
    )
    assert "Ada Lovelace ada A counter that counts 10 2 down by 8" in told
    assert "Ends at exactly 100 more In one run the program printed 100, in another 99" in told
    assert "Passed, 4 of 4 Race, 0 of 4" in told
    assert "Graders 111122223333 → now 999988887777" in told
    assert "Image 0123 → now ffffffffffff" in told
    assert "Changed since the last time: the graders, the sandbox's image." in told
    assert "by grace: A new explorer" in told
    assert school.submission(one).score == 10


def test_applied_it_counts_and_the_student_sees_it(browser, school):
    one = school.grade(school.hand_in("ada"), report(Verdict.PASSED))
    address = begin(browser, item="counter")
    grade_trials(school, worse)
    grace = browser("grace")
    grace.send(address + "/apply", on=address)
    told = text_of(grace.get(address))
    assert "The new grading counts now for 1 submission." in told
    assert "Apply it" not in told
    assert school.submission(one).score == 2
    assert "2 of 10 points" in text_of(browser("ada").get(f"/submissions/{one}"))


def test_dropped_everything_is_what_it_was(browser, school):
    one = school.grade(school.hand_in("ada"), report(Verdict.PASSED))
    address = begin(browser, item="counter")
    grade_trials(school, worse)
    grace = browser("grace")
    grace.send(address + "/drop", on=address)
    assert "every mark is what it was" in text_of(grace.get(address))
    assert school.submission(one).score == 10


def test_the_second_of_two_who_decide_is_told(browser, school):
    school.grade(school.hand_in("ada"), report(Verdict.PASSED))
    address = begin(browser, item="counter")
    grade_trials(school, worse)
    first, second = browser("grace"), browser("root")
    token_page = AFTER
    first.send(address + "/apply", on=address)
    second.send(address + "/drop", on=token_page)
    assert "Somebody has applied or dropped this regrade already" in text_of(second.get(address))


def test_while_it_runs_it_says_how_far_it_is_and_cannot_be_applied(browser, school):
    school.grade(school.hand_in("ada"), report(Verdict.PASSED))
    address = begin(browser, item="counter")
    grace = browser("grace")
    told = text_of(grace.get(address))
    assert "0 of 1 are graded again. No mark has changed." in told
    assert "Apply it" not in told
    grace.send(address + "/apply", on=address)
    assert "It is not done yet" in text_of(grace.get(address))


def test_a_quiz_with_another_key_is_regraded_by_that_key(browser, school):
    answers = {"import": "A", "true": ["A", "B"], "sum": "175", "name": "critical section"}
    one = school.grade(school.answer("ada", answers), grade(QUIZ, answers).stamped(content=digest(QUIZ)))
    two = school.grade(
        school.answer("eve", {**answers, "import": "B"}),
        grade(QUIZ, {**answers, "import": "B"}).stamped(content=digest(QUIZ)),
    )
    mended = replace(
        QUIZ, questions=(replace(QUIZ.questions[0], key=Key(options=("B",))), *QUIZ.questions[1:])
    )
    with school.database.write() as session:
        item = session.get_one(Item, school.item["locks-quiz"])
        item.content, item.digest = dump_item(mended), digest(mended)
    address = begin(browser, item="locks-quiz")
    grade_trials(
        school, lambda claim: grade(mended, claim.answers, claim.seed).stamped(content=digest(mended))
    )
    grace = browser("grace")
    told = text_of(grace.get(address))
    assert "1 mark goes up, 1 goes down." in told
    assert "Ada Lovelace ada Locks 5 4 down by 1" in told
    assert "Eve O'Neill eve Locks 4 5 up by 1" in told
    assert "Changed since the last time: the lab or quiz." in told
    assert [school.submission(i).score for i in (one, two)] == [5, 4]
    grace.send(address + "/apply", on=address)
    assert [school.submission(i).score for i in (one, two)] == [4, 5]


def test_one_student_of_one_lab_is_regraded_alone(browser, school):
    for login in ("ada", "eve"):
        school.grade(school.hand_in(login), report(Verdict.PASSED))
    school.grade(school.hand_in("ada", slug="bank"), report(Verdict.PASSED))
    told = text_of(browser("grace").get(begin(browser, item="counter", student="ADA")))
    assert "1 submission of ada" in told
    told = text_of(browser("grace").get(begin(browser, student="ada")))
    assert "Regrade of everything of ada" in told
    assert "2 submissions" in told


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({}, "Say what to grade again"),
        ({"item": "nothing"}, "no such lab or quiz"),
        ({"item": "shared"}, "no such lab or quiz"),
        ({"student": "stranger"}, "Nobody with the login 'stranger' has handed in"),
        ({"student": "a\x00b"}, "Nobody with the login"),
        ({"item": "bank"}, "nothing to grade again"),
    ],
)
def test_what_cannot_be_regraded_is_told_beside_the_form(browser, school, fields, said):
    school.grade(school.hand_in("ada"), report(Verdict.PASSED))
    answer = browser("grace").send(REGRADES, on=AFTER, **fields)
    assert answer.status_code == 422
    assert said in text_of(answer)


def test_somebody_who_left_the_course_can_still_be_regraded(browser, school):
    school.grade(school.hand_in("stranger"), report(Verdict.PASSED))
    assert "everything of stranger" in text_of(browser("grace").get(begin(browser, student="stranger")))


def test_students_see_none_of_it(browser, school):
    school.grade(school.hand_in("ada"), report(Verdict.PASSED))
    address = begin(browser, item="counter")
    ada = browser("ada")
    assert ada.get(address).status_code == 404
    assert ada.get(AFTER).status_code == 404
    for action in ("/apply", "/drop"):
        assert ada.send(address + action, on="/results").status_code == 404
    assert ada.send(REGRADES, on="/results", item="counter").status_code == 404
    assert browser("grace").get(REGRADES + "/999").status_code == 404


def test_nothing_a_report_says_acts_on_the_reader(browser, school):
    school.grade(school.hand_in("ada"), report(Verdict.PASSED))
    address = begin(browser, item="counter", reason="<script>alert(1)</script>")
    hostile = report(Verdict.RACE)
    check = replace(hostile.checks[0], title="<b>\u202e", message="<script>alert(2)</script>")
    grade_trials(school, lambda _: replace(hostile, checks=(check, *hostile.checks[1:])))
    page = browser("grace").get(address).text
    assert "<script>alert" not in page
    assert "\u202e" not in page


def test_without_a_known_cause_none_is_made_up(browser, school):
    school.grade(school.hand_in("ada"), report(Verdict.PASSED))
    same = {"graders": "a" * 16, "content": "c" * 64}
    school.grade(school.hand_in("eve"), report(Verdict.PASSED, **same))
    failed = school.fail(school.hand_in("ada"))
    address = begin(browser, item="counter")
    grade_trials(school, lambda _: report(Verdict.RACE, **same))
    told = text_of(browser("grace").get(address))
    assert told.count("What made the earlier report was not kept.") == 1
    assert told.count("so the program itself does not always come out alike") == 1
    assert told.count("It was never graded before.") == 1
    assert school.submission(failed).score is None
    assert "Changed since the last time" not in told
