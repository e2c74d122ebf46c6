"""Staff who see a course as one of its students does."""

from __future__ import annotations

import re
import time

import pytest
from sqlalchemy import delete, select, update

from graders.verdict import Verdict
from service import acting
from service.permissions import NEEDS, Place
from service.store.audit import AuditEntry
from service.store.models import Enrollment, Role, User
from tests.service.web.conftest import text_of
from tests.service.web.people import OTHER, more_people
from tests.service.web.school import report

COURSE = "/courses/shared-data"
BANNER = "You see Shared data and locks as Ada Lovelace (ada) does."


@pytest.fixture(autouse=True)
def elsewhere(school) -> str:
    """A submission of Ada's in a course that the staff of this one know nothing of."""
    return more_people(school)


@pytest.fixture
def act(browser, school):
    def begin(login: str = "grace", student: str = "ada"):
        person = browser(login)
        person.send(f"{COURSE}/people/{school.user[student]}/act", on="/results")
        return person

    return begin


def allow_writing(browser) -> None:
    browser("grace").send(f"{COURSE}/people/settings", on=f"{COURSE}/people", acting_may_write="1")


def log(school) -> list[tuple[str, str, str, str]]:
    with school.database.read() as session:
        rows = session.scalars(
            select(AuditEntry).where(AuditEntry.action.like("acting.%")).order_by(AuditEntry.id)
        )
        return [(row.action, row.actor.login, row.on_behalf_of.login, row.target) for row in rows]


def is_acting(person) -> bool:
    return 'class="acting"' in person.get("/").text or 'class="acting"' in person.get(COURSE).text


def test_every_page_of_the_course_is_the_students_and_says_so(act, school):
    mine = school.grade(school.hand_in("ada"), report(Verdict.RACE))
    grace = act()
    for address in (
        COURSE,
        f"{COURSE}/lessons/shared",
        f"{COURSE}/labs/counter",
        f"{COURSE}/quizzes/locks-quiz",
        f"/submissions/{mine}",
        "/results",
        "/nowhere",
    ):
        page = grace.get(address)
        assert BANNER in text_of(page), address
        assert "Be grace again" in page.text
    assert "Results of all students" not in grace.get(COURSE).text
    assert "2 of 10" in text_of(grace.get("/results"))


def test_it_ends_with_one_click_from_any_page(act, school):
    grace = act()
    answer = grace.send("/acting/stop", on="/results")
    assert answer.location == f"{COURSE}/people/{school.user['ada']}"
    assert "You are yourself again: grace." in text_of(grace.get(answer.location))
    assert not is_acting(grace)
    assert grace.get(f"{COURSE}/staff").status_code == 200


def test_its_beginning_and_end_are_in_the_audit_log(act, school):
    grace = act()
    grace.send("/acting/stop", on="/results")
    assert log(school) == [("acting.begin", "grace", "ada", "ada"), ("acting.end", "grace", "ada", "ada")]


@pytest.mark.parametrize("login", ["greta", "amy", "grace", "root"])
def test_all_of_the_staff_may_look(act, login):
    assert BANNER in text_of(act(login).get(COURSE))


@pytest.mark.parametrize("target", ["greta", "amy", "ian", "grace", "root", "stranger"])
@pytest.mark.parametrize("actor", ["grace", "root"])
def test_nobody_acts_as_staff_as_an_administrator_or_as_somebody_who_is_not_in_the_course(
    act, school, actor, target
):
    assert not is_acting(act(actor, target))
    assert log(school) == []


def test_nobody_acts_as_a_student_who_is_staff_elsewhere(act, school):
    with school.database.write() as session:
        session.execute(
            update(Enrollment)
            .where(Enrollment.user_id == school.user["ada"], Enrollment.section == "")
            .values(role=Role.GRADER)
        )
    assert not is_acting(act())


@pytest.mark.parametrize("login", ["ada", "eve", "stranger"])
def test_students_and_strangers_act_as_nobody(browser, school, login):
    person = browser(login)
    target = school.user["ada" if login != "ada" else "eve"]
    assert person.send(f"{COURSE}/people/{target}/act", on="/results").status_code == 404
    assert not is_acting(person)


def test_nothing_of_the_students_other_courses_is_shown(act, elsewhere, browser):
    assert browser("ada").get(f"/submissions/{elsewhere}").status_code == 200
    grace = act()
    for address in (f"/courses/{OTHER}", f"/submissions/{elsewhere}", f"/courses/{OTHER}/labs/counter"):
        assert grace.get(address).status_code == 404
    for address in ("/", "/results"):
        text = grace.client.get(address, follow_redirects=True).text
        assert "Another course" not in text
        assert "A lab elsewhere" not in text
        assert elsewhere not in text
    assert elsewhere in browser("ada").get("/results").text


def test_what_belongs_to_the_account_itself_is_out_of_reach(act, school, app):
    grace = act()
    kept = {endpoint for endpoint, need in NEEDS.items() if need.place in (Place.SELF, Place.SERVICE)}
    tried = 0
    for rule in app.url_map.iter_rules():
        if rule.endpoint in kept and rule.endpoint.startswith("web.") and "GET" in (rule.methods or set()):
            assert grace.get(rule.rule).status_code == 404, rule.rule
            tried += 1
    assert tried >= 3
    assert grace.send("/tokens", on="/results", name="mine").status_code == 404
    assert "Make a token" not in grace.get("/results").text
    assert "Be yourself again first" in text_of(grace.get("/password"))


def test_staff_pages_are_closed_meanwhile(act):
    grace = act("root")
    for address in (f"{COURSE}/staff", f"{COURSE}/roster", f"{COURSE}/people", "/queue", "/users"):
        assert grace.get(address).status_code == 404


def test_an_address_that_is_unknown_to_the_table_is_closed_meanwhile(act, monkeypatch):
    grace = act()
    monkeypatch.delitem(NEEDS, "web.lesson")
    assert grace.get(f"{COURSE}/lessons/shared").status_code == 404
    assert grace.get(COURSE).status_code == 200


def test_nothing_can_be_changed(act, school):
    queued = school.hand_in("ada")
    grace = act()
    answer = grace.send(f"{COURSE}/labs/counter", code="print(1)\n")
    assert answer.status_code == 303
    assert "Nothing was changed: you only look at what ada sees." in text_of(grace.get(COURSE))
    grace.send(f"/submissions/{queued}/cancel", on="/results")
    grace.send(f"{COURSE}/quizzes/locks-quiz", on=COURSE, sum="175")
    assert school.submission(queued).state == "queued"
    with school.database.read() as session:
        assert session.scalar(select(User.login).where(User.id == school.user["ada"])) == "ada"
    assert text_of(grace.get("/results")).count("A counter that counts") == 2
    assert [action for action, *_ in log(school)] == ["acting.begin"]


def test_where_the_course_allows_it_an_instructor_hands_in_for_the_student_and_it_is_remembered(
    act, browser, school
):
    allow_writing(browser)
    grace = act()
    assert "What you hand in or withdraw is theirs." in text_of(grace.get(COURSE))
    answer = grace.send(f"{COURSE}/labs/counter", code="print(1)\n")
    submission = school.submission(answer.location.rsplit("/", 1)[1])
    assert submission.user_id == school.user["ada"]
    assert log(school)[-1] == ("acting.write", "grace", "ada", "ada")


def test_where_the_course_allows_it_a_grader_only_looks_all_the_same(act, browser, school):
    allow_writing(browser)
    greta = act("greta")
    assert "You only look." in text_of(greta.get(COURSE))
    greta.send(f"{COURSE}/labs/counter", code="print(1)\n")
    assert "not handed in" in text_of(greta.get(COURSE))


def test_an_invitation_is_not_followed_for_somebody_else(act, browser, school):
    allow_writing(browser)
    form = {"role": "grader", "max_uses": "1", "days": "3"}
    made = browser("grace").send(f"{COURSE}/invitations", **form)
    link = re.search(r"http://localhost(/join/[^<]+)<", made.text)[1]
    grace = act()
    assert grace.send(link, on="/results").status_code == 404
    with school.database.read() as session:
        assert {row.role for row in session.scalars(select(Enrollment).where(Enrollment.user_id == 1))} == {
            Role.STUDENT
        }


@pytest.mark.parametrize(
    "what", ["left the staff", "was locked", "student left", "student became staff", "time"]
)
def test_it_ends_by_itself_when_it_may_not_go_on(act, school, monkeypatch, what):
    grace = act()
    assert BANNER in text_of(grace.get(COURSE))
    mine, theirs = (Enrollment.user_id == school.user[login] for login in ("grace", "ada"))
    with school.database.write() as session:
        match what:
            case "left the staff":
                session.execute(update(Enrollment).where(mine).values(role=Role.STUDENT))
            case "was locked":
                session.execute(update(User).where(User.login == "ada").values(active=False))
            case "student left":
                session.execute(delete(Enrollment).where(theirs, Enrollment.section == "A"))
            case "student became staff":
                session.execute(update(Enrollment).where(theirs).values(role=Role.GRADER))
            case "time":
                later = time.time() + acting.MINUTES * 60 + 1
                monkeypatch.setattr("service.acting.time.time", lambda: later)
    page = grace.get(COURSE)
    assert BANNER not in text_of(page)
    assert "Log out <" in page.text
    assert ">grace<" in page.text


@pytest.mark.parametrize("how", ["logged out", "session ended"])
def test_the_next_one_at_this_browser_is_themselves(act, browser, school, how):
    grace = act()
    if how == "logged out":
        grace.send("/logout", on="/results")
    with school.database.read() as session, grace.client.session_transaction() as cookie:
        cookie["_user_id"] = session.get_one(User, school.user["ian"]).get_id()
    assert not is_acting(grace)


def test_a_made_up_cookie_does_not_act(browser, school):
    eve = browser("eve")
    with eve.client.session_transaction() as cookie:
        cookie["acting"] = {
            "by": school.user["eve"],
            "as": school.user["ada"],
            "course": 1,
            "since": int(time.time()),
        }
    assert not is_acting(eve)


def test_the_api_knows_nothing_of_it(act, school, app):
    grace = act()
    assert grace.get("/api/v1/courses").status_code == 401
