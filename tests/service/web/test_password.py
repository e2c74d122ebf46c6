"""Changing one's own password."""

from __future__ import annotations

import pytest

from tests.service.web.conftest import text_of
from tests.service.web.school import PASSWORD

NEW = "four words that fit nowhere"


def change(person, current=PASSWORD, new=NEW, again=None):
    return person.send("/password", current=current, new=new, again=new if again is None else again)


def test_the_new_password_opens_the_account_and_the_old_one_does_not(browser):
    answer = change(browser("ada"))
    assert (answer.status_code, answer.location) == (303, "/password")
    assert browser("").send("/login", login="ada", password=PASSWORD).status_code == 401
    assert browser("").send("/login", login="ada", password=NEW).status_code == 303


def test_this_session_goes_on_and_all_others_of_that_person_end(browser):
    here, elsewhere, eve = browser("ada"), browser("ada"), browser("eve")
    change(here)
    assert "Your password is changed" in text_of(here.get("/password"))
    assert elsewhere.get("/results").status_code == 302
    assert eve.get("/results").status_code == 200


@pytest.mark.parametrize(
    ("fields", "beside", "told"),
    [
        ({"current": "something else"}, "current", "This is not your password"),
        ({"current": ""}, "current", "This is not your password"),
        ({"new": "short"}, "new", "needs 10 to 200 characters"),
        ({"new": "x" * 201}, "new", "needs 10 to 200 characters"),
        ({"again": "four words that fit somewhere"}, "again", "not the same"),
    ],
)
def test_a_mistake_is_told_beside_its_field_and_changes_nothing(browser, fields, beside, told):
    answer = change(browser("ada"), **fields)
    assert answer.status_code == 422
    assert told in text_of(answer)
    assert f'id="{beside}-error"' in answer.text
    assert answer.text.count('aria-invalid="true"') == 1
    assert NEW not in answer.text
    assert browser("").send("/login", login="ada", password=PASSWORD).status_code == 303


def test_guessing_the_current_password_in_a_stolen_session_is_stopped(browser):
    thief = browser("ada")
    answers = [change(thief, current=f"guess {n}") for n in range(11)]
    assert [answer.status_code for answer in answers] == [422] * 10 + [429]
    assert int(answers[10].headers["Retry-After"]) > 0
    assert "too many tries" in text_of(answers[10])
    assert change(thief).status_code == 429, "the right one, guessed now, must not help either"


def test_without_the_forms_token_nothing_changes(browser):
    ada = browser("ada")
    fields = {"current": PASSWORD, "new": NEW, "again": NEW}
    assert ada.client.post("/password", data=fields).status_code == 400
    assert ada.get("/results").status_code == 200


def test_a_stranger_is_sent_to_the_login_page(browser):
    assert browser("").get("/password").location == "/login?next=/password"


def test_every_page_leads_there(browser):
    assert 'href="/password"' in browser("ada").get("/results").text
