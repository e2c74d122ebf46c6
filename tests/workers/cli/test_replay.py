"""`interleave replay`: the same verdict once more, and clear words where there is nothing to replay."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from graders.report import Check, Report, Witness
from graders.verdict import Certificate, Verdict
from tests.workers.cli.conftest import Run
from tests.workers.sandbox.jobs import RACY, RIGHT
from workers.sandbox.stub import StubKind

SHIPPED = Path(__file__).parents[3] / "courses"
TWO = RIGHT.replace("range(10)]", "range(2)]")
DEADLOCKED = TWO.replace("        with lock:\n", "        lock.acquire()\n        if True:\n")
SPINNING = TWO.replace(
    "        with lock:\n", "        while number.value == 0:\n            pass\n        if True:\n"
)
HARD_CODED = RIGHT.replace("print(number.value)", "print(100)")
FUNCTION = "def F(r, lock):\n    for _ in range(10):\n        r.value = r.value + 1\n"


@pytest.fixture
def graded(run: Run, courses: Path, tmp_path: Path) -> Callable[..., tuple[Path, Path]]:
    """Grade a program for real; returns the file of its report and its own."""

    def grade(source: str, lab: str = "small/counter", folder: Path = courses) -> tuple[Path, Path]:
        program, report = tmp_path / "mine.py", tmp_path / "report.json"
        program.write_text(source)
        where = ("--courses", folder, "--sandbox", "local", "--seed", "3", "--json")
        report.write_text(run("grade", lab, program, *where).stdout)
        return report, program

    return grade


def _verdict(path: Path) -> str:
    return str(json.loads(path.read_text())["verdict"])


@pytest.mark.parametrize(
    ("source", "verdict"),
    [(RACY, "race"), (DEADLOCKED, "deadlock"), (SPINNING, "livelock"), (HARD_CODED, "cheat")],
    ids=["race", "deadlock", "livelock", "cheat"],
)
def test_a_witness_brings_the_same_verdict_again(
    run: Run, courses: Path, graded: Callable[..., tuple[Path, Path]], source: str, verdict: str
) -> None:
    report, program = graded(source)
    assert _verdict(report) == verdict
    again = run("replay", report, program, "--courses", courses, "--sandbox", "local", "--json")
    assert again.exit_code == 0, again.stderr
    assert f"the same verdict again: {verdict}" in again.stderr
    told, first = json.loads(again.stdout), json.loads(report.read_text())
    assert told["runs"] == {"free": 0, "explored": 1}
    for key in ("lines", "steps", "waits", "schedule"):
        assert told["witness"][key] == first["witness"][key] if verdict != "cheat" else True


def test_a_function_is_replayed_with_its_parameters(
    run: Run, graded: Callable[..., tuple[Path, Path]]
) -> None:
    report, program = graded(FUNCTION, "shared-data/increment", SHIPPED)
    again = run("replay", report, program, "--courses", SHIPPED, "--sandbox", "local", "--json")
    assert again.exit_code == 0, again.stderr
    assert json.loads(again.stdout)["witness"] == json.loads(report.read_text())["witness"]


def test_a_program_that_was_repaired_is_another_one(
    run: Run, courses: Path, graded: Callable[..., tuple[Path, Path]]
) -> None:
    report, program = graded(RACY)
    program.write_text(RIGHT)
    result = run("replay", report, program, "--courses", courses, "--sandbox", "local")
    assert result.exit_code == 2
    assert "the report was made for another program: the files differ" in result.stderr


def _report(verdict: Verdict, lab: str = "small/counter", **rest: Any) -> Report:
    points = 10.0 if verdict is Verdict.PASSED else 0.0
    return Report.of(lab, [Check("value", "Ends right", verdict, points, 10, "")], **rest)


def _racy(schedule: str) -> Report:
    witness = Witness(Verdict.RACE, schedule, "told", (9,))
    return _report(Verdict.RACE, certificate=Certificate.REFUTED, witness=witness)


@pytest.mark.parametrize(
    ("report", "words"),
    [
        (_report(Verdict.PASSED), "there is nothing to replay: the report says passed"),
        (_racy(""), "there is nothing to replay: the report says race without a schedule"),
        (_racy("il1:what"), "the report's schedule cannot be read: not a schedule"),
        (_racy("il1:0123456789ab:0::0x1"), "the report was made for another program"),
        (_report(Verdict.WRONG_VALUE, "small/quiz"), "small/quiz is no lab: only a program can be replayed"),
        (_report(Verdict.WRONG_VALUE, "small/words"), "is no lab"),
        (_report(Verdict.WRONG_VALUE, "small/gone"), "the course small has no 'gone'"),
    ],
)
def test_a_report_without_anything_to_replay_is_a_wrong_command(
    run: Run, courses: Path, program: Path, tmp_path: Path, report: Report, words: str
) -> None:
    path = tmp_path / "report.json"
    path.write_text(json.dumps(report.to_json()))
    result = run("replay", path, program, "--courses", courses, "--sandbox", "local")
    assert result.exit_code == 2
    assert words in result.stderr


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "is not JSON"),
        ("print(100)", "is not JSON"),
        ("[" * 100_000, "is not JSON"),
        ("\udcff", "is not JSON"),
        ("[]", "is no report of this version"),
        ("{}", "is no report of this version"),
        ('{"version": 99}', "is no report of this version"),
        ("null", "is no report of this version"),
    ],
)
def test_what_is_no_report_is_a_wrong_command(
    run: Run, courses: Path, program: Path, tmp_path: Path, text: str, words: str
) -> None:
    path = tmp_path / "report.json"
    path.write_bytes(text.encode("utf-8", "surrogateescape"))
    result = run("replay", path, program, "--courses", courses, "--sandbox", "local")
    assert result.exit_code == 2
    assert words in result.stderr


def test_another_verdict_than_before_is_told_and_is_no_success(
    run: Run,
    courses: Path,
    graded: Callable[..., tuple[Path, Path]],
    stubbed: Callable[[Any], StubKind],
) -> None:
    report, program = graded(RACY)
    stubbed(_report(Verdict.PASSED))
    result = run("replay", report, program, "--courses", courses)
    assert result.exit_code == 1
    assert "Replayed: passed, and not race." in result.stderr
