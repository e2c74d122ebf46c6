"""The [rules] of a course folder: what is read, and what is told when they are wrong."""

from __future__ import annotations

import dataclasses
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from graders.content import load_course
from graders.course import Course
from graders.errors import ContentError
from graders.rules import Counts, Feedback, Rules

COURSE = 'title = "T"\nitems = ["labs/counter", "quizzes/locks", "lessons/read"]\n'
LAB = """title = "Counter"
[[check]]
id = "value"
title = "V"
points = 1
property = "final-value"
with = { adds = 100 }
[[check]]
id = "finishes"
title = "F"
points = 1
property = "finishes"
"""
QUIZ = """title = "Locks"
[[question]]
kind = "number"
text = "How many?"
answer = 3
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    path = tmp_path / "shared-data"
    for name, text in {
        "course.toml": COURSE,
        "labs/counter/lab.toml": LAB,
        "labs/counter/README.md": "# Counter\n\nCount.\n",
        "labs/counter/starter.py": "print(0)\n",
        "quizzes/locks/quiz.toml": QUIZ,
        "lessons/read.md": "# Read\n\nText.\n",
    }.items():
        (path / name).parent.mkdir(parents=True, exist_ok=True)
        (path / name).write_text(text)
    return path


def ruled(folder: Path, *, course: str = "", lab: str = "", quiz: str = "") -> Course:
    (folder / "course.toml").write_text(COURSE + course)
    (folder / "labs/counter/lab.toml").write_text(LAB + ("[rules]\n" + lab if lab else ""))
    (folder / "quizzes/locks/quiz.toml").write_text(QUIZ + ("[rules]\n" + quiz if quiz else ""))
    return load_course(folder)


def complaint(folder: Path, **tables: str) -> str:
    with pytest.raises(ContentError) as found:
        ruled(folder, **tables)
    return str(found.value)


def test_without_rules_there_are_none_and_the_zone_is_utc(folder: Path) -> None:
    course = ruled(folder)
    assert (course.rules, course.timezone) == ({}, "UTC")


def test_local_dates_are_the_course_zones_and_offsets_are_their_own(folder: Path) -> None:
    course = ruled(
        folder,
        course='timezone = "Europe/Zurich"\n',
        lab="opens = 2026-11-01T08:00:00Z\ndue = 2026-12-01T23:59:00\ncloses = 2026-12-03T00:00:00-05:00\n",
    )
    rules = course.rules["counter"]
    assert rules.opens == datetime(2026, 11, 1, 8, tzinfo=UTC)
    assert rules.due == datetime(2026, 12, 1, 22, 59, tzinfo=UTC)
    assert rules.closes == datetime(2026, 12, 3, 5, tzinfo=UTC)
    assert course.timezone == "Europe/Zurich"


def test_the_courses_rules_hold_for_all_and_an_items_own_come_first(folder: Path) -> None:
    course = ruled(
        folder,
        course='[rules]\ndue = 2026-12-01T12:00:00\nattempts = 5\ncounts = "last"\nfeedback = "after-due"\n',
        lab='attempts = 3\nhidden_checks = ["value"]\nlate_percent_per_day = 12.5\ngrace_days = 0.5\n',
        quiz='shuffle = true\ncounts = "best"\ncooldown_minutes = 15\n',
    )
    due = datetime(2026, 12, 1, 12, tzinfo=UTC)
    assert course.rules == {
        "counter": Rules(
            due=due,
            attempts=3,
            counts=Counts.LAST,
            hidden_checks=("value",),
            late_percent_per_day=12.5,
            grace_days=0.5,
        ),
        "locks": Rules(due=due, attempts=5, cooldown_minutes=15, shuffle=True, feedback=Feedback.AFTER_DUE),
    }


def test_rules_survive_being_written_as_json(folder: Path) -> None:
    rules = ruled(folder, lab="due = 2026-12-01T12:00:00+02:00\nhidden_checks = ['value']\n").rules["counter"]
    assert Rules.from_json(rules.to_json()) == rules
    assert Rules().to_json() == {}


def test_a_new_date_or_zone_changes_the_courses_digest(folder: Path) -> None:
    digests = {
        ruled(folder).digest,
        ruled(folder, lab="due = 2026-12-01T12:00:00Z\n").digest,
        ruled(folder, lab="due = 2026-12-01T12:00:01Z\n").digest,
        ruled(folder, course='timezone = "Europe/Zurich"\n').digest,
    }
    assert len(digests) == 4


@pytest.mark.parametrize(
    ("tables", "told"),
    [
        ({"lab": "due = 2026-12-01\n"}, "a date and time such as 2026-12-01T23:59:00"),
        ({"lab": 'due = "tomorrow"\n'}, "a date and time such as"),
        ({"lab": "due = 0001-01-01T00:00:00Z\n"}, "the year 1 is not between 2000 and 2200"),
        ({"lab": "due = 9999-12-31T23:59:59Z\ngrace_days = 60\n"}, "the year 9999"),
        ({"lab": "opens = 2026-12-02T00:00:00Z\ndue = 2026-12-01T00:00:00Z\n"}, "later than the opening"),
        ({"lab": "due = 2026-12-02T00:00:00Z\ncloses = 2026-12-01T00:00:00Z\n"}, "not be before the due"),
        ({"lab": "opens = 2026-12-02T00:00:00Z\ncloses = 2026-12-02T00:00:00Z\n"}, "never be open"),
        ({"lab": "late_percent_per_day = 10\n"}, "A deduction for lateness needs a due date"),
        ({"lab": "late_percent_per_day = 101\n"}, "from 0 to 100"),
        ({"lab": "grace_days = nan\n"}, "grace_days"),
        ({"lab": "attempts = -1\n"}, "a whole number from 0 to 1000"),
        ({"lab": "attempts = true\n"}, "a whole number"),
        ({"lab": 'counts = "worst"\n'}, "one of best, last"),
        ({"lab": 'due = 2026-12-01T00:00:00Z\nhidden_checks = ["vlaue"]\n'}, "ids from value, finishes"),
        ({"lab": 'hidden_checks = ["value"]\n'}, "or nobody would ever see them"),
        ({"lab": "shuffle = true\n"}, "a lab has no questions"),
        ({"lab": "deadline = 3\n"}, "no such key"),
        ({"quiz": 'feedback = "after-due"\n'}, "Feedback after the due date needs a due date"),
        ({"course": "[rules]\nhidden_checks = ['value']\n"}, "no such key"),
        ({"course": 'timezone = "Mars/Phobos"\n'}, "a time zone such as Europe/Zurich"),
        ({"course": "rules = 3\n"}, "a table"),
    ],
)
def test_rules_that_cannot_be_are_told_with_file_and_key(
    folder: Path, tables: dict[str, str], told: str
) -> None:
    found = complaint(folder, **tables)
    assert told in found
    assert {"lab": "lab.toml", "quiz": "quiz.toml", "course": "course.toml"}[next(iter(tables))] in found


def test_a_local_time_that_is_skipped_or_shown_twice_is_told(folder: Path) -> None:
    zone = 'timezone = "Europe/Zurich"\n'
    found = complaint(folder, course=zone, lab="due = 2026-03-29T02:30:00\n")
    assert "the clocks are put forward over it" in found
    found = complaint(folder, course=zone, lab="due = 2026-10-25T02:30:00\n")
    assert "an offset: clocks in Europe/Zurich show 2026-10-25T02:30:00 twice" in found
    course = ruled(folder, course=zone, lab="due = 2026-10-25T02:30:00+02:00\n")
    assert course.rules["counter"].due == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


PAGE = (Path(__file__).parents[3] / "docs/time-and-rules.md").read_text(encoding="utf-8")


def test_the_page_about_rules_explains_every_key() -> None:
    table = PAGE.partition("| key | default |")[2].partition("\n\n")[0]
    named = re.findall(r"^\| `(\w+)`", table, re.MULTILINE)
    assert named == [field.name for field in dataclasses.fields(Rules)]


def test_the_rules_that_the_page_shows_can_be_loaded(folder: Path) -> None:
    course, lab = re.findall(r"```toml\n(.*?)```", PAGE, re.DOTALL)
    (folder / "course.toml").write_text(course)
    (folder / "labs/counter/lab.toml").write_text(LAB + lab)
    rules = load_course(folder).rules["counter"]
    assert (rules.grace_days, rules.attempts, rules.hidden_checks) == (1, 20, ("value",))
    assert rules.due == datetime(2026, 11, 16, 22, 59, tzinfo=UTC)
