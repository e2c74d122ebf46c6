"""The roster: looked at first, imported then."""

from __future__ import annotations

import csv
import io
import re
from html import unescape

from tests.service.web.conftest import text_of
from tests.service.web.school import PASSWORD

ROSTER = "/courses/shared-data/roster"
CSV = "login,name,email,section\nmary,Mary Allen,mary@example.org,B\nada,Ada Lovelace,ada@example.org,B\n"


def carried(answer) -> str:
    return unescape(re.search(r'<textarea name="csv"[^>]*>\n(.*?)</textarea>', answer.text, re.S)[1])


def test_a_roster_is_shown_before_anything_changes(browser):
    grace = browser("grace")
    answer = grace.send(ROSTER, csv=CSV)
    assert "2 people: 1 new account, 1 already in the course. Nothing has been changed yet." in text_of(
        answer
    )
    assert "Mary Allen" not in text_of(grace.get(ROSTER))


def test_an_imported_student_can_log_in_with_the_password_shown_once(browser):
    grace = browser("grace")
    looked = grace.send(ROSTER, csv=CSV)
    done = grace.send(ROSTER + "/import", on=ROSTER, csv=carried(looked))
    passwords = unescape(re.search(r'<textarea id="passwords"[^>]*>\n(.*?)</textarea>', done.text, re.S)[1])
    (row,) = csv.DictReader(io.StringIO(passwords))
    assert row["login"] == "mary"
    assert browser("").send("/login", login="mary", password=row["password"]).status_code == 303
    assert "Mary Allen mary mary@example.org B Student" in text_of(grace.get(ROSTER))
    assert row["password"] not in grace.get(ROSTER).text


def test_a_file_with_a_mark_and_semicolons_is_read(browser):
    data = b"\xef\xbb\xbfLogin;Name\r\nm\xc3\xa9line;M\xc3\xa9line O.\r\n"
    answer = browser("grace").send(ROSTER, file=(io.BytesIO(data), "roster.csv"))
    assert answer.status_code == 200
    assert "Méline O." in text_of(answer)


def test_a_wrong_line_is_named_and_nothing_is_offered_for_import(browser):
    answer = browser("grace").send(ROSTER, csv="login,email\nmary,nonsense\nmary,a@b\n")
    assert answer.status_code == 422
    assert "Line 2" in text_of(answer)
    assert "Import" not in re.findall(r"<button[^>]*>([^<]*)", answer.text)


def test_a_roster_without_the_column_login_is_told_beside_the_field(browser):
    answer = browser("grace").send(ROSTER, csv="name\nMary\n")
    assert answer.status_code == 422
    assert "names no column login" in text_of(answer)
    assert "name\nMary" in answer.text.replace("\r\n", "\n")


def test_a_plain_list_of_logins_leaves_the_instructor_in_charge(browser):
    grace = browser("grace")
    looked = grace.send(ROSTER, csv="login\ngrace\n")
    assert "A staff Already in" in text_of(looked)
    grace.send(ROSTER + "/import", on=ROSTER, csv=carried(looked))
    assert grace.get(ROSTER).status_code == 200


def test_a_change_of_role_is_shown_before_it_is_made(browser):
    assert "From staff to student" in text_of(
        browser("grace").send(ROSTER, csv="login,role\ngrace,student\n")
    )


def test_a_crafted_import_is_checked_like_the_preview(browser):
    grace = browser("grace")
    answer = grace.send(ROSTER + "/import", on=ROSTER, csv="login,role\nmary,emperor\n")
    assert answer.status_code == 422
    assert "Nothing can be imported like this" in text_of(answer)
    assert "mary" not in text_of(grace.get(ROSTER))


def test_students_import_nobody(browser):
    ada = browser("ada")
    for address in (ROSTER, ROSTER + "/import"):
        assert ada.send(address, on="/results", csv=CSV).status_code == 404


def test_an_existing_account_keeps_its_password(browser):
    grace = browser("grace")
    grace.send(ROSTER + "/import", on=ROSTER, csv=CSV)
    assert browser("").send("/login", login="ada", password=PASSWORD).status_code == 303
