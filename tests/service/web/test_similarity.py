"""Who is alike, ranked and side by side."""

from __future__ import annotations

import re

from graders.verdict import Verdict
from tests.service.web.conftest import text_of
from tests.service.web.school import RACY, report

PAGE = "/courses/shared-data/staff/counter/similarity"
EXTRA = """

def settle(account, lock, amounts):
    for amount in amounts:
        with lock:
            before = account.value
            if before + amount >= 0:
                account.value = before + amount
            else:
                print("refused", amount)
    return account.value
"""
RENAMED = (
    EXTRA.replace("settle", "pay")
    .replace("amount", "coin")
    .replace("before", "old")
    .replace("account", "purse")
)


def test_a_renamed_copy_leads_the_list_and_is_marked_side_by_side(browser, school):
    mine = school.grade(school.hand_in("ada", source=RACY + EXTRA), report(Verdict.RACE))
    theirs = school.hand_in("eve", source="# my own\n" + RACY + RENAMED)
    grace = browser("grace")
    page = grace.get(PAGE)
    assert "2 programs" in text_of(page)
    assert "Ada Lovelace and Eve O'Neill ada, eve 100 % 100 %" in text_of(page)
    address = re.search(r'href="(/courses/shared-data/staff/counter/similarity/[^"]+)"', page.text)
    assert address
    assert address[1].endswith(f"{mine}/{theirs}")
    both = grace.get(address[1])
    assert re.search(r'class="line alike" id="a-\d+"[^>]*><span class="region">', both.text)
    first = RACY.count("\n") + 1 + 2
    assert f'<a href="#a-{first}">' in both.text
    assert f'<a href="#b-{first + 1}">' in both.text


def test_the_starter_alone_makes_nobody_alike(browser, school):
    school.hand_in("ada")
    school.hand_in("eve")
    assert "No two programs have a passage in common" in text_of(browser("grace").get(PAGE))


def test_a_students_own_submissions_are_not_compared(browser, school):
    for _ in range(2):
        school.hand_in("ada", source=RACY + EXTRA)
    assert "1 program, one of each student" in text_of(browser("grace").get(PAGE))


def test_only_staff_compare_and_only_labs_of_this_course(browser, school):
    one, two = school.hand_in("ada"), school.hand_in("eve", slug="bank")
    assert browser("ada").get(PAGE).status_code == 404
    assert browser("ada").get(f"{PAGE}/{one}/{one}").status_code == 404
    grace = browser("grace")
    assert grace.get(f"{PAGE}/{one}/{two}").status_code == 404
    assert grace.get("/courses/shared-data/staff/locks-quiz/similarity").status_code == 404
    assert grace.get(f"{PAGE}/{one}/none").status_code == 404


def test_nothing_in_a_program_acts_on_the_reader(browser, school):
    hostile = "x = '<script>alert(1)</script>\u202e'\n"
    one, two = school.hand_in("ada", source=hostile), school.hand_in("eve", source=hostile)
    page = browser("grace").get(f"{PAGE}/{one}/{two}").text
    assert "<script>alert" not in page
    assert "\u202e" not in page
