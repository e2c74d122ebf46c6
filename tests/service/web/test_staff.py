"""What staff see, and nobody else."""

from __future__ import annotations

import csv
import io
import json
import re

import pytest
from sqlalchemy import update

from graders.verdict import Verdict
from service.store.models import User
from tests.service.web.conftest import text_of
from tests.service.web.school import enroll, report

BOARD = "/courses/shared-data/staff/counter"


@pytest.fixture
def work(school) -> dict[str, str]:
    return {
        "passed": school.grade(school.hand_in("ada", minutes_ago=3), report(Verdict.PASSED)),
        "race": school.grade(school.hand_in("eve", minutes_ago=2), report(Verdict.RACE)),
        "waiting": school.hand_in("eve", minutes_ago=1),
    }


@pytest.mark.parametrize(
    "address",
    [
        "/courses/shared-data/staff",
        BOARD,
        BOARD + "/scores.csv",
        "/courses/shared-data/roster",
        "/queue",
    ],
)
@pytest.mark.parametrize(
    ("login", "status"), [("grace", 200), ("root", 200), ("ada", 404), ("stranger", 404)]
)
def test_staff_pages_are_for_staff(browser, school, address, login, status):
    assert browser(login).get(address).status_code == status


def test_the_overview_has_a_line_for_each_lab_and_quiz(browser, work):
    text = text_of(browser("grace").get("/courses/shared-data/staff"))
    assert "A counter that counts 2 1 6 of 10" in text
    assert "Locks 0 0 \N{EN DASH} 0 0" in text


def test_a_dashboard_tells_counts_mean_median_and_spread(browser, work):
    text = text_of(browser("grace").get(BOARD))
    assert "Students 2 of 2 Full score 1 Submitted 3 Graded 2 Waiting 1 Failed 0 our fault" in text
    assert "Mean 6 of 10 Median 6 Spread (SD) 4" in text


def test_the_chart_and_its_table_hold_the_same_numbers(browser, work):
    page = browser("grace").get(BOARD).text
    chart = json.loads(
        re.search(r'<script type="application/json" data-chart="histogram">(.+?)</script>', page)[1]
    )
    rows = re.search(r"Students by the score that counts</caption>.*?</table>", page, re.S)[0]
    in_table = [int(number) for number in re.findall(r'<td class="number">(\d+)</td></tr>', rows)]
    assert chart["data"][0]["y"] == in_table == [0, 0, 1, 0, 0, 0, 0, 0, 0, 1]


def test_checks_come_worst_first_with_a_way_to_a_failing_submission(browser, work):
    page = browser("grace").get(BOARD)
    text = text_of(page)
    assert text.index("Right in every order of events 50 %") < text.index("Ten processes do the work 100 %")
    assert f'href="/submissions/{work["race"]}">one that does not pass' in page.text


def test_the_student_table_leads_to_best_and_newest_submissions(browser, work):
    page = browser("grace").get(BOARD)
    assert "Eve O'Neill eve A Waiting 2 open 2" in text_of(page)
    assert f'href="/submissions/{work["waiting"]}"' in page.text
    assert f'href="/submissions/{work["passed"]}"' in page.text


def test_searching_narrows_the_table_but_not_the_numbers(browser, work):
    text = text_of(browser("grace").get(BOARD + "?q=lovelace"))
    assert "1 of 2 students" in text
    assert "Eve" not in text
    assert "Students 2 of 2" in text
    assert "Nobody matches “<x>”" in text_of(browser("grace").get(BOARD + "?q=%3Cx%3E"))


def test_a_lab_nobody_handed_in_has_a_dashboard_too(browser):
    answer = browser("grace").get("/courses/shared-data/staff/bank")
    assert answer.status_code == 200
    assert "Mean \N{EN DASH}" in text_of(answer)
    assert "plotly" not in answer.text


def read(answer) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(answer.text)))


def test_the_csv_has_a_row_for_each_student(browser, work):
    answer = browser("grace").get(BOARD + "/scores.csv")
    assert answer.mimetype == "text/csv"
    assert answer.headers["Content-Disposition"] == "attachment; filename=shared-data-counter.csv"
    rows = {row["login"]: row for row in read(answer)}
    assert (rows["ada"]["best_score"], rows["ada"]["max_score"], rows["ada"]["last_verdict"]) == (
        "10",
        "10",
        "passed",
    )
    assert (rows["eve"]["best_score"], rows["eve"]["last_score"], rows["eve"]["last_verdict"]) == (
        "2",
        "",
        "queued",
    )
    assert rows["ada"]["last_submitted"].endswith("Z")


def test_the_csv_for_spreadsheets_begins_with_a_mark(browser, work):
    assert browser("grace").get(BOARD + "/scores.csv?bom=1").data.startswith(b"\xef\xbb\xbf")
    assert not browser("grace").get(BOARD + "/scores.csv").data.startswith(b"\xef\xbb\xbf")


@pytest.mark.parametrize("name", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", '=HYPERLINK("http://evil")'])
def test_no_name_becomes_a_formula(browser, school, name):
    with school.database.write() as session:
        session.execute(update(User).where(User.login == "ada").values(name=name))
    rows = {row["login"]: row for row in read(browser("grace").get(BOARD + "/scores.csv"))}
    assert rows["ada"]["name"] == "'" + name


def test_the_queue_is_shown_with_its_workers(browser, work):
    text = text_of(browser("grace").get("/queue"))
    assert "Waiting 1 Regrades waiting 0 Being graded 0" in text
    assert "No worker has been seen yet" in text


def test_of_five_hundred_students_fifty_are_a_page(browser, school):
    enroll(school, 500)
    text = text_of(browser("grace").get(BOARD))
    assert "502 of 502 students" in text
    assert "1 to 50 of 502 Next" in text
