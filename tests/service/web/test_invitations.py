"""Invitation links: made and revoked by staff, followed by anybody."""

from __future__ import annotations

import re

import pytest
from itsdangerous import URLSafeSerializer
from sqlalchemy import select, update

from service.store.models import Enrollment, Role
from service.store.people_tables import Invitation
from tests.service.web.conftest import text_of
from tests.service.web.people import link_in, more_people
from tests.service.web.school import PASSWORD

LINKS = "/courses/shared-data/invitations"
FORM = {"role": "student", "section": "B", "max_uses": "1", "days": "7", "note": "Monday's class"}


def make(browser, **changed: str) -> str:
    answer = browser("grace").send(LINKS, **FORM | changed)
    assert answer.status_code == 201, text_of(answer)
    return link_in(answer, "join")


def role_of(school, login: str) -> tuple[Role, str] | None:
    with school.database.read() as session:
        found = select(Enrollment).where(Enrollment.user.has(login=login))
        row = session.scalar(found)
        return (row.role, row.section) if row else None


def test_a_link_is_shown_once_and_listed_without_itself(browser):
    link = make(browser)
    page = browser("grace").get(LINKS)
    assert link not in page.text
    assert "Monday's class made" in text_of(page)
    assert "Student, section B 0 of 1" in text_of(page)


def test_looking_at_a_link_changes_nothing_and_following_it_does(browser, school):
    link = make(browser)
    stranger = browser("stranger")
    assert "You are invited as student, section B." in text_of(stranger.get(link))
    assert role_of(school, "stranger") is None
    assert stranger.send(link).location == "/courses/shared-data"
    assert role_of(school, "stranger") == (Role.STUDENT, "B")
    assert "Welcome to Shared data and locks." in text_of(stranger.get("/courses/shared-data"))


def test_who_is_not_logged_in_is_led_through_the_login_and_back(browser):
    link = make(browser)
    someone = browser("")
    way = re.search(r'href="(/login\?next=[^"]+)"', someone.get(link).text)[1]
    answer = someone.send("/login", on=way, next=link, login="stranger", password=PASSWORD)
    assert answer.location == link


def test_who_has_no_account_makes_one_and_is_in(browser, school):
    link = make(browser)
    mary = browser("")
    password = "a password of her own"
    answer = mary.send(
        link + "/new", on=link, login="Mary", name="Mary Allen", password=password, again=password
    )
    assert answer.location == "/courses/shared-data"
    assert mary.get("/courses/shared-data").status_code == 200
    assert role_of(school, "mary") == (Role.STUDENT, "B")
    assert browser("").send("/login", login="mary", password=password).status_code == 303


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"login": "ada"}, "The login ada is taken"),
        ({"login": "a b"}, "A login is"),
        ({"password": "short", "again": "short"}, "10 to 200 characters"),
        ({"again": "another"}, "not the same"),
    ],
)
def test_a_mistake_makes_neither_an_account_nor_a_member_and_keeps_the_link(browser, school, changed, words):
    link = make(browser)
    fields = {"login": "mary", "name": "Mary", "password": "a good password", "again": "a good password"}
    answer = browser("").send(link + "/new", on=link, **fields | changed)
    assert answer.status_code == 422
    assert words in text_of(answer)
    assert 'aria-invalid="true"' in answer.text
    assert role_of(school, "mary") is None
    assert browser("").send(link + "/new", on=link, **fields).status_code == 303


def test_a_link_that_is_used_up_lets_nobody_make_an_account(browser, school):
    link = make(browser)
    waiting = browser("")
    token = re.search(r'name="csrf_token" value="([^"]+)"', waiting.get(link).text)[1]
    browser("stranger").send(link)
    fields = {"login": "mary", "name": "M", "password": "a good password", "again": "a good password"}
    answer = waiting.client.post(link + "/new", data=fields | {"csrf_token": token})
    assert answer.status_code == 422
    assert "This link is used up" in text_of(answer)
    assert browser("").send("/login", login="mary", password="a good password").status_code == 401


def test_a_revoked_link_lets_nobody_in(browser, school):
    link = make(browser, max_uses="")
    grace = browser("grace")
    address = re.search(r'action="(/courses/shared-data/invitations/\d+/revoke)"', grace.get(LINKS).text)[1]
    assert grace.send(address, on=LINKS).status_code == 303
    assert "This link is revoked" in text_of(browser("stranger").get(link))
    assert browser("stranger").send(link, on="/tokens").status_code == 422
    assert role_of(school, "stranger") is None
    assert grace.send(address, on=LINKS).status_code == 404


def test_a_link_is_believed_only_with_the_services_signature_and_as_it_was_made(browser, app, school):
    link = make(browser)
    forged = URLSafeSerializer("another key", salt="interleave invitation").dumps(
        ["x", "shared-data", "instructor", "", 2**31]
    )
    for address in (f"/join/{forged}", link[:-1], link + "x", "/join/x", "/join/%00", "/join/" + "A" * 3000):
        assert browser("stranger").get(address).status_code == 404
    # Signed, but not (any more) what the database knows.
    with school.database.write() as session:
        session.execute(update(Invitation).values(digest="0" * 64))
    assert browser("stranger").get(link).status_code == 404


def test_a_student_of_another_section_is_told_and_stays(browser, school):
    link = make(browser)
    answer = browser("ada").send(link)
    assert answer.status_code == 422
    assert "You are in section A, and this link is for section B." in text_of(answer)
    assert role_of(school, "ada") == (Role.STUDENT, "A")


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"role": "grader", "max_uses": ""}, "serves one person"),
        ({"role": "emperor"}, "There is no role"),
        ({"days": "0"}, "1 to 180 days"),
        ({"days": ""}, "1 to 180 days"),
        ({"days": "-1"}, "not a whole number"),
        ({"days": "1e9"}, "not a whole number"),
        ({"max_uses": "999999"}, "1 to 1000 people"),
    ],
)
def test_a_link_that_cannot_be_made_says_why_and_keeps_what_was_typed(browser, changed, words):
    answer = browser("grace").send(LINKS, **FORM | changed)
    assert answer.status_code == 422
    assert words in text_of(answer)
    assert 'value="Monday&#39;s class"' in answer.text
    assert "/join/" not in answer.text


@pytest.mark.parametrize("login", ["ada", "greta", "amy", "stranger"])
def test_only_those_who_manage_people_see_links(browser, school, login):
    more_people(school)
    assert browser(login).get(LINKS).status_code == 404
    assert browser(login).send(LINKS, on="/tokens", **FORM).status_code == 404


def test_trying_out_links_is_slowed_down(browser):
    answers = [browser("").get(f"/join/guess{number}").status_code for number in range(61)]
    assert answers[:60] == [404] * 60
    assert answers[60] == 429


def test_a_class_of_a_hundred_follows_its_link_in_one_minute(browser):
    link = make(browser, max_uses="")
    assert [browser("").get(link).status_code for _ in range(100)] == [200] * 100


def test_no_log_holds_what_opens_an_account_or_a_course(browser, school, capsys, monkeypatch):
    link = make(browser)
    page = f"/courses/shared-data/people/{school.user['ada']}"
    reset = link_in(browser("grace").send(page + "/reset", on=page), "reset")
    capsys.readouterr()
    browser("stranger").get(link)
    browser("").get(reset)
    told = capsys.readouterr().out
    assert "path=/join/***" in told
    assert "path=/reset/***" in told
    monkeypatch.setattr("service.web.resets.store.owner", lambda *_: 1 / 0)
    browser("").get(reset)
    told += capsys.readouterr().out
    assert "request.broken" in told
    for secret in (link.rsplit("/", 1)[1], reset.rsplit("/", 1)[1]):
        assert secret not in told
