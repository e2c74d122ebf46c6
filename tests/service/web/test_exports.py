"""Marks and work to take away."""

from __future__ import annotations

import base64
import csv
import io
import re
import zipfile

from graders.verdict import Verdict
from service.store import accounts
from service.store.models import User
from tests.service.web.conftest import text_of
from tests.service.web.school import RACY, report

AFTER = "/courses/shared-data/after"
SHEET = "Identifier,Full name,Email address,Status,Grade,Maximum Grade\r\nP1,Ada,ada@example.org,x,,10.00\r\n"


def test_canvas_gets_a_column_for_each_lab_and_the_points_that_are_possible(browser, school):
    school.grade(school.hand_in("ada"), report(Verdict.RACE))
    school.grade(school.hand_in("ada"), report(Verdict.PASSED))
    answer = browser("grace").get("/courses/shared-data/canvas.csv")
    assert answer.mimetype == "text/csv"
    rows = list(csv.reader(io.StringIO(answer.text.removeprefix("\ufeff"))))
    assert rows[0] == [
        *("Student", "ID", "SIS User ID", "SIS Login ID", "Section"),
        *("Locks", "A counter that counts", "Deposits"),
    ]
    assert rows[1] == ["    Points Possible", "", "", "", "", "5.0", "10.0", "10.0"]
    assert rows[2] == ["Lovelace, Ada", "", "", "ada", "A", "", "10.0", ""]
    assert rows[3][:5] == ["O'Neill, Eve", "", "", "eve", "A"]
    assert len(rows) == 4


def test_no_name_becomes_a_formula_in_canvas(browser, school):
    with school.database.write() as session:
        session.get_one(User, school.user["ada"]).name = "=HYPERLINK(1)"
    assert "'=HYPERLINK(1)" in browser("grace").get("/courses/shared-data/canvas.csv").text


def fill_in(browser, data: bytes, item: str = "counter"):
    return browser("grace").send(
        "/courses/shared-data/worksheet", on=AFTER, item=item, worksheet=(io.BytesIO(data), "../Grades 1.csv")
    )


def test_a_worksheet_comes_back_filled_in_with_its_name(browser, school):
    school.grade(school.hand_in("ada"), report(Verdict.RACE))
    page = fill_in(browser, SHEET.encode())
    assert "1 grade of A counter that counts" in text_of(page)
    found = re.search(r'href="data:text/csv;base64,([^"]+)" download="([^"]+)"', page.text)
    assert found
    assert base64.b64decode(found[1]).decode() == SHEET.replace(",x,,", ",x,2.00,")
    assert found[2] == "Grades_1.csv"


def test_what_is_no_worksheet_is_told_beside_the_field(browser, school):
    answer = fill_in(browser, b"a,b\n1,2\n")
    assert answer.status_code == 422
    assert "This is no grading worksheet of Moodle" in text_of(answer)
    empty = browser("grace").send("/courses/shared-data/worksheet", on=AFTER, item="counter")
    assert empty.status_code == 422
    assert "Choose the worksheet" in text_of(empty)


def test_the_zip_has_every_submission_also_of_a_quiz(browser, school):
    first = school.grade(school.hand_in("ada"), report(Verdict.RACE))
    second = school.hand_in("eve")
    answer = browser("grace").get("/courses/shared-data/staff/counter/submissions.zip")
    assert answer.headers["Content-Disposition"] == "attachment; filename=shared-data-counter.zip"
    archive = zipfile.ZipFile(io.BytesIO(answer.data))
    assert archive.read(f"ada/{first}/counter.py").decode() == RACY
    assert f"eve/{second}/counter.py" in archive.namelist()
    one = school.answer("ada", {"import": "A"})
    answer = browser("grace").get("/courses/shared-data/staff/locks-quiz/submissions.zip")
    archive = zipfile.ZipFile(io.BytesIO(answer.data))
    assert archive.read(f"ada/{one}/answers.json").decode() == '{\n  "import": "A"\n}\n'


def test_every_export_is_in_the_audit_log(browser, school):
    grace = browser("grace")
    grace.get("/courses/shared-data/canvas.csv")
    grace.get("/courses/shared-data/staff/counter/submissions.zip")
    fill_in(browser, SHEET.encode())
    told = text_of(grace.get("/courses/shared-data/audit"))
    for action in (
        "export.canvas shared-data",
        "export.submissions counter",
        "export.moodle counter filled: 0",
    ):
        assert action in told


def test_students_take_nothing_away(browser, school):
    ada = browser("ada")
    for address in ("canvas.csv", "staff/counter/submissions.zip"):
        assert ada.get(f"/courses/shared-data/{address}").status_code == 404
    assert ada.send("/courses/shared-data/worksheet", on="/results", item="counter").status_code == 404
    for address in ("staff/none/submissions.zip", "staff/shared/submissions.zip"):
        assert browser("grace").get(f"/courses/shared-data/{address}").status_code == 404


def test_a_student_who_was_dropped_and_came_back_has_their_work_in_the_zip_throughout(browser, school):
    from sqlalchemy import delete

    from service.store.models import Course, Enrollment

    one = school.grade(school.hand_in("ada"), report(Verdict.RACE))
    with school.database.write() as session:
        session.execute(delete(Enrollment).where(Enrollment.user_id == school.user["ada"]))
    grace = browser("grace")
    address = "/courses/shared-data/staff/counter/submissions.zip"
    assert f"ada/{one}/counter.py" in zipfile.ZipFile(io.BytesIO(grace.get(address).data)).namelist()
    assert "ada" not in grace.get("/courses/shared-data/canvas.csv").text
    with school.database.write() as session:
        course, user = session.query(Course).one(), session.get_one(User, school.user["ada"])
        accounts.enrol(session, user, course)
    assert '"Lovelace, Ada",,,ada,,,2.0,' in grace.get("/courses/shared-data/canvas.csv").text
