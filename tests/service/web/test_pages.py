"""What holds for every page: headers, landmarks, labels, and errors in the same look."""

from __future__ import annotations

import re

import pytest
from werkzeug.exceptions import HTTPException

from graders.verdict import Verdict
from service.web import courses
from tests.service.web.conftest import text_of
from tests.service.web.school import fill, report

PAGES = [
    ("", "/login"),
    ("ada", "/courses/shared-data"),
    ("ada", "/courses/shared-data/lessons/shared"),
    ("ada", "/courses/shared-data/labs/counter"),
    ("ada", "/courses/shared-data/quizzes/locks-quiz"),
    ("ada", "/results"),
    ("ada", "/tokens"),
    ("ada", "/password"),
    ("stranger", "/"),
    ("grace", "/courses/shared-data/staff"),
    ("grace", "/courses/shared-data/staff/counter"),
    ("grace", "/courses/shared-data/roster"),
    ("grace", "/courses/shared-data/after"),
    ("grace", "/courses/shared-data/audit"),
    ("grace", "/courses/shared-data/staff/counter/similarity"),
    ("grace", "/courses/shared-data/people"),
    ("grace", "/courses/shared-data/people/1"),
    ("grace", "/courses/shared-data/invitations"),
    ("grace", "/courses/shared-data/rules"),
    ("grace", "/courses/shared-data/rules/counter"),
    ("grace", "/courses/shared-data/rules/locks-quiz"),
    ("grace", "/courses/shared-data/content"),
    ("root", "/content"),
    ("grace", "/queue"),
    ("root", "/users"),
]


@pytest.mark.parametrize(("login", "address"), PAGES)
def test_a_page_has_landmarks_one_heading_and_a_way_past_the_navigation(browser, login, address):
    page = browser(login).get(address).text
    assert '<html lang="en">' in page
    assert '<a class="skip" href="#main">' in page
    assert len(re.findall(r"<h1\b", page)) == 1
    for landmark in ("<header", "<main", "<footer"):
        assert landmark in page
    assert re.search(r"<title>.+ · Interleave</title>", page)


@pytest.mark.parametrize(("login", "address"), PAGES)
def test_every_field_has_a_label_and_every_id_is_there_once(browser, login, address):
    page = browser(login).get(address).text
    ids = re.findall(r'\bid="([^"]+)"', page)
    assert len(ids) == len(set(ids))
    labelled = set(re.findall(r'<label for="([^"]+)"', page))
    fields = re.findall(r'<(?:input|textarea|select)\b[^>]*\bid="([^"]+)"', page)
    assert set(fields) <= labelled
    for referred in re.findall(r'aria-(?:labelledby|describedby)="([^"]+)"', page):
        assert set(referred.split()) <= set(ids)


@pytest.mark.parametrize(("login", "address"), PAGES)
def test_every_table_has_a_caption_and_headings_with_a_scope(browser, login, address):
    page = browser(login).get(address).text
    content = re.sub(r'<(section|div)[^>]*class="prose.*?</\1>', "", page, flags=re.S)
    assert content.count("<table") == content.count("<caption>")
    assert not re.search(r"<th(?![^>]*scope)[ >]", content)


@pytest.mark.parametrize(("login", "address"), PAGES)
def test_nothing_comes_from_elsewhere_and_nothing_is_inline(browser, login, address):
    answer = browser(login).get(address)
    assert not re.search(r'(?:src|href)="(?:https?:)?//', answer.text)
    assert not re.search(
        r"<[^>]+\son\w+=|<[^>]+\sstyle=|<script(?![^>]*(?:src=|application/json))", answer.text
    )
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self'" in policy


@pytest.mark.parametrize(("login", "address"), PAGES)
def test_everything_a_page_links_to_is_there(browser, login, address):
    opened = browser(login)
    page = opened.get(address).text
    for target in sorted(set(re.findall(r'(?:href|src)="(/[^"#]*)', page))):
        answer = opened.get(target)
        assert answer.status_code in (200, 302), target
        answer.close()


def test_every_submission_page_is_well_formed_too(browser, school):
    shown = fill(school, students=2)
    ada = browser("ada")
    for what, submission_id in shown.items():
        page = ada.get(f"/submissions/{submission_id}")
        assert page.status_code == 200, what
        ids = re.findall(r'\bid="([^"]+)"', page.text)
        assert len(ids) == len(set(ids)), what


def test_an_address_that_leads_nowhere_is_a_page_in_the_same_look(browser):
    answer = browser("ada").get("/nowhere/at/all")
    assert answer.status_code == 404
    assert "Nothing here" in text_of(answer)
    assert 'class="band"' in answer.text


def test_the_wrong_method_is_a_page_too(browser):
    assert "That does not work here" in text_of(browser("ada").get("/logout"))


def test_an_exception_is_told_as_our_fault_without_its_details(app, browser, monkeypatch):
    def broken(*_: object) -> None:
        raise RuntimeError("the secret of the house")

    monkeypatch.setattr(courses.results, "own_results", broken)
    ada = browser("ada")
    monkeypatch.setitem(app.config, "TESTING", False)
    answer = ada.get("/courses/shared-data")
    assert answer.status_code == 500
    assert "Our fault" in text_of(answer)
    assert "secret of the house" not in answer.text


@pytest.mark.parametrize("code", [400, 401, 403, 404, 405, 410, 413, 429, 500, 503])
def test_every_error_says_what_to_do(app, code):
    from service.web.errors import page

    error = HTTPException("words of a library")
    error.code = code
    with app.test_request_context("/"):
        body, status, _ = page(error)
    assert status == code
    assert "<h1>" in body
    assert ("words of a library" in body) == (code in (404, 410))


def test_a_missing_favicon_or_sheet_is_no_reason_to_log_in(browser):
    stranger = browser("")
    for address in re.findall(r'(?:href|src)="(/assets[^"]+)', stranger.get("/login").text):
        answer = stranger.get(address)
        assert answer.status_code == 200
        answer.close()


@pytest.mark.parametrize("encoding", ["gzip", "identity"])
def test_big_files_are_sent_compressed_to_those_who_can(browser, encoding):
    answer = browser("").get("/assets/bootstrap.min.css", headers={"Accept-Encoding": encoding})
    assert answer.headers.get("Content-Encoding") == ("gzip" if encoding == "gzip" else None)
    assert "Accept-Encoding" in answer.headers["Vary"]


def test_a_name_full_of_markup_is_only_a_name(browser, school):
    from sqlalchemy import update

    from service.store.models import User

    with school.database.write() as session:
        session.execute(update(User).where(User.login == "ada").values(name="<script>alert(1)</script>"))
    school.grade(school.hand_in("ada"), report(Verdict.PASSED))
    page = browser("grace").get("/courses/shared-data/staff/counter").text
    assert "<script>alert" not in page


def test_a_file_asked_for_by_its_version_is_kept_and_any_other_is_asked_for_again(browser):
    stranger = browser("")
    current = re.search(r'href="(/assets/site.css[^"]+)', stranger.get("/login").text)[1]
    for address, kept in ((current, True), ("/assets/site.css?v=old", False), ("/assets/site.css", False)):
        answer = stranger.get(address)
        assert ("immutable" in answer.headers["Cache-Control"]) == kept
        answer.close()
