"""Logging in with an OpenID provider: a real one, in a process of its own."""

from __future__ import annotations

import http.client
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update
from werkzeug.test import TestResponse

from service.app import create_app
from service.context import Services
from service.limits import Limits
from service.settings import Settings, SettingsError, load_settings
from service.store import accounts
from service.store.audit import AuditEntry
from service.store.models import User
from service.store.people_tables import Identity
from tests.service.oidc_provider import CLIENT, SECRET, Provider, running
from tests.service.web.conftest import Browser, text_of
from tests.service.web.school import PASSWORD, School

ADA = {"sub": "s-1", "email": "Ada@Example.org", "email_verified": True, "name": "Ada L."}


@pytest.fixture(scope="module")
def provider() -> Iterator[Provider]:
    with running() as started:
        yield started


@pytest.fixture(scope="module")
def oidc_app(provider: Provider) -> Flask:
    settings = Settings(
        secret_key="k" * 40,
        oidc_issuer=provider.address,
        oidc_client_id=CLIENT,
        oidc_client_secret=SECRET,
        oidc_name="Example University",
    )
    return create_app(settings)


@dataclass
class Visitor:
    """Somebody's browser, which also goes to the provider."""

    client: FlaskClient

    def begin(self, address: str = "/login/provider") -> str:
        """Follow the button; return the address at the provider."""
        answer = self.client.get(address)
        assert answer.status_code == 302, text_of(answer)
        return answer.location

    def come_back(self, there: str) -> TestResponse:
        """Log in at the provider, and follow its way back."""
        return self.client.get(way_back(there))

    def log_in(self) -> TestResponse:
        return self.come_back(self.begin())

    def who(self) -> str:
        """Return the login that the pages greet; empty when nobody is logged in."""
        found = re.search(r'Log out <span class="soft-on-band">([^<]+)', self.client.get("/tokens").text)
        return found[1] if found else ""


def way_back(there: str) -> str:
    parts = urlsplit(there)
    connection = http.client.HTTPConnection(parts.netloc)
    connection.request("GET", f"{parts.path}?{parts.query}")
    answer = connection.getresponse()
    assert answer.status == 302
    location = urlsplit(answer.headers["Location"])
    connection.close()
    return f"{location.path}?{location.query}"


@pytest.fixture(scope="module")
def first_parts(oidc_app: Flask) -> Services:
    """As the app was made, before any test puts its own database in."""
    parts: Services = oidc_app.extensions["interleave"]
    return parts


@pytest.fixture
def visitor(oidc_app: Flask, first_parts: Services, school: School) -> Callable[..., Visitor]:
    def come(**changed: object) -> Visitor:
        settings = first_parts.settings.model_copy(update=changed)
        parts = replace(first_parts, database=school.database, limits=Limits(""), settings=settings)
        oidc_app.extensions["interleave"] = parts
        oidc_app.testing = True
        return Visitor(oidc_app.test_client())

    return come


def identities(school: School) -> list[tuple[str, int]]:
    with school.database.read() as session:
        return [(row.subject, row.user_id) for row in session.scalars(select(Identity))]


def change(school: School, login: str, **values: object) -> None:
    with school.database.write() as session:
        session.execute(update(User).where(User.login == login).values(**values))


def test_the_account_with_the_verified_address_is_found_and_linked(visitor, provider, school):
    ada = visitor()
    provider.next(**ADA)
    assert ada.log_in().location == "/"
    assert ada.who() == "ada"
    assert identities(school) == [("s-1", school.user["ada"])]
    with school.database.read() as session:
        (entry,) = session.scalars(select(AuditEntry))
    assert (entry.action, entry.target, entry.details) == (
        "account.link",
        "ada",
        {"issuer": provider.address},
    )


def test_who_is_linked_stays_so_whatever_becomes_of_the_address(visitor, provider, school):
    provider.next(**ADA)
    visitor().log_in()
    provider.next(**ADA | {"email": "eve@example.org", "email_verified": False})
    again = visitor()
    again.log_in()
    assert again.who() == "ada"
    assert len(identities(school)) == 1


def test_the_login_page_has_a_button_and_leads_back_to_where_one_wanted_to_go(visitor, provider):
    ada = visitor()
    page = ada.client.get("/login?next=/results")
    assert "Log in with Example University" in text_of(page)
    provider.next(**ADA)
    way = re.search(r'href="(/login/provider[^"]*)"', page.text)[1]
    assert ada.come_back(ada.begin(way)).location == "/results"


def test_a_login_at_the_provider_never_leads_to_another_site(visitor, provider):
    ada = visitor()
    provider.next(**ADA)
    assert ada.come_back(ada.begin("/login/provider?next=//evil.example")).location == "/"


@pytest.mark.parametrize("verified", [False, None, "false", 1, "yes"])
def test_an_address_that_the_provider_does_not_vouch_for_opens_nothing(visitor, provider, school, verified):
    ada = visitor()
    provider.next(**ADA | {"email_verified": verified})
    answer = ada.log_in()
    assert answer.status_code == 403
    assert "does not vouch for your e-mail address" in text_of(answer)
    assert ada.who() == ""
    assert identities(school) == []


@pytest.mark.parametrize("email", ["", "nobody@example.org", "%", "ada@example.org\x00"])
def test_an_address_that_nobody_has_opens_nothing(visitor, provider, school, email):
    ada = visitor()
    provider.next(**ADA | {"email": email})
    assert ada.log_in().status_code == 403
    assert ada.who() == ""
    assert identities(school) == []


def test_an_address_of_two_accounts_opens_neither(visitor, provider, school):
    change(school, "eve", email="ADA@example.org")
    provider.next(**ADA)
    answer = visitor().log_in()
    assert answer.status_code == 403
    assert "Several accounts have the address ada@example.org" in text_of(answer)
    assert identities(school) == []


def test_an_address_that_was_given_to_somebody_else_does_not_open_the_first_ones_account(
    visitor, provider, school
):
    provider.next(**ADA)
    visitor().log_in()
    heir = visitor()
    provider.next(**ADA | {"sub": "s-2"})
    answer = heir.log_in()
    assert answer.status_code == 403
    assert "belongs to somebody else at your provider" in text_of(answer)
    assert identities(school) == [("s-1", school.user["ada"])]


def test_a_locked_account_stays_locked(visitor, provider, school):
    change(school, "ada", active=False)
    ada = visitor()
    provider.next(**ADA)
    assert "is locked" in text_of(ada.log_in())
    assert ada.who() == ""


def test_somebody_new_gets_an_account_where_the_settings_say_so(visitor, provider, school):
    mary = visitor(oidc_new_accounts=True)
    provider.next(sub="s-9", email="Mary@example.org", email_verified=True, name="Mary Allen")
    mary.log_in()
    assert mary.who() == "mary@example.org"
    with school.database.read() as session:
        user = accounts.find_user(session, "mary@example.org")
    assert (user.name, user.password_hash, user.is_admin) == ("Mary Allen", "", False)
    unverified = visitor(oidc_new_accounts=True)
    provider.next(sub="s-10", email="new@example.org", email_verified=False)
    assert unverified.log_in().status_code == 403


def test_claims_that_are_not_in_the_token_are_asked_for(visitor, provider):
    ada = visitor()
    provider.next("short", **ADA)
    ada.log_in()
    assert ada.who() == "ada"


@pytest.mark.parametrize("lie", ["key", "unsigned", "nonce", "audience", "issuer", "expired", "denied"])
def test_what_the_provider_cannot_prove_is_not_believed(visitor, provider, school, lie):
    ada = visitor()
    provider.next(lie, **ADA)
    answer = ada.log_in()
    assert answer.status_code == 502
    assert "Logging in with Example University did not work" in text_of(answer)
    assert ada.who() == ""
    assert identities(school) == []


def test_a_way_back_is_of_no_use_to_another_browser_and_only_once(visitor, provider):
    ada, thief = visitor(), visitor()
    provider.next(**ADA)
    back = way_back(ada.begin())
    assert thief.client.get(back).status_code == 502
    assert thief.who() == ""
    provider.next(**ADA)
    back = way_back(ada.begin())
    assert ada.client.get(back).status_code == 303
    ada.client.delete_cookie("interleave")
    assert ada.client.get(back).status_code == 502


def test_a_password_that_was_never_used_is_useless_after_the_first_login(visitor, provider, school):
    with school.database.write() as session:
        _, handed_out = accounts.create_user(session, "mary", email="mary@example.org")
    provider.next(sub="s-3", email="mary@example.org", email_verified=True)
    assert visitor().log_in().status_code == 303
    assert accounts.authenticate(school.database, "mary", handed_out) is None


def test_a_password_that_somebody_chose_stays(visitor, provider, school):
    with school.database.write() as session:
        accounts.create_user(session, "mary", PASSWORD, email="mary@example.org")
    provider.next(sub="s-3", email="mary@example.org", email_verified=True)
    visitor().log_in()
    assert accounts.authenticate(school.database, "mary", PASSWORD) is not None


def test_a_provider_that_is_away_is_told_and_passwords_work_meanwhile(school):
    app = create_app(Settings(secret_key="k" * 40, oidc_issuer="http://127.0.0.1:9", oidc_client_id=CLIENT))
    app.extensions["interleave"] = replace(
        app.extensions["interleave"], database=school.database, limits=Limits("")
    )
    app.testing = True
    browser = Browser(app.test_client())
    answer = browser.get("/login/provider")
    assert answer.status_code == 502
    assert "log in with your password" in text_of(answer)
    assert browser.send("/login", login="ada", password=PASSWORD).status_code == 303


def test_a_provider_that_calls_itself_something_else_is_not_believed(provider, school):
    alias = provider.address.replace("127.0.0.1", "localhost")
    app = create_app(Settings(secret_key="k" * 40, oidc_issuer=alias, oidc_client_id=CLIENT))
    app.extensions["interleave"] = replace(
        app.extensions["interleave"], database=school.database, limits=Limits("")
    )
    app.testing = True
    assert app.test_client().get("/login/provider").status_code == 502


def test_without_settings_there_is_no_provider_and_no_button(browser):
    stranger = browser("")
    assert stranger.get("/login/provider").status_code == 404
    assert stranger.get("/login/provider/back?code=1&state=2").status_code == 404
    assert "Log in with" not in text_of(stranger.get("/login"))


@pytest.mark.parametrize(
    ("issuer", "client", "names"),
    [
        ("http://login.example.org", "x", "INTERLEAVE_OIDC_ISSUER"),
        ("login.example.org", "x", "INTERLEAVE_OIDC_ISSUER"),
        ("https://login.example.org", "", "INTERLEAVE_OIDC_CLIENT_ID"),
    ],
)
def test_settings_that_cannot_be_right_name_themselves(issuer, client, names):
    with pytest.raises(SettingsError, match=names):
        load_settings(oidc_issuer=issuer, oidc_client_id=client)


@pytest.mark.parametrize("email", ["eve@elsewhere.org", "a,b@example.org"])
def test_an_address_that_can_be_no_login_here_is_told(visitor, provider, school, email):
    with school.database.write() as session:
        accounts.create_user(session, "eve@elsewhere.org", email="another@example.org")
    someone = visitor(oidc_new_accounts=True)
    provider.next(sub="s-11", email=email, email_verified=True)
    answer = someone.log_in()
    assert answer.status_code == 403
    assert "No account can be made for you" in text_of(answer)
    assert identities(school) == []
