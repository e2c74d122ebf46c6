"""What changed from one submission to the next: shown to its owner and to staff, whatever was handed in."""

from __future__ import annotations

import re
import time

import pytest

from graders.verdict import Verdict
from service.web.differences import MOST_LINES, differences
from tests.service.web.conftest import text_of
from tests.service.web.school import QUIZ, RACY, RIGHT, report


def two(school, old: str = RACY, new: str = RIGHT, login: str = "ada") -> tuple[str, str]:
    """Hand in twice; return the ids, the earlier first."""
    first = school.grade(school.hand_in(login, source=old, minutes_ago=9), report(Verdict.RACE))
    return first, school.grade(school.hand_in(login, source=new, minutes_ago=1), report(Verdict.PASSED))


def kinds(old: str, new: str) -> list[tuple[str, int | None, int | None]]:
    (found,) = differences({"a.py": old}, {"a.py": new}, "a.py")
    return [
        (row.kind, row.old.number if row.old else None, row.new.number if row.new else None)
        for row in found.rows
    ]


def test_lines_that_went_and_came_stand_in_the_order_of_the_program() -> None:
    assert kinds("a\nb\nc\n", "a\nx\ny\nc\n") == [
        ("same", 1, 1),
        ("old", 2, None),
        ("new", None, 2),
        ("new", None, 3),
        ("same", 3, 4),
    ]


def test_what_is_far_from_any_change_is_left_out_and_counted() -> None:
    lines = [str(number) for number in range(20)]
    (found,) = differences(
        {"a.py": "\n".join(lines)}, {"a.py": "\n".join([*lines[:10], "x", *lines[10:]])}, None
    )
    assert [row.left_out for row in found.rows if row.kind == "gap"] == [7, 7]
    shown = sum(row.kind in ("same", "old") for row in found.rows)
    assert shown + 14 == 20


def test_side_by_side_a_line_stands_beside_what_took_its_place() -> None:
    (found,) = differences({"a.py": "a\nb\nc\n"}, {"a.py": "a\nx\ny\nc\n"}, "a.py")
    shown = [
        (pair.kind, pair.old.code if pair.old else None, pair.new.code if pair.new else None)
        for pair in found.pairs
    ]
    assert [kind for kind, *_ in shown] == ["same", "changed", "changed", "same"]
    assert "b" in (shown[1][1] or "")
    assert "x" in (shown[1][2] or "")
    assert shown[2][1] is None


def test_files_that_are_new_gone_or_the_same_say_so() -> None:
    old, new = {"a.py": "1\n", "b.py": "2\n", "c.py": "3\n"}, {"a.py": "1\n", "c.py": "4\n", "d.py": "5\n"}
    found = {one.name: one.fate for one in differences(old, new, "c.py")}
    assert found == {"c.py": "changed", "a.py": "same", "b.py": "gone", "d.py": "new"}
    assert next(iter(found)) == "c.py"


def test_every_line_can_be_put_together_again() -> None:
    (found,) = differences({"a.py": RACY}, {"a.py": RIGHT}, "a.py")
    assert (found.went, found.came) == (2, 3)
    for side, source in (("old", RACY), ("new", RIGHT)):
        for row in found.rows:
            line = getattr(row, side)
            if line:
                plain = re.sub(r"<[^>]+>", "", str(line.code)).replace("&quot;", '"').replace("&#39;", "'")
                assert plain == source.splitlines()[line.number - 1]


@pytest.mark.parametrize(
    ("old", "new"),
    [("", "a"), ("a", ""), ("a\r\nb", "a\nb\n"), ("\x0c\n\u2028a\n", "\u2028\x0c"), ("'''\n", "'''\n\n\n")],
)
def test_odd_ends_of_lines_break_nothing(old: str, new: str) -> None:
    assert differences({"a.py": old}, {"a.py": new}, "a.py")[0].fate in ("changed", "same")


def test_hostile_sources_are_compared_in_a_moment_or_not_at_all() -> None:
    repeating = "".join(f"{chr(97 + n * n % 26)}{n % 97}\n" for n in range(MOST_LINES))
    turned = "".join(reversed(repeating.splitlines(keepends=True)))
    begin = time.monotonic()
    differences({"a.py": repeating}, {"a.py": turned}, "a.py")
    (endless,) = differences({"a.py": "x\n" * 30_000}, {"a.py": "y\nx\n" * 15_000}, "a.py")
    assert time.monotonic() - begin < 10
    assert endless.fate == "long"


def test_a_submission_is_compared_with_the_one_before(browser, school):
    first, second = two(school)
    page = browser("ada").get(f"/submissions/{second}/changes")
    text = text_of(page)
    assert "2 lines removed, 3 added" in text
    assert text.count("removed:") == 2
    assert text.count("added:") == 3
    assert "Race 2 of 10" in text
    assert "Passed 10 of 10" in text
    main = page.text[page.text.index("<h1>") :]
    assert main.index(f"/submissions/{first}") < main.index(f"/submissions/{second}")


def test_any_two_of_the_same_lab_can_be_chosen(browser, school):
    first, second = two(school)
    text = text_of(browser("ada").get(f"/submissions/{first}/changes?since={second}&view=two"))
    assert "3 lines removed, 2 added" in text
    assert "Before Line Now" in text


def test_the_first_one_has_nothing_to_be_compared_with(browser, school):
    first, _ = two(school)
    assert "nothing to compare with" in text_of(browser("ada").get(f"/submissions/{first}/changes"))


def test_what_is_not_of_the_same_student_and_lab_is_not_compared(browser, school):
    _, mine = two(school)
    theirs = school.hand_in("eve")
    elsewhere = school.hand_in("ada", slug="bank")
    for login, other in (
        ("ada", theirs),
        ("grace", theirs),
        ("ada", elsewhere),
        ("ada", "none"),
        ("ada", ""),
    ):
        assert browser(login).get(f"/submissions/{mine}/changes?since={other}").status_code == 404


def test_only_its_owner_and_staff_see_what_changed(browser, school):
    _, second = two(school)
    statuses = {
        login: browser(login).get(f"/submissions/{second}/changes").status_code
        for login in ("ada", "eve", "grace", "stranger")
    }
    assert statuses == {"ada": 200, "eve": 404, "grace": 200, "stranger": 404}
    assert "Ada Lovelace" in text_of(browser("grace").get(f"/submissions/{second}/changes"))


def test_hostile_text_is_shown_and_does_nothing(browser, school):
    _, second = two(school, new="<script>alert(1)</script>\u202e\x1b[31m\n")
    page = browser("ada").get(f"/submissions/{second}/changes").text
    assert "<script>alert" not in page
    assert "\u202e" not in page
    assert "\x1b" not in page


def test_of_a_quiz_the_answers_that_changed_are_told(browser, school):
    first = {"import": "B", "true": ["A"], "sum": "175"}
    school.answer("ada", first, minutes_ago=9)
    later = school.answer("ada", {**first, "import": "A", "true": ["A", "B"]}, minutes_ago=1)
    text = text_of(browser("ada").get(f"/submissions/{later}/changes"))
    assert f"{QUIZ.questions[0].title} B A" in text
    assert f"{QUIZ.questions[1].title} A A, B" in text
    assert QUIZ.questions[2].title not in text


def test_the_page_of_a_submission_leads_to_what_changed_once_there_are_two(browser, school):
    link = "What changed from one to the next"
    only = school.grade(school.hand_in("ada"), report(Verdict.RACE))
    assert link not in browser("ada").get(f"/submissions/{only}").text
    again = school.hand_in("ada", source=RIGHT)
    assert link in browser("ada").get(f"/submissions/{again}").text
    assert link in browser("ada").get("/courses/shared-data/labs/counter").text


def test_hints_stand_beside_the_witness_and_lead_into_the_source(browser, school):
    one = school.grade(school.hand_in("ada"), report(Verdict.RACE))
    page = browser("ada").get(f"/submissions/{one}")
    assert "Acquire" in text_of(page) or "acquire" in text_of(page)
    assert "reads <code>r</code> and writes it back" in page.text
    assert 'Go to <a href="#L9">line 9</a>' in page.text


def test_a_pass_has_no_hints(browser, school):
    one = school.grade(school.hand_in("ada", source=RIGHT), report(Verdict.PASSED))
    assert "What follows from it" not in browser("ada").get(f"/submissions/{one}").text
