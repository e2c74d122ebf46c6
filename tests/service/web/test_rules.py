"""Dates and rules on pages: what students read, and the forms of staff."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select, update

from graders.quiz import grade
from graders.rules import Counts, Feedback, Rules
from graders.verdict import Verdict
from service.rules import Extension
from service.store import ruling
from service.store.models import Item, Submission, User
from service.store.rules_tables import CourseZone, ItemExtension, ItemRules
from service.store.types import utc_now
from tests.service.web.conftest import text_of
from tests.service.web.school import QUIZ, RACY, report

COURSE = "/courses/shared-data"
LAB = COURSE + "/labs/counter"
QUIZ_PAGE = COURSE + "/quizzes/locks-quiz"
EDIT = COURSE + "/rules/counter"
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def rule(school, rules: Rules, slug: str = "counter") -> None:
    with school.database.read() as session:
        row = session.get(ItemRules, school.item[slug])
        editor = session.get_one(User, school.user["root"])
    ruling.save_rules(
        school.database, school.item[slug], rules, version=row.version if row else 0, editor=editor
    )


def grant(school, extension: Extension) -> None:
    with school.database.read() as session:
        item = session.get_one(Item, school.item["counter"])
        granter = session.get_one(User, school.user["root"])
    ruling.grant(school.database, item, "ada", extension, version=0, granter=granter)


def zone(school, name: str) -> None:
    with school.database.write() as session:
        course_id = session.get_one(Item, school.item["counter"]).course_id
        session.add(CourseZone(course_id=course_id, name=name))


def rules_of(school, slug: str = "counter") -> Rules:
    with school.database.read() as session:
        row = session.get(ItemRules, school.item[slug])
        return Rules.from_json(row.edited or row.folder) if row else Rules()


def extension(school) -> ItemExtension | None:
    with school.database.read() as session:
        return session.scalar(select(ItemExtension))


def kept(school) -> int:
    with school.database.read() as session:
        return session.scalar(select(func.count()).select_from(Submission)) or 0


def fields(page: str) -> dict[str, str]:
    """Return what stands in the inputs of a page, by name; of several the first."""
    found: dict[str, str] = {}
    for tag in re.findall(r"<input\b[^>]*>", page):
        name, value = re.search(r'name="([^"]+)"', tag), re.search(r'value="([^"]*)"', tag)
        if name and 'type="checkbox"' not in tag:
            found.setdefault(name[1], value[1] if value else "")
    return found


def test_without_rules_the_page_of_a_lab_has_nothing_to_say_about_dates(browser):
    assert 'class="dates"' not in browser("ada").get(LAB).text


def test_a_lab_tells_its_dates_attempts_and_what_lateness_costs(browser, school):
    due = utc_now() + DAY
    rule(
        school,
        Rules(
            due=due,
            closes=due + DAY,
            late_percent_per_day=10,
            grace_days=1,
            attempts=3,
            cooldown_minutes=15,
            counts=Counts.LAST,
        ),
    )
    answer = browser("ada").get(LAB)
    text = text_of(answer)
    assert f'<time datetime="{due:%Y-%m-%dT%H:%M:%SZ}">' in answer.text
    assert "10 % off a day, after 1 day of grace" in text
    assert "Attempts left 3 of 3" in text
    assert "Between two attempts 15 min" in text
    assert "the newest submission" in text
    assert f"due {due.day} {due:%b %Y}" in text_of(browser("ada").get(COURSE))


def test_before_it_opens_the_task_the_starter_and_the_form_are_not_there(browser, school):
    rule(school, Rules(opens=utc_now() + DAY))
    ada = browser("ada")
    answer = ada.get(LAB)
    assert "Not open yet." in text_of(answer)
    assert "in every order of events" not in text_of(answer)
    assert "<textarea" not in answer.text
    assert ada.get(LAB + "/starter").status_code == 403
    assert "<textarea" in browser("grace").get(LAB).text
    assert "You can, as you are of the staff." in text_of(browser("grace").get(LAB))


def test_the_questions_of_a_quiz_are_not_there_before_it_opens(browser, school):
    rule(school, Rules(opens=utc_now() + DAY), "locks-quiz")
    answer = browser("ada").get(QUIZ_PAGE)
    assert "<fieldset" not in answer.text
    assert "randint" not in answer.text


@pytest.mark.parametrize(
    ("rules", "status", "told"),
    [
        (Rules(opens=datetime(2126, 1, 1, tzinfo=UTC)), 403, "It is not open yet: it opens on 1 Jan 2126"),
        (Rules(closes=datetime(2020, 1, 1, 12, tzinfo=UTC)), 403, "It closed on 1 Jan 2020, 12:00 (UTC)"),
        (Rules(attempts=1), 403, "Your 1 attempt is used"),
        (Rules(cooldown_minutes=30), 429, "try again in 30 minutes"),
    ],
)
def test_what_is_refused_is_not_stored_and_stays_in_the_form(browser, school, rules, status, told):
    ada = browser("ada")
    if rules.attempts or rules.cooldown_minutes:
        ada.send(LAB, code="x = 0")
    before = kept(school)
    rule(school, rules)
    answer = ada.send(LAB, on="/results", code="x = 17 # mine")
    assert answer.status_code == status
    assert told in text_of(answer)
    assert kept(school) == before
    assert ("Retry-After" in answer.headers) is (status == 429 or "not open" in told)
    assert "x = 17 # mine</textarea>" in answer.text


def test_answers_that_are_refused_are_still_chosen_in_the_form(browser, school):
    ada = browser("ada")
    rule(school, Rules(attempts=1), "locks-quiz")
    ada.send(QUIZ_PAGE, **{"q-import": "A"})
    answer = ada.send(QUIZ_PAGE, on="/results", **{"q-import": "B", "q-sum": "175"})
    assert answer.status_code == 403
    assert re.search(r'value="B" checked', answer.text)
    assert 'value="175"' in answer.text
    assert kept(school) == 1


def test_where_no_attempt_is_left_there_is_no_form(browser, school):
    rule(school, Rules(attempts=1))
    ada = browser("ada")
    ada.send(LAB, code="x = 0")
    answer = ada.get(LAB)
    assert "No attempts left." in text_of(answer)
    assert "<textarea" not in answer.text


def test_staff_are_not_held_by_the_rules(browser, school):
    rule(school, Rules(closes=datetime(2020, 1, 1, tzinfo=UTC)))
    assert browser("grace").send(LAB, code="x = 1").status_code == 303


def test_a_late_submission_says_so_on_every_page(browser, school):
    rule(school, Rules(due=utc_now() - 1.5 * DAY, late_percent_per_day=10))
    ada = browser("ada")
    assert "Handed in now it is 2 days late: 20 % of its score is taken off." in text_of(ada.get(LAB))
    one = school.grade(ada.send(LAB, code=RACY).location.rsplit("/", 1)[1], report(Verdict.PASSED))
    text = text_of(ada.get(f"/submissions/{one}"))
    assert "Handed in late: 2 days. 20 % of its score is taken off: it counts 8 instead of 10 points." in text
    assert "late: counts 8" in text_of(ada.get(LAB))
    assert "8 of 10 (late; graded 10)" in text_of(ada.get("/results"))
    grace = browser("grace")
    assert "late, graded 10" in text_of(grace.get(COURSE + "/staff/counter"))
    csv = grace.get(COURSE + "/staff/counter/scores.csv").text.splitlines()
    assert csv[0].endswith(",last_verdict,last_submitted,raw_score,days_late,late,passed_after")
    (row,) = [line for line in csv if line.startswith("ada,")]
    assert row.split(",")[5:8] == ["8", "10", "10"]
    assert row.endswith(",10,2,1,1")


def test_hidden_checks_show_on_no_page_of_a_students(browser, school):
    rule(school, Rules(due=utc_now() + HOUR, hidden_checks=("value", "every-order")))
    one = school.grade(school.hand_in("ada"), report(Verdict.RACE))
    ada = browser("ada")
    for address in (LAB, f"/submissions/{one}", f"/submissions/{one}/state", "/results", COURSE):
        text = text_of(ada.get(address))
        if address == f"/submissions/{one}":
            assert "Passed so far" in text
            assert "2 of 2 points so far" in text
            assert "2 checks are hidden until the due date." in text
        if address in ("/results", COURSE):
            assert "2 of 10 so far" in text
        for secret in (
            *("Race", "Ends at exactly", "an addition was lost", "Process 6 reads", "refuted", "Refuted"),
            "The value is 99",
        ):
            assert secret not in text, (address, secret)
    assert text_of(ada.get(LAB)).count("A hidden check") == 2
    assert ada.get(f"/submissions/{one}/picture.svg").status_code == 404
    grace = browser("grace")
    assert "Race" in text_of(grace.get(f"/submissions/{one}"))
    assert grace.get(f"/submissions/{one}/picture.svg").status_code == 200
    assert "Ends at exactly 100 more" in text_of(grace.get(LAB))
    rule(school, Rules(due=utc_now() - HOUR, hidden_checks=("value",)))
    assert "an addition was lost" in text_of(ada.get(f"/submissions/{one}"))


def test_a_quiz_whose_feedback_comes_later_only_says_that_it_is_graded(browser, school):
    rule(school, Rules(due=utc_now() + HOUR, feedback=Feedback.AFTER_DUE), "locks-quiz")
    answers = {"import": "B", "sum": "175"}
    one = school.grade(school.answer("ada", answers), grade(QUIZ, answers))
    ada = browser("ada")
    text = text_of(ada.get(f"/submissions/{one}"))
    assert "The result is shown after the due date." in text
    for secret in ("Not right", "Right.", "of 5 points", "Star import"):
        assert secret not in text
    assert "Graded" in text_of(ada.get("/results"))
    with school.database.write() as session:
        session.execute(update(ItemRules).values(edited={}, version=9))
    assert "Star import puts the names" in text_of(ada.get(f"/submissions/{one}"))


def options_of(page: str) -> list[str]:
    return re.findall(r'name="q-import" value="(\w)"', page)


def test_shuffled_options_stand_in_each_students_own_order_without_letters(browser, school):
    plain = browser("ada").get(QUIZ_PAGE).text
    assert options_of(plain) == ["A", "B", "C"]
    rule(school, Rules(shuffle=True), "locks-quiz")
    ada = browser("ada").get(QUIZ_PAGE).text
    assert options_of(ada) == options_of(browser("ada").get(QUIZ_PAGE).text)
    assert sorted(options_of(ada)) == ["A", "B", "C"]
    assert '<span class="soft">A</span>' not in ada
    assert options_of(browser("grace").get(QUIZ_PAGE).text) == ["A", "B", "C"]
    sent = browser("ada").send(QUIZ_PAGE, **{"q-import": "A", "q-true": ["B", "A"]})
    one = sent.location.rsplit("/", 1)[1]
    answers = school.submission(one).answers
    assert answers == {"import": "A", "true": ["B", "A"]}
    school.grade(one, grade(QUIZ, answers))
    text = text_of(browser("ada").get(f"/submissions/{one}"))
    assert "3 of 5 points" in text
    assert "Calling randint x = randint(0, 10)" in text


def test_the_overview_is_for_staff_and_shows_what_holds(browser, school):
    rule(school, Rules(due=datetime(2126, 5, 1, 12, tzinfo=UTC), attempts=4))
    grant(school, Extension(attempts=1, reason="ill"))
    text = text_of(browser("grace").get(COURSE + "/rules"))
    none = "\N{EN DASH}"
    assert f"A counter that counts {none} 1 May 2126, 12:00 UTC {none} {none} 4 best 1 this page" in text
    assert f"Deposits {none} {none} {none} {none} any best 0 the course folder" in text
    for login in ("ada", "stranger"):
        opened = browser(login)
        assert opened.get(COURSE + "/rules").status_code == 404
        assert opened.get(EDIT).status_code == 404
        for address in (EDIT, EDIT + "/folder", EDIT + "/extensions", EDIT + "/extensions/take-back"):
            assert opened.send(address, on="/results").status_code == 404
    assert browser("grace").get(COURSE + "/rules/shared").status_code == 404


def edited(**fields: object) -> dict[str, object]:
    return {
        "version": "0",
        "late_percent_per_day": "0",
        "grace_days": "0",
        "attempts": "0",
        "cooldown_minutes": "0",
        "counts": "best",
        **fields,
    }


def test_staff_edit_the_rules_in_the_courses_time_zone(browser, school):
    zone(school, "Europe/Zurich")
    grace = browser("grace")
    answer = grace.send(
        EDIT,
        **edited(
            opens="2126-07-01T08:00",
            due="2126-12-01T23:59",
            late_percent_per_day="12,5",
            grace_days="0.5",
            attempts="3",
            cooldown_minutes="10",
            counts="last",
            hidden_checks=["value", "no-such"],
        ),
    )
    assert answer.status_code == 303
    assert rules_of(school) == Rules(
        opens=datetime(2126, 7, 1, 6, tzinfo=UTC),
        due=datetime(2126, 12, 1, 22, 59, tzinfo=UTC),
        late_percent_per_day=12.5,
        grace_days=0.5,
        attempts=3,
        cooldown_minutes=10,
        counts=Counts.LAST,
        hidden_checks=("value",),
    )
    page = grace.get(EDIT)
    assert fields(page.text) | {
        "due": "2126-12-01T23:59",
        "opens": "2126-07-01T08:00",
        "late_percent_per_day": "12.5",
        "version": "1",
    } == fields(page.text)
    assert "Edited here" in text_of(page)
    assert "by Grace Hopper" in text_of(page)


@pytest.mark.parametrize(
    ("sent", "field", "told"),
    [
        ({"opens": "2126-02-01T00:00", "due": "2126-01-01T00:00"}, "due", "later than the opening"),
        ({"due": "2126-02-01T00:00", "closes": "2126-01-31T23:59"}, "closes", "not be before the due date"),
        ({"opens": "2126-02-01T00:00", "closes": "2126-02-01T00:00"}, "closes", "would never be open"),
        ({"due": "2026-03-29T02:30"}, "due", "the clocks are put forward over it"),
        ({"due": "tomorrow"}, "due", "such as 2026-12-01T23:59"),
        ({"due": "2126-01-01T00:00+01:00"}, "due", "such as 2026-12-01T23:59"),
        ({"due": "9999-12-31T23:59"}, "due", "the year 9999"),
        ({"due": "0001-01-01T00:00"}, "due", "the year 1"),
        ({"late_percent_per_day": "ten"}, "late_percent_per_day", "a number from 0 to 100"),
        ({"late_percent_per_day": "nan"}, "late_percent_per_day", "a number from 0 to 100"),
        ({"late_percent_per_day": "10"}, "late_percent_per_day", "needs a due date"),
        ({"attempts": "-1"}, "attempts", "a whole number from 0 to 1000"),
        ({"attempts": "2.5"}, "attempts", "a whole number"),
        ({"attempts": "9" * 500}, "attempts", "a whole number"),
        ({"cooldown_minutes": "1e99"}, "cooldown_minutes", "a number from 0 to 10080"),
        ({"hidden_checks": "value"}, "hidden_checks", "nobody would ever see them"),
    ],
)
def test_dates_and_numbers_that_cannot_be_are_told_beside_their_field(browser, school, sent, field, told):
    zone(school, "Europe/Zurich")
    answer = browser("grace").send(EDIT, **edited(**sent))
    assert answer.status_code == 422
    error = re.search(rf'id="{field}-error" role="alert">.*?<span>(.+?)</span>', answer.text, re.S)
    assert error
    assert told in error[1]
    assert rules_of(school) == Rules()
    for name, value in sent.items():
        if name != "hidden_checks":
            assert f'value="{str(value)[:100]}"' in answer.text


def test_a_date_that_was_not_touched_keeps_its_seconds_and_its_side_of_a_clock_change(browser, school):
    zone(school, "Europe/Zurich")
    # 02:30:15 is shown twice in that night: this is the first of the two.
    due = datetime(2026, 10, 25, 0, 30, 15, tzinfo=UTC)
    rule(school, Rules(due=due))
    grace = browser("grace")
    page = grace.get(EDIT).text
    assert fields(page)["due"] == "2026-10-25T02:30"
    grace.send(EDIT, **edited(version="1", due="2026-10-25T02:30", attempts="2"))
    assert rules_of(school) == Rules(due=due, attempts=2)
    grace.send(EDIT, **edited(version="2", due="2026-10-25T02:31"))
    assert rules_of(school).due == datetime(2026, 10, 25, 1, 31, tzinfo=UTC)


def test_the_second_of_two_editors_is_told_and_loses_nothing(browser, school):
    zone(school, "Europe/Zurich")
    grace, root = browser("grace"), browser("root")
    version = fields(grace.get(EDIT).text)["version"]
    assert root.send(EDIT, **edited(version=version, due="2126-01-02T00:00")).status_code == 303
    answer = grace.send(EDIT, **edited(version=version, attempts="7"))
    assert answer.status_code == 409
    text = text_of(answer)
    assert "The Administrator changed this while you were at it. Nothing of yours was saved yet." in text
    assert "Due: 2126-01-02 00:00 (Europe/Zurich)" in text
    assert "Attempts: 0" in text
    assert fields(answer.text)["attempts"] == "7"
    assert rules_of(school).attempts == 0
    again = fields(answer.text)["version"]
    assert again != version
    assert grace.send(EDIT, **edited(version=again, attempts="7")).status_code == 303
    assert rules_of(school) == Rules(attempts=7)


def test_who_wrote_dates_in_another_time_zone_is_told_before_they_mean_something_else(browser, school):
    rule(school, Rules(due=datetime(2126, 1, 1, tzinfo=UTC)))
    grace = browser("grace")
    sent = fields(grace.get(EDIT).text)
    zone(school, "America/New_York")
    answer = grace.send(EDIT, **edited(version=sent["version"], zone=sent["zone"], due="2126-03-01T23:59"))
    assert answer.status_code == 409
    assert "time zone was changed from UTC to America/New_York while you were at it" in text_of(answer)
    assert fields(answer.text)["due"] == "2126-03-01T23:59"
    assert rules_of(school).due == datetime(2126, 1, 1, tzinfo=UTC)
    now = granted(zone="UTC", new_due="2126-03-01T23:59")
    assert grace.send(EDIT + "/extensions", on=EDIT, **now).status_code == 409
    assert extension(school) is None
    again = fields(answer.text)
    grace.send(EDIT, **edited(version=again["version"], zone=again["zone"], due="2126-03-01T23:59"))
    assert rules_of(school).due == datetime(2126, 3, 2, 4, 59, tzinfo=UTC)


@pytest.mark.parametrize("version", ["", "x", "-1", "9" * 30, "\u0663"])
def test_a_version_that_was_never_one_overwrites_nothing(browser, school, version):
    rule(school, Rules(attempts=2))
    assert browser("grace").send(EDIT, **edited(version=version, attempts="9")).status_code == 409
    assert rules_of(school).attempts == 2


def test_what_the_folder_says_can_be_taken_up_again(browser, school):
    with school.database.write() as session:
        session.add(ItemRules(item_id=school.item["counter"], folder=Rules(attempts=5).to_json()))
    grace = browser("grace")
    assert "Use what the course folder says" not in grace.get(EDIT).text
    grace.send(EDIT, **edited(version="1", attempts="2"))
    assert "Use what the course folder says" in grace.get(EDIT).text
    assert grace.send(EDIT + "/folder", on=EDIT, version="1").status_code == 409
    assert grace.send(EDIT + "/folder", on=EDIT, version="2").status_code == 303
    assert rules_of(school).attempts == 5


def granted(**fields: object) -> dict[str, object]:
    return {"version": "0", "student": "ada", "reason": "ill", **fields}


def test_staff_grant_change_and_take_back_an_extension(browser, school):
    rule(school, Rules(due=datetime(2126, 1, 1, tzinfo=UTC), attempts=1))
    grace = browser("grace")
    answer = grace.send(EDIT + "/extensions", on=EDIT, **granted(new_due="2126-01-05T00:00"))
    assert answer.status_code == 303
    text = text_of(grace.get(EDIT))
    assert "Ada Lovelace ada due 5 Jan 2126, 00:00 UTC" in text
    assert "ill Grace Hopper" in text
    form = grace.get(EDIT + "?student=ada").text
    assert 'value="2126-01-05T00:00"' in form
    version = extension(school).version
    answer = grace.send(
        EDIT + "/extensions",
        on=EDIT,
        **granted(version=version, new_due="2126-01-05T00:00", more_attempts="2"),
    )
    assert answer.status_code == 303
    assert extension(school).attempts == 2
    stale = grace.send(EDIT + "/extensions/take-back", on=EDIT, student="ada", version=version)
    assert stale.status_code == 409
    version = extension(school).version
    gone = grace.send(EDIT + "/extensions/take-back", on=EDIT, student="ada", version=version)
    assert gone.status_code == 303
    assert extension(school) is None


@pytest.mark.parametrize(
    ("sent", "field", "told"),
    [
        ({"new_due": "2125-12-31T00:00"}, "new_due", "no later than the due date of all others"),
        ({"new_closes": "2126-02-01T00:00"}, "new_closes", "There is no closing to put off"),
        ({"more_attempts": "x"}, "more_attempts", "a whole number"),
        ({}, "new_due", "Grant something"),
        ({"new_due": "2126-01-05T00:00", "reason": " "}, "reason", "Write down why"),
        ({"new_due": "2126-01-05T00:00", "student": ""}, "student", "the login of a student"),
        ({"new_due": "2126-01-05T00:00", "student": "grace"}, "student", "There is no student"),
        ({"new_due": "2126-01-05T00:00", "student": "<b>"}, "student", "There is no student"),
    ],
)
def test_an_extension_that_cannot_be_is_told_beside_its_field(browser, school, sent, field, told):
    rule(school, Rules(due=datetime(2126, 1, 1, tzinfo=UTC), attempts=1))
    answer = browser("grace").send(EDIT + "/extensions", on=EDIT, **granted(**sent))
    assert answer.status_code == 422
    error = re.search(rf'id="{field}-error" role="alert">.*?<span>(.+?)</span>', answer.text, re.S)
    assert error
    assert told in error[1]
    assert extension(school) is None


def test_who_grants_to_somebody_that_has_an_extension_is_shown_it(browser, school):
    rule(school, Rules(attempts=1))
    grant(school, Extension(attempts=1, reason="ill"))
    answer = browser("grace").send(EDIT + "/extensions", on=EDIT, **granted(more_attempts="5"))
    assert answer.status_code == 409
    assert "The Administrator changed this while you were at it." in text_of(answer)
    assert extension(school).attempts == 1
    form = answer.text.partition('id="grant"')[2]
    version = re.search(r'name="version" value="(\d+)"', form)
    assert version
    again = browser("grace").send(
        EDIT + "/extensions", on=EDIT, **granted(version=version[1], more_attempts="5")
    )
    assert again.status_code == 303
    assert extension(school).attempts == 5


def test_the_reason_of_an_extension_is_not_for_the_student(browser, school):
    rule(school, Rules(due=utc_now() + HOUR))
    grant(school, Extension(due=utc_now() + DAY, reason="a private matter"))
    page = browser("ada").get(LAB)
    assert "Due, with your extension" in text_of(page)
    assert "private" not in page.text
