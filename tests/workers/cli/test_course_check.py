"""`interleave course check`: every promise of a course is tried."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from graders.errors import SandboxError
from graders.job import Job
from graders.report import Check, Report, Witness
from graders.verdict import Verdict
from tests.workers.cli.conftest import Run
from workers.sandbox.stub import StubKind

Stubbed = Callable[[Any], StubKind]
REPOSITORY = Path(__file__).resolve().parents[3]


def add_submission(courses: Path, verdict: str, name: str, source: str = "print(1)\n") -> None:
    folder = courses / "small" / "labs" / "counter" / "submissions" / verdict
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(source)


def verdict_by_file(**verdicts: Verdict) -> Callable[[Job], Report]:
    def grade(job: Job) -> Report:
        verdict = verdicts[job.main.removesuffix(".py")]
        check = Check("value", "Value", verdict, 0, 10, f"the reason for {verdict}")
        return Report.of(job.lab.id, [check], witness=Witness(verdict, "", ""))

    return grade


def test_a_course_whose_promises_hold_is_0(run: Run, courses: Path, stubbed: Stubbed) -> None:
    add_submission(courses, "race", "lossy.py")
    stubbed(verdict_by_file(right=Verdict.PASSED, lossy=Verdict.RACE))
    result = run("course", "check", courses / "small")
    assert result.exit_code == 0, result.output
    assert "ok    counter" in result.stdout
    assert "lossy.py" in result.stdout
    assert "2 of 2 promises kept" in result.stdout


def test_a_broken_promise_is_1_and_says_what_came_instead(run: Run, courses: Path, stubbed: Stubbed) -> None:
    add_submission(courses, "race", "lossy.py")
    stubbed(verdict_by_file(right=Verdict.PASSED, lossy=Verdict.DEADLOCK))
    result = run("course", "check", courses / "small")
    assert result.exit_code == 1
    assert "got deadlock: the reason for deadlock" in result.stdout
    assert "1 of 2 promises kept" in result.stdout


def test_a_fault_of_ours_is_3_and_the_rest_is_tried_all_the_same(
    run: Run, courses: Path, stubbed: Stubbed
) -> None:
    add_submission(courses, "crash", "dying.py")

    def grade(job: Job) -> Report:
        if job.main == "dying.py":
            raise SandboxError("the container died")
        return verdict_by_file(right=Verdict.PASSED)(job)

    stubbed(grade)
    result = run("course", "check", courses / "small")
    assert result.exit_code == 3
    assert "not tried: the container died" in result.stdout
    assert "1 of 2 promises kept" in result.stdout


def test_only_what_is_wanted_is_checked(run: Run, courses: Path, stubbed: Stubbed) -> None:
    kind = stubbed(verdict_by_file(right=Verdict.PASSED))
    assert run("course", "check", courses / "small", "--only", "quiz").exit_code == 0
    assert kind.opened == 0
    wrong = run("course", "check", courses / "small", "--only", "nothing")
    assert wrong.exit_code == 2
    assert "it has counter, quiz" in wrong.stderr


def test_a_course_that_cannot_be_read_is_2_and_names_the_place(run: Run, courses: Path) -> None:
    (courses / "small" / "labs" / "counter" / "lab.toml").write_text("title = 3\n")
    result = run("course", "check", courses / "small")
    assert result.exit_code == 2
    assert "lab.toml" in result.stderr


def test_a_shipped_program_that_could_not_be_handed_in_is_told(
    run: Run, courses: Path, stubbed: Stubbed
) -> None:
    add_submission(courses, "race", "huge.py", "#" * 200_000)
    stubbed(verdict_by_file(right=Verdict.PASSED))
    result = run("course", "check", courses / "small")
    assert result.exit_code == 2
    assert "huge.py" in result.stderr


def test_really_run_a_lab_keeps_its_promises(run: Run, courses: Path) -> None:
    add_submission(courses, "crash", "broken.py", "def broken(:\n")
    result = run("course", "check", courses / "small", "--sandbox", "local")
    assert result.exit_code == 0, result.output


@pytest.mark.parametrize("option", ["--help", "-h"])
def test_the_help_says_what_is_promised(run: Run, option: str) -> None:
    text = run("course", "check", option).stdout
    assert "submissions/VERDICT/" in text
