"""The page on which somebody says how they want to be told."""

from __future__ import annotations

from dataclasses import replace

import pytest
from flask import Flask

from service.settings import load_settings
from service.store.models import User
from service.store.notices import wants_mail
from tests.service.web.conftest import text_of


@pytest.fixture
def sending(app: Flask) -> None:
    """Let the service have a mail server."""
    settings = load_settings(
        smtp_url="smtp://mail.example.org", mail_from="g@example.org", public_url="https://g.example.org"
    )
    app.extensions["interleave"] = replace(app.extensions["interleave"], settings=settings)


@pytest.fixture(autouse=True)
def as_before(one_app: Flask):
    parts = one_app.extensions["interleave"]
    yield
    one_app.extensions["interleave"] = replace(one_app.extensions["interleave"], settings=parts.settings)


def wanted(school, login: str) -> bool:
    with school.database.read() as session:
        return wants_mail(session, school.user[login])


def test_a_service_without_a_mail_server_offers_no_e_mails(browser, school):
    ada = browser("ada")
    page = ada.get("/notices")
    assert "This service sends no e-mails." in text_of(page)
    assert 'name="mail"' not in page.text
    assert ada.send("/notices", mail="yes").status_code == 303
    assert not wanted(school, "ada")


@pytest.mark.usefixtures("sending")
def test_e_mails_are_off_until_somebody_asks_for_them_and_off_again(browser, school):
    ada = browser("ada")
    assert "ada@example.org" in text_of(ada.get("/notices"))
    assert not wanted(school, "ada")
    ada.send("/notices", mail="yes")
    assert wanted(school, "ada")
    assert not wanted(school, "eve")
    assert 'value="yes" checked' in ada.get("/notices").text
    ada.send("/notices")
    assert not wanted(school, "ada")


@pytest.mark.usefixtures("sending")
def test_without_an_address_there_is_nothing_to_ask_for(browser, school):
    with school.database.write() as session:
        session.get_one(User, school.user["ada"]).email = ""
    ada = browser("ada")
    assert "No e-mail address of yours is known." in text_of(ada.get("/notices"))
    ada.send("/notices", mail="yes")
    assert not wanted(school, "ada")


def test_strangers_are_sent_to_the_login(browser):
    assert browser("").get("/notices").status_code == 302
