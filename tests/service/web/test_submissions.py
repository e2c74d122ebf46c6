"""The page of a submission: its state, its report, and who may see it."""

from __future__ import annotations

import re

import pytest

from graders.report import Check, Report, SandboxInfo
from graders.verdict import Verdict
from service.store import lifecycle
from service.store.models import State, WorkerBeat
from service.store.types import utc_now
from service.web import words
from tests.service.web.conftest import text_of
from tests.service.web.school import QUIZ, RACY, report


def address(submission_id: str) -> str:
    return f"/submissions/{submission_id}"


@pytest.mark.parametrize("verdict", Verdict)
def test_every_verdict_is_told_in_words_with_what_to_look_at_next(browser, school, verdict):
    one = school.grade(school.hand_in("ada"), report(verdict))
    text = text_of(browser("ada").get(address(one)))
    told = words.VERDICTS[verdict]
    for sentence in (told.title, told.meaning, told.next):
        assert " ".join(sentence.split()) in text


def test_checks_are_shown_with_points_and_messages(browser, school):
    one = school.grade(school.hand_in("ada"), report(Verdict.RACE))
    text = text_of(browser("ada").get(address(one)))
    assert "Ends at exactly 100 more In one run the program printed 100, in another 99" in text
    assert "Race 0 of 4" in text
    assert "2 of 10 points" in text


def test_the_guilty_line_is_marked_in_a_numbered_source(browser, school):
    one = school.grade(school.hand_in("ada"), report(Verdict.RACE))
    page = browser("ada").get(address(one)).text
    lines = re.findall(r'<span class="line( guilty)?" id="L(\d+)"', page)
    assert len(lines) == len(RACY.splitlines())
    assert [number for guilty, number in lines if guilty] == ["9"]
    assert '<span class="visually-hidden">Marked: </span>' in page


def test_a_witness_is_a_column_for_each_process(browser, school):
    one = school.grade(school.hand_in("ada"), report(Verdict.RACE))
    page = browser("ada").get(address(one))
    assert '<th scope="col">Process 6</th><th scope="col">Process 10</th>' in page.text
    assert "Process 6 reads 55. Before it writes, process 10 reads 55 too" in text_of(page)


def test_a_deadlock_tells_who_waits_for_whom_and_where(browser, school):
    one = school.grade(school.hand_in("ada"), report(Verdict.DEADLOCK))
    page = browser("ada").get(address(one))
    assert "Process 2 lock process 1 line 9" in text_of(page)
    assert "Main program process 2 to end process 2 line 19" in text_of(page)
    assert '<a href="#L19">line 19</a>' in page.text


def test_usage_stands_beside_its_limit(browser, school):
    one = school.grade(school.hand_in("ada"), report(Verdict.PASSED))
    text = text_of(browser("ada").get(address(one)))
    assert "Memory 29.6 MiB 256 MiB" in text
    assert "Processes 11 64" in text


def test_a_sandbox_that_is_only_for_trying_out_says_so(browser, school):
    info = SandboxInfo("local", warning="For trying out, not for a course.")
    one = school.grade(school.hand_in("ada"), report(Verdict.PASSED, sandbox=info))
    assert "For trying out, not for a course." in text_of(browser("ada").get(address(one)))


HOSTILE = "\x1b[31m<script>alert(1)</script>\u202e\0" + "x" * 5000


def test_nothing_a_program_prints_or_contains_acts_on_the_reader(browser, school):
    checks = [Check("value", "<img src=x>", Verdict.CRASH, 0, 1, HOSTILE)]
    hostile = Report.of("shared-data/counter", checks, output=HOSTILE)
    one = school.grade(school.hand_in("ada", source=f'"""{HOSTILE[:-5000]}"""'.replace("\0", "")), hostile)
    page = browser("ada").get(address(one)).text
    assert "<script>alert" not in page
    assert "<img src=x>" not in page
    assert not set("\x1b\0\u202e") & set(page)
    assert "␛[31m&lt;script&gt;" in page


def test_a_waiting_submission_tells_its_place_and_an_estimate(browser, school):
    with school.database.write() as session:
        session.add(WorkerBeat(name="w", host="h", sandbox="docker", seen_at=utc_now()))
    school.hand_in("eve", minutes_ago=1)
    one = school.hand_in("ada")
    page = browser("ada").get(address(one))
    assert "1 before it in the line; graded in about 10 s." in text_of(page)
    assert '<noscript><meta http-equiv="refresh" content="5"></noscript>' in page.text
    assert "Look again now" in text_of(page)


def test_without_a_worker_no_time_is_promised(browser, school):
    one = school.hand_in("ada")
    assert "no worker is running at the moment" in text_of(browser("ada").get(address(one)))


def test_a_final_page_does_not_refresh(browser, school):
    one = school.grade(school.hand_in("ada"), report(Verdict.PASSED))
    page = browser("ada").get(address(one)).text
    assert "http-equiv" not in page
    assert "live.js" not in page


def test_the_state_is_told_for_the_live_page_and_304_while_nothing_changed(browser, school):
    one, ada = school.hand_in("ada"), browser("ada")
    first = ada.get(address(one) + "/state")
    assert first.json["state"] == "queued"
    assert first.json["final"] is False
    assert first.headers["Retry-After"] == "2"
    etag = {"If-None-Match": first.headers["ETag"]}
    assert ada.get(address(one) + "/state", headers=etag).status_code == 304
    school.grade(one, report(Verdict.RACE))
    last = ada.get(address(one) + "/state", headers=etag)
    assert last.status_code == 200
    assert last.json == {"state": "graded", "final": True, "text": "Race.", "waiting": ""}
    assert "Retry-After" not in last.headers


def test_the_state_is_not_told_to_strangers(browser, school):
    one = school.hand_in("ada")
    assert browser("").get(address(one) + "/state").status_code == 401
    assert browser("eve").get(address(one) + "/state").status_code == 404


def test_our_fault_is_told_as_ours(browser, school):
    one = school.fail(school.hand_in("ada"))
    text = text_of(browser("ada").get(address(one)))
    assert "Not graded: our fault" in text
    assert "sandbox could not be started" not in text
    assert "sandbox could not be started" in text_of(browser("grace").get(address(one)))


@pytest.mark.parametrize(
    ("login", "status"), [("ada", 200), ("grace", 200), ("root", 200), ("eve", 404), ("stranger", 404)]
)
def test_a_submission_is_seen_by_its_owner_and_the_staff(browser, school, login, status):
    one = school.grade(school.hand_in("ada"), report(Verdict.RACE))
    answer = browser(login).get(address(one))
    assert answer.status_code == status
    if status == 404:
        assert text_of(answer) == text_of(browser(login).get(address("01ARZ3NDEKTSV4RRFFQ69G5FAV")))


def test_staff_see_whose_it_is(browser, school):
    one = school.hand_in("ada")
    assert "by Ada Lovelace (ada)" in text_of(browser("grace").get(address(one)))


def test_the_owner_may_withdraw_it_while_it_waits(browser, school):
    one, ada = school.hand_in("ada"), browser("ada")
    ada.send(address(one) + "/cancel", on=address(one))
    assert school.submission(one).state is State.CANCELLED
    assert "Cancelled" in text_of(ada.get(address(one)))


def test_withdrawing_too_late_changes_nothing(browser, school):
    one, ada = school.grade(school.hand_in("ada"), report(Verdict.PASSED)), browser("ada")
    ada.send(address(one) + "/cancel", on="/results")
    assert school.submission(one).state is State.GRADED
    assert "It was too late" in text_of(ada.get(address(one)))


def test_nobody_withdraws_somebody_elses(browser, school):
    one = school.hand_in("ada")
    assert browser("eve").send(address(one) + "/cancel", on="/results").status_code == 404
    assert school.submission(one).state is State.QUEUED


def test_only_staff_have_it_graded_again_and_nothing_changes_before_they_have_looked(browser, school):
    one = school.grade(school.hand_in("ada"), report(Verdict.RACE))
    ada, grace = browser("ada"), browser("grace")
    assert ada.send(address(one) + "/regrade", on="/results").status_code == 404
    assert "Grade again" not in text_of(ada.get(address(one)))
    assert grace.client.post(address(one) + "/regrade").status_code == 400
    answer = grace.send(address(one) + "/regrade", on=address(one))
    assert "No mark has changed" in text_of(grace.get(answer.headers["Location"]))
    assert school.submission(one).state is State.GRADED


def test_while_it_is_graded_again_through_the_api_the_mark_stays(browser, school):
    one = school.grade(school.hand_in("ada"), report(Verdict.RACE))
    lifecycle.regrade(school.database, one)
    assert "Until that is done, its mark stays: 2 of 10." in text_of(browser("ada").get(address(one)))


def test_what_we_failed_to_grade_has_no_mark_to_lose_and_is_queued_at_once(browser, school):
    one, grace = school.fail(school.hand_in("ada")), browser("grace")
    grace.send(address(one) + "/regrade", on=address(one))
    assert school.submission(one).state is State.QUEUED


def test_what_is_still_waiting_is_not_regraded(browser, school):
    one, grace = school.hand_in("ada"), browser("grace")
    grace.send(address(one) + "/regrade", on=address(one))
    assert "nothing to do again" in text_of(grace.get(address(one)))


def test_a_quiz_shows_each_question_and_what_was_answered(browser, school):
    from graders.quiz import grade

    answers = {"import": "A", "true": ["A"], "sum": "175"}
    one = school.grade(school.answer("ada", answers), grade(QUIZ, answers))
    text = text_of(browser("ada").get(address(one)))
    assert "Not all right yet" in text
    assert "Partly right 1 of 2" in text
    assert "The balance 175" in text
    assert "The word for it not answered" in text
    assert "critical section" not in text


def test_the_history_holds_only_the_owners_submissions_of_this_lab(browser, school):
    one = school.grade(school.hand_in("ada"), report(Verdict.RACE))
    for login, slug in (("ada", "counter"), ("ada", "bank"), ("eve", "counter")):
        school.hand_in(login, slug=slug)
    page = browser("ada").get(address(one)).text
    assert len(re.findall(r'<a href="/submissions/\w+"><span', page)) == 2


def test_my_results_tell_the_best_of_each_lab_and_the_newest_submissions(browser, school):
    school.grade(school.hand_in("ada", minutes_ago=2), report(Verdict.PASSED))
    school.grade(school.hand_in("ada", minutes_ago=1), report(Verdict.RACE))
    school.grade(school.hand_in("eve"), report(Verdict.DEADLOCK))
    text = text_of(browser("ada").get("/results"))
    assert "A counter that counts Passed 10 of 10 2" in text
    assert "Deposits not handed in" in text
    assert "A counter that counts Race 2 of 10" in text
    assert "Deadlock" not in text


def test_a_submission_lost_by_its_worker_is_shown_as_waiting_again(browser, school):
    one = school.run(school.hand_in("ada"))
    assert "Being graded" in text_of(browser("ada").get(address(one)))
    claim = lifecycle.claim(school.database, one, "other", 60)
    assert claim is None
