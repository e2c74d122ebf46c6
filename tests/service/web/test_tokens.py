"""API tokens: shown once, listed by their beginning, revocable."""

from __future__ import annotations

import re

from service.store import tokens
from tests.service.web.conftest import text_of


def make(browser, name: str = "laptop") -> str:
    answer = browser.send("/tokens", name=name)
    assert answer.status_code == 201
    return re.search(r"ilv_[\w-]{43}", answer.text)[0]


def test_a_new_token_is_shown_once_and_works(browser, school):
    ada = browser("ada")
    token = make(ada)
    assert tokens.authenticate(school.database, token).login == "ada"
    listed = ada.get("/tokens")
    assert token not in listed.text
    assert token[:12] in listed.text
    assert "laptop" in text_of(listed)


def test_a_revoked_token_opens_nothing(browser, school):
    ada = browser("ada")
    token = make(ada)
    (row,) = tokens.of_user(school.database, school.user["ada"])
    assert ada.send(f"/tokens/{row.id}/revoke", on="/tokens").status_code == 303
    assert tokens.authenticate(school.database, token) is None
    assert "revoked" in text_of(ada.get("/tokens"))


def test_nobody_sees_or_revokes_the_tokens_of_others(browser, school):
    token = make(browser("ada"), "a secret name")
    (row,) = tokens.of_user(school.database, school.user["ada"])
    eve = browser("eve")
    assert "a secret name" not in eve.get("/tokens").text
    assert eve.send(f"/tokens/{row.id}/revoke", on="/tokens").status_code == 404
    assert tokens.authenticate(school.database, token)


def test_a_token_without_a_name_is_refused_beside_the_field(browser):
    answer = browser("ada").send("/tokens", name="  ")
    assert answer.status_code == 422
    assert 'id="name-error"' in answer.text
