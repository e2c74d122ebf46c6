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


def hidden(answer, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', answer.text)
    return found[1] if found else ""


def confirm(person, looked):
    """Send the form of a preview as it stands."""
    fields = {name: hidden(looked, name) for name in ("seen", "drop")}
    return person.send(ROSTER + "/import", on=ROSTER, csv=carried(looked), **fields)


def test_a_roster_is_shown_before_anything_changes(browser):
    grace = browser("grace")
    answer = grace.send(ROSTER, csv=CSV)
    text = text_of(answer)
    assert "2 people in the file. Nothing has been changed yet." in text
    assert "New accounts 1 Come in 0 Change 1 Taken out 0 Stay as they are 0" in text
    assert "Changes from section A to B" in text
    assert "Mary Allen" not in text_of(grace.get(ROSTER))


def test_an_imported_student_can_log_in_with_the_password_shown_once(browser):
    grace = browser("grace")
    looked = grace.send(ROSTER, csv=CSV)
    done = confirm(grace, looked)
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
    assert "A instructor Stays" in text_of(looked)
    assert "there is nothing to import" in text_of(looked)
    confirm(grace, looked)
    assert grace.get(ROSTER).status_code == 200


def test_a_change_of_role_is_shown_before_it_is_made(browser):
    looked = browser("grace").send(ROSTER, csv="login,role\nada,grader\n")
    assert "Changes from student to grader" in text_of(looked)


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
    assert confirm(grace, grace.send(ROSTER, csv=CSV)).status_code == 200
    assert browser("").send("/login", login="ada", password=PASSWORD).status_code == 303


def test_who_is_taken_out_is_shown_with_what_they_handed_in(browser, school):
    school.hand_in("eve")
    grace = browser("grace")
    looked = grace.send(ROSTER, csv="login\nada\n", drop="1")
    assert "eve Eve O'Neill A Taken out 1 submission is kept" in text_of(looked)
    assert "Eve O'Neill" in text_of(grace.get(ROSTER))
    assert "1 was taken out" in text_of(confirm(grace, looked))
    assert "Eve O'Neill" not in text_of(grace.get(ROSTER))
    back = grace.send(ROSTER, csv="login\neve\n")
    assert "Comes in again, with 1 submission" in text_of(back)
    confirm(grace, back)
    assert "A counter that counts" in text_of(browser("eve").get("/results"))


def test_the_second_of_two_who_import_is_told_by_whom_and_sees_what_would_happen_now(browser):
    grace, root = browser("grace"), browser("root")
    looked = grace.send(ROSTER, csv="login,section\nada,B\n")
    confirm(root, root.send(ROSTER, csv="login,section\nada,C\n"))
    told = confirm(grace, looked)
    assert told.status_code == 409
    assert "root changed the roster while you looked at it. Nothing of yours was done." in text_of(told)
    assert "Changes from section C to B" in text_of(told)
    assert "ada ada@example.org C" in text_of(grace.get(ROSTER))
    assert confirm(grace, told).status_code == 200
    assert "ada ada@example.org B" in text_of(grace.get(ROSTER))


def test_one_section_can_be_shown_alone(browser):
    grace = browser("grace")
    confirm(grace, grace.send(ROSTER, csv="login,section\nada,B\n"))
    shown = text_of(grace.get(ROSTER + "?section=B"))
    assert "1 person, staff and students, in section B" in shown
    assert "Grace Hopper" not in shown
    assert "Nobody." in text_of(grace.get(ROSTER + "?section=%00"))
