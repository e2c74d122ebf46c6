"""Dashboards without JavaScript: for staff alone, the same numbers in charts, tables and files."""

from __future__ import annotations

import csv
import io
import json
import re

import pytest
from sqlalchemy import select, update

from graders.verdict import Verdict
from service.store import lifecycle
from service.store.models import Course, Enrollment, Role, User, WorkerBeat
from service.store.summary_tables import GuiltyPattern
from service.store.types import utc_now
from tests.service.web.conftest import text_of
from tests.service.web.school import enroll, report

COURSE = "/courses/shared-data"
LAB = f"{COURSE}/staff/counter"
GRADEBOOK = f"{COURSE}/gradebook"


@pytest.fixture
def work(school) -> dict[str, str]:
    return {
        "passed": school.grade(school.hand_in("ada", minutes_ago=3), report(Verdict.PASSED)),
        "race": school.grade(school.hand_in("eve", minutes_ago=2), report(Verdict.RACE)),
        "waiting": school.hand_in("eve", minutes_ago=1),
    }


def addresses(school) -> list[str]:
    with school.database.read() as session:
        key = session.scalar(select(GuiltyPattern.key))
    ada = f"{COURSE}/students/{school.user['ada']}"
    return [
        *(f"{LAB}/checks/value", f"{LAB}/checks/value.csv", f"{LAB}/clusters", f"{LAB}/clusters.csv"),
        *(f"{LAB}/clusters/{key}", f"{COURSE}/staff/overview.csv", GRADEBOOK, f"{GRADEBOOK}.csv"),
        *(f"{LAB}/{table}.csv" for table in ("histogram", "tries", "mix", "hours", "verdicts", "checks")),
        *(ada, f"{ada}/results.csv", f"{ada}/attempts.csv", "/queue/now"),
        *(f"/queue/{table}.csv" for table in ("depth", "times", "workers", "failures")),
    ]


@pytest.mark.parametrize(
    ("login", "status"), [("grace", 200), ("root", 200), ("ada", 404), ("stranger", 404)]
)
def test_dashboards_are_for_staff(browser, school, work, login, status):
    reader = browser(login)
    assert {address: reader.get(address).status_code for address in addresses(school)} == dict.fromkeys(
        addresses(school), status
    )


@pytest.mark.parametrize(
    "address",
    [
        f"{LAB}/nothing.csv",
        f"{LAB}/checks/nothing",
        f"{LAB}/checks/nothing.csv",
        f"{LAB}/clusters/nothing",
        f"{COURSE}/students/999999",
        f"{COURSE}/students/2147483648",
        f"{COURSE}/students/0",
        "/queue/nothing.csv",
    ],
)
def test_what_is_not_there_is_not_found(browser, work, address):
    assert browser("grace").get(address).status_code == 404


def test_nobody_but_students_has_a_students_page(browser, school):
    for login in ("grace", "root", "stranger"):
        assert browser("grace").get(f"{COURSE}/students/{school.user[login]}").status_code == 404


@pytest.mark.parametrize(
    "query",
    [
        *("page=0", "page=-1", "page=x", "page=" + "9" * 6000, "page=1e3"),
        *("sort=nothing", "sort=%00", "down=x", "section=%00", "q=%ff%00", "q=" + "a " * 2000),
        *("until=never", "until=0001-01-01", "until=9999-12-31", "until=2026-02-30", "until=-1"),
        *("endpoint=x", "course=other", "_external=1", "item=none"),
    ],
)
def test_odd_wishes_are_answered_as_if_they_were_not_made(browser, school, work, query):
    for address in (LAB, GRADEBOOK, f"{LAB}/clusters", f"{COURSE}/students/{school.user['ada']}"):
        assert browser("grace").get(f"{address}?{query}").status_code == 200, address


def rows_of(answer) -> list[list[str]]:
    return list(csv.reader(io.StringIO(answer.text)))


@pytest.mark.parametrize("name", ["histogram", "tries", "mix", "hours"])
def test_a_chart_its_table_and_its_file_hold_the_same(browser, work, name):
    page = browser("grace").get(LAB).text
    drawn = json.loads(re.search(rf'data-chart="{name}">(.+?)</script>', page)[1])["data"]
    block = page[page.index(f'data-chart="{name}"') :]
    body = re.search(r"<tbody>(.*?)</tbody>", block, re.S)[1]
    shown = [
        [int(cell) for cell in re.findall(r'<td class="number">(\d+)</td>', row)]
        for row in body.split("</tr>")[:-1]
    ]
    _, *in_file = rows_of(browser("grace").get(f"{LAB}/{name}.csv"))
    by_row = [list(column) for column in zip(*(trace["y"] for trace in drawn), strict=True)]
    assert [row[-len(drawn) :] for row in shown] == by_row
    assert [[int(cell) for cell in row[-len(drawn) :]] for row in in_file] == by_row
    assert sum(map(sum, by_row)) == {"histogram": 2, "tries": 1, "mix": 3, "hours": 3}[name]


def test_the_lab_leads_to_everybody_who_fails_a_check(browser, work):
    page = browser("grace").get(LAB)
    assert f'href="{LAB}/checks/value">all 1' in page.text
    text = text_of(browser("grace").get(f"{LAB}/checks/value"))
    assert "1 of 2 submissions that count do not pass this check." in text
    assert "Eve O'Neill eve A Race 0 of 4" in text


def test_late_is_told_only_where_there_is_a_due_date(browser, work):
    assert "Late \N{EN DASH} no due date" in text_of(browser("grace").get(LAB))


def test_mistakes_are_shown_with_an_example(browser, school, work):
    school.grade(school.hand_in("ada"), report(Verdict.RACE))
    page = browser("grace").get(f"{LAB}/clusters")
    text = text_of(page)
    assert "Race Students 2 Still there 1 Submissions 2 About shared value" in text
    assert "r . value" in re.sub(r"\W*([.=+])\W*", r" \1 ", text)
    assert "Process 6 reads 55." in text
    answer = browser("grace").get(re.search(r'href="([^"]+/clusters/\w+)"', page.text)[1])
    assert "Eve O'Neill eve" in text_of(answer)
    assert "Ada Lovelace ada" in text_of(answer)


def test_what_students_wrote_is_text_and_nothing_else(browser, school):
    from graders.report import Witness

    source = "<script>alert(1)</script>\u202e = 1\n"
    witness = Witness(Verdict.RACE, "", "<b>bold\x1b[31m</b>", (1,))
    school.grade(school.hand_in("ada", source=source), report(Verdict.RACE, witness=witness))
    for address in (f"{LAB}/clusters", f"{COURSE}/students/{school.user['ada']}"):
        page = browser("grace").get(address).text
        assert "<script>alert" not in page
        assert "<b>bold" not in page
        assert "\u202e" not in page
        assert "\x1b" not in page


def test_the_gradebook_has_a_row_for_each_student_and_a_way_to_what_counts(browser, work):
    page = browser("grace").get(GRADEBOOK)
    text = text_of(page)
    assert "Ada Lovelace ada A \N{EN DASH} 10 \N{EN DASH} 10" in text
    assert "Mean of the course \N{EN DASH} of 5 6 of 10" in text
    assert f'href="/submissions/{work["passed"]}" aria-label="A counter that counts, ada: 10"' in page.text


def test_the_gradebook_is_sorted_searched_and_narrowed_to_a_section(browser, school, work):
    with school.database.write() as session:
        session.execute(
            update(Enrollment).where(Enrollment.user_id == school.user["eve"]).values(section="B")
        )
    names = re.compile(r'<th scope="row"><a href="[^"]+">([^<]+)</a>')
    look = lambda query: names.findall(browser("grace").get(f"{GRADEBOOK}?{query}").text)  # noqa: E731
    assert look("sort=counter") == ["Eve O&#39;Neill", "Ada Lovelace"]
    assert look("sort=counter&down=1") == ["Ada Lovelace", "Eve O&#39;Neill"]
    assert look("q=LOVELACE") == ["Ada Lovelace"]
    assert look("section=B") == ["Eve O&#39;Neill"]
    page = browser("grace").get(f"{GRADEBOOK}?sort=counter&down=1").text
    assert page.count("aria-sort") == page.count('aria-sort="descending"') == 1
    assert "Nobody matches." in text_of(browser("grace").get(f"{GRADEBOOK}?q=nobody"))


def test_the_file_of_the_gradebook_is_narrowed_alike_and_holds_all_pages(browser, school, work):
    enroll(school, 60)
    page = browser("grace").get(f"{GRADEBOOK}?q=ada&page=1").text
    file = re.search(r'href="(/courses/shared-data/gradebook\.csv[^"]*)">As CSV', page)[1]
    head, *rows = rows_of(browser("grace").get(file.replace("&amp;", "&")))
    assert head == ["login", "name", "email", "section", "locks-quiz", "counter", "bank", "total"]
    assert [row[0] for row in rows] == ["ada"]
    assert rows[0][4:] == ["", "10", "", "10"]
    assert len(rows_of(browser("grace").get(f"{GRADEBOOK}.csv"))) == 63


def test_the_gradebook_is_turned_and_keeps_what_was_wished(browser, school):
    enroll(school, 60)
    page = browser("grace").get(f"{GRADEBOOK}?q=student&sort=login")
    assert "1 to 50 of 60" in text_of(page)
    following = re.search(r'rel="next" href="([^"#]+)', page.text)[1].replace("&amp;", "&")
    assert "51 to 60 of 60" in text_of(browser("grace").get(following))


def test_a_students_page_shows_labs_attempts_and_what_was_wrong(browser, school, work):
    school.grade(work["waiting"], report(Verdict.CRASH))
    page = browser("grace").get(f"{COURSE}/students/{school.user['eve']}")
    text = text_of(page)
    assert "Eve O'Neill eve · eve@example.org · section A" in text
    assert "A counter that counts Race 2 of 10 6 2 \N{EN DASH}" in text
    assert text.index("Crash A counter that counts") < text.index("Race A counter that counts,")
    assert "Process 6 reads 55." in text
    assert "NameError: name '…' is not defined" in text
    drawn = json.loads(re.search(r'data-chart="trend">(.+?)</script>', page.text)[1])["data"]
    assert [trace["y"] for trace in drawn] == [[20], [60]]
    one = text_of(browser("grace").get(f"{COURSE}/students/{school.user['eve']}?item=bank"))
    assert "Attempts at Deposits, the newest first" in one
    assert "Nothing has been handed in." in one


def test_a_student_without_any_work_has_a_page_too(browser, school):
    text = text_of(browser("grace").get(f"{COURSE}/students/{school.user['ada']}"))
    assert "A counter that counts not handed in" in text


def test_a_regrade_shows_on_every_dashboard_at_once(browser, school, work):
    ada = f"{COURSE}/students/{school.user['ada']}"
    expected = {
        GRADEBOOK: ("ada A \N{EN DASH} 10 \N{EN DASH} 10", "ada A \N{EN DASH} 2 \N{EN DASH} 2"),
        LAB: ("Full score 1", "Full score 0"),
        f"{COURSE}/staff": ("A counter that counts 2 1 6 of 10", "A counter that counts 2 0 2 of 10"),
        ada: ("Passed 10 of 10", "Race 2 of 10"),
        f"{LAB}/clusters": ("Race Students 1", "Race Students 2"),
    }
    for moment in (0, 1):
        for address, told in expected.items():
            assert told[moment] in text_of(browser("grace").get(address)), address
        if moment == 0:
            assert lifecycle.regrade(school.database, work["passed"])
            school.grade(work["passed"], report(Verdict.RACE))


@pytest.mark.parametrize("name", ["=1+1", "@SUM(A1)", '=HYPERLINK("http://evil")'])
def test_no_name_becomes_a_formula_in_any_file(browser, school, work, name):
    with school.database.write() as session:
        session.execute(update(User).where(User.login == "eve").values(name=name))
    for address in (f"{GRADEBOOK}.csv", f"{LAB}/checks/value.csv"):
        assert "'" + name in [row[1] for row in rows_of(browser("grace").get(address))]


def test_a_file_that_did_not_change_is_not_sent_again(browser, school, work):
    grace = browser("grace")
    first = grace.get(f"{GRADEBOOK}.csv")
    again = grace.get(f"{GRADEBOOK}.csv", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    school.grade(work["waiting"], report(Verdict.PASSED))
    changed = grace.get(f"{GRADEBOOK}.csv", headers={"If-None-Match": first.headers["ETag"]})
    assert changed.status_code == 200
    assert changed.headers["Cache-Control"] == "private, no-cache"


def test_the_queue_shows_failures_of_the_readers_courses_alone(browser, school):
    school.fail(school.hand_in("ada"))
    with school.database.write() as session:
        session.add(other := Course(slug="other", title="Other", digest="0" * 64))
        session.flush()
        session.add(
            Enrollment(user_id=school.user["stranger"], course_id=other.id, role=Role.ASSISTANT, section="")
        )
    assert "the sandbox could not be started" in text_of(browser("grace").get("/queue"))
    assert "the sandbox could not be started" in text_of(browser("root").get("/queue"))
    assert "None: every submission was graded." in text_of(browser("stranger").get("/queue"))
    assert len(rows_of(browser("stranger").get("/queue/failures.csv"))) == 1


def test_the_live_part_of_the_queue_is_sent_again_only_when_it_changed(browser, school):
    with school.database.write() as session:
        session.add(WorkerBeat(name="w", host="h", sandbox="docker", seen_at=utc_now()))
    grace = browser("grace")
    first = grace.get("/queue/now")
    assert "<html" not in first.text
    assert "Waiting 0" in text_of(first)
    assert grace.get("/queue/now", headers={"If-None-Match": first.headers["ETag"]}).status_code == 304
    school.hand_in("ada")
    after = grace.get("/queue/now", headers={"If-None-Match": first.headers["ETag"]})
    assert (after.status_code, "Waiting 1" in text_of(after)) == (200, True)
