"""Logging in and out, and the accounts."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import func, select

from service.store import accounts
from service.store.models import User
from tests.service.web.conftest import text_of
from tests.service.web.school import PASSWORD


def test_a_stranger_is_sent_to_the_login_page_and_led_back_afterwards(browser):
    stranger = browser("")
    answer = stranger.get("/courses/shared-data/labs/counter")
    assert answer.status_code == 302
    assert answer.location == "/login?next=/courses/shared-data/labs/counter"
    answer = stranger.send(
        "/login", on=answer.location, next="/courses/shared-data/labs/counter", login="ADA", password=PASSWORD
    )
    assert answer.location == "/courses/shared-data/labs/counter"


@pytest.mark.parametrize(
    "elsewhere", ["https://evil.example", "//evil.example", "/\\evil.example", "javascript:alert(1)", "/a\nb"]
)
def test_a_login_never_leads_to_another_site(browser, elsewhere):
    answer = browser("").send("/login", next=elsewhere, login="ada", password=PASSWORD)
    assert answer.location == "/"


@pytest.mark.parametrize(("login", "password"), [("ada", "wrong"), ("nobody", PASSWORD), ("", "")])
def test_a_wrong_login_says_so_and_keeps_what_was_typed(browser, login, password):
    answer = browser("").send("/login", login=login, password=password)
    assert answer.status_code == 401
    assert "Login or password is wrong" in text_of(answer)
    assert f'value="{login}"' in answer.text
    assert PASSWORD not in answer.text


def test_guessing_passwords_is_stopped_with_a_page_that_says_so(browser):
    guesser = browser("")
    answers = [guesser.send("/login", login="ada", password=f"guess {n}") for n in range(11)]
    assert [answer.status_code for answer in answers[:10]] == [401] * 10
    assert answers[10].status_code == 429
    assert int(answers[10].headers["Retry-After"]) > 0
    assert "too many tries" in text_of(answers[10])


def test_logging_out_ends_the_session(browser):
    ada = browser("ada")
    assert ada.send("/logout", on="/results").location == "/login"
    assert ada.get("/results").status_code == 302


def test_a_post_without_the_forms_token_is_refused_with_a_page(browser):
    answer = browser("ada").client.post("/logout")
    assert answer.status_code == 400
    assert "This page was open for too long" in text_of(answer)


@pytest.mark.parametrize("login", ["ada", "grace"])
def test_accounts_are_for_administrators_only(browser, school, login):
    person = browser(login)
    assert person.get("/users").status_code == 404
    number = school.user["eve"]
    for address in ("/users", f"/users/{number}/password", f"/users/{number}/active"):
        assert person.send(address, on="/results", login="x", active="0").status_code == 404


def test_an_administrator_makes_an_account_and_sees_its_password_once(browser):
    root = browser("root")
    answer = root.send("/users", login="Barbara", name="Barbara Liskov", email="b@example.org")
    assert answer.status_code == 201
    password = re.search(r'aria-label="The new password">([^<]+)<', answer.text)
    assert password
    assert password[1] not in root.get("/users").text
    assert browser("").send("/login", login="barbara", password=password[1]).status_code == 303


def test_a_taken_login_is_told_beside_the_field(browser):
    answer = browser("root").send("/users", login="ada")
    assert answer.status_code == 422
    assert "is taken" in text_of(answer)
    assert 'aria-invalid="true"' in answer.text


def test_a_new_password_ends_the_old_sessions(browser, school):
    ada, root = browser("ada"), browser("root")
    made = root.send(f"/users/{school.user['ada']}/password", on="/users")
    assert made.status_code == 201
    link = re.search(r"/reset/[\w-]+", made.text)[0]
    assert ada.get("/results").status_code == 200
    new = "a wholly new password"
    assert browser("").send(link, new=new, again=new).status_code == 303
    assert ada.get("/results").status_code == 302
    assert browser("").send("/login", login="ada", password=new).status_code == 303


def test_an_administrators_account_is_opened_by_nobody_else(browser, school):
    with school.database.write() as session:
        other, _ = accounts.create_user(session, "root2", is_admin=True)
    answer = browser("root").send(f"/users/{other.id}/password", on="/users")
    assert answer.status_code == 403
    assert "/reset/" not in answer.text


def test_a_locked_account_is_out_until_it_is_unlocked(browser, school):
    ada, root = browser("ada"), browser("root")
    root.send(f"/users/{school.user['ada']}/active", on="/users", active="0")
    assert ada.get("/results").status_code == 302
    root.send(f"/users/{school.user['ada']}/active", on="/users", active="1")
    browser("ada")


def test_nobody_can_lock_themselves_out(browser, school):
    root = browser("root")
    root.send(f"/users/{school.user['root']}/active", on="/users", active="0")
    assert "You cannot lock your own account" in text_of(root.get("/users"))


def test_searching_accounts_takes_signs_of_the_query_language_as_they_are(browser):
    root = browser("root")
    assert "Ada Lovelace" in text_of(root.get("/users?q=LOVE"))
    assert "Nobody matches" in text_of(root.get("/users?q=%25"))


def test_an_account_that_does_not_exist_is_not_found(browser, school):
    with school.database.read() as session:
        beyond = (session.scalar(select(func.max(User.id))) or 0) + 1
    assert browser("root").send(f"/users/{beyond}/password", on="/users").status_code == 404
