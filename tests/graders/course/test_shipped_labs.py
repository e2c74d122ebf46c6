from __future__ import annotations

import re

import pytest

from graders.content import known_submissions
from graders.handin import read_files
from graders.lab import Lab
from graders.verdict import Verdict
from tests.graders.course.shipped import COURSE, FOLDER, LABS, code_blocks

each_lab = pytest.mark.parametrize("lab", LABS, ids=lambda lab: lab.slug)


def test_every_lab_and_quiz_that_was_promised_is_there() -> None:
    assert {item.slug for item in COURSE.items} == {
        *("shared-data", "locks"),
        *("imports-quiz", "shared-data-quiz", "locks-quiz"),
        *("first-shared", "second-shared", "third-shared", "counter", "increment"),
        *("never-finishes", "bank", "transfer"),
    }


@each_lab
def test_a_lab_is_worth_ten_points(lab: Lab) -> None:
    assert lab.max_score == 10


@each_lab
def test_the_task_tells_the_checks_and_points_as_they_are(lab: Lab) -> None:
    rows = re.findall(r"^\| (.*?) \| ([\d.]+) \|$", lab.text, flags=re.MULTILINE)
    assert [(title, float(points)) for title, points in rows] == [
        (check.title, check.points) for check in lab.checks
    ]


@each_lab
def test_the_task_names_the_file_to_hand_in(lab: Lab) -> None:
    assert f"`{lab.file}`" in lab.text


@each_lab
def test_code_in_the_task_compiles(lab: Lab) -> None:
    for block in code_blocks(lab.text):
        compile(block, "README.md", "exec")


@each_lab
def test_the_starter_is_no_solution_and_no_blank_page(lab: Lab) -> None:
    right = {known.source for known in known_submissions(FOLDER, lab) if known.verdict is Verdict.PASSED}
    assert lab.starter not in right
    assert "def " in lab.starter


@each_lab
def test_there_are_right_and_wrong_programs_of_several_kinds(lab: Lab) -> None:
    verdicts = [known.verdict for known in known_submissions(FOLDER, lab)]
    assert verdicts.count(Verdict.PASSED) >= 3
    assert len(set(verdicts)) >= 4
    assert {Verdict.DEADLOCK, Verdict.PASSED} <= set(verdicts)


@each_lab
def test_known_submissions_could_be_handed_in_and_compile_unless_they_are_to_crash(lab: Lab) -> None:
    for known in known_submissions(FOLDER, lab):
        assert read_files([(known.path.name, known.source.encode())], lab) == (known.files, known.main)
        if known.verdict is not Verdict.CRASH:
            compile(known.source, str(known.path), "exec")
