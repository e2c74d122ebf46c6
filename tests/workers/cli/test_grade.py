"""`interleave grade`: exit statuses, one JSON object, and a text that says what is wrong."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from graders.content import load_course
from graders.course import digest
from graders.errors import SandboxError
from graders.report import Check, Report, Runs, SandboxInfo, Step, Usage, Wait, Witness
from graders.verdict import Certificate, Verdict
from tests.workers.cli.conftest import Run
from tests.workers.sandbox.jobs import CRASHING, RACY, RIGHT
from workers.sandbox.stub import StubKind

Stubbed = Callable[[Any], StubKind]


def report_of(verdict: Verdict, points: float, message: str = "", **rest: Any) -> Report:
    check = Check("value", "Ends at exactly 100", verdict, points, 10, message)
    return Report.of("small/counter", [check], **rest)


PASSED = report_of(Verdict.PASSED, 10)


@pytest.mark.parametrize("sandbox", [pytest.param("docker", marks=pytest.mark.docker), "local"])
@pytest.mark.parametrize(
    ("source", "status", "verdicts"),
    [
        (RIGHT, 0, {"passed"}),
        (RACY, 1, {"race", "wrong-value"}),
        (CRASHING, 1, {"crash"}),
    ],
    ids=["right", "racy", "crashing"],
)
def test_a_program_is_really_graded(
    run: Run, courses: Path, tmp_path: Path, sandbox: str, source: str, status: int, verdicts: set[str]
) -> None:
    path = tmp_path / "mine.py"
    path.write_text(source)
    arguments = [
        "grade",
        "small/counter",
        path,
        "--courses",
        courses,
        "--sandbox",
        sandbox,
        "--seed",
        "3",
        "--json",
    ]
    result = run(*arguments)
    assert result.exit_code == status, result.stderr
    report = json.loads(result.stdout)
    assert report["verdict"] in verdicts
    assert report["seed"] == 3
    assert report["sandbox"]["kind"] == sandbox


def test_json_is_exactly_one_report_and_all_else_goes_to_stderr(
    run: Run, courses: Path, program: Path, stubbed: Stubbed
) -> None:
    stubbed(PASSED)
    result = run("grade", "small/counter", program, "--courses", courses, "--json")
    report = Report.from_json(json.loads(result.stdout))
    lab = next(item for item in load_course(courses / "small").items if item.slug == "counter")
    assert report == PASSED.stamped(content=digest(lab))
    assert "A stub, for a test." in result.stderr


def test_the_job_holds_the_files_and_the_seed(
    run: Run, courses: Path, program: Path, stubbed: Stubbed
) -> None:
    kind = stubbed(PASSED)
    run("grade", "small/counter", program, "--courses", courses, "--seed", "42")
    (job,) = kind.jobs
    assert job.seed == 42
    assert job.files[job.main] == RIGHT
    assert job.lab.id == "small/counter"


def test_without_a_seed_every_attempt_draws_a_new_one(
    run: Run, courses: Path, program: Path, stubbed: Stubbed
) -> None:
    kind = stubbed(PASSED)
    for _ in range(2):
        run("grade", "small/counter", program, "--courses", courses)
    first, second = kind.jobs
    assert first.seed != second.seed


def test_an_archive_is_taken_like_its_files(
    run: Run, courses: Path, tmp_path: Path, stubbed: Stubbed
) -> None:
    kind = stubbed(PASSED)
    path = tmp_path / "all.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("counter.py", "import helper\n")
        archive.writestr("helper.py", "X = 1\n")
    assert run("grade", "small/counter", path, "--courses", courses).exit_code == 0
    assert kind.jobs[0].files == {"counter.py": "import helper\n", "helper.py": "X = 1\n"}


def test_a_fault_of_ours_is_3_and_no_report(run: Run, courses: Path, program: Path, stubbed: Stubbed) -> None:
    stubbed(SandboxError("the container died"))
    result = run("grade", "small/counter", program, "--courses", courses, "--json")
    assert result.exit_code == 3
    assert result.stdout == ""
    assert "the container died" in result.stderr


def test_a_sandbox_that_was_asked_for_and_is_not_there_is_3_with_what_to_do(
    run: Run, courses: Path, program: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DOCKER_HOST", "unix:///no/such/docker.sock")
    result = run("grade", "small/counter", program, "--courses", courses, "--sandbox", "docker")
    assert result.exit_code == 3
    assert "No Docker daemon answers" in result.stderr


@pytest.mark.docker
def test_a_missing_image_is_3_with_the_command_that_builds_it(
    run: Run, courses: Path, program: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("INTERLEAVE_SANDBOX_IMAGE", "interleave-no-such-image")
    result = run("grade", "small/counter", program, "--courses", courses, "--sandbox", "docker")
    assert result.exit_code == 3
    assert "docker build --target sandbox --tag interleave-no-such-image ." in result.stderr


@pytest.mark.docker
def test_an_image_that_was_not_built_from_these_graders_is_told(
    run: Run, courses: Path, program: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("INTERLEAVE_SANDBOX_IMAGE", "debian:trixie-slim")
    result = run("grade", "small/counter", program, "--courses", courses, "--sandbox", "docker")
    assert "debian:trixie-slim is older than the graders here" in result.stderr
    assert (result.exit_code, result.stdout) == (3, "")


def test_a_wrong_setting_is_2_and_named(
    run: Run, courses: Path, program: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("INTERLEAVE_SANDBOX", "podman")
    result = run("grade", "small/counter", program, "--courses", courses)
    assert result.exit_code == 2
    assert "INTERLEAVE_SANDBOX" in result.stderr


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("counter", "expected COURSE/LAB"),
        ("small/counter/x", "expected COURSE/LAB"),
        ("small/", "expected COURSE/LAB"),
        ("other/counter", "there is small"),
        ("../small/counter", "expected COURSE/LAB"),
        ("small/nothing", "it has counter, quiz"),
        ("small/words", "is a lesson"),
    ],
)
def test_a_wrong_address_is_2_and_says_what_there_is(
    run: Run, courses: Path, program: Path, address: str, words: str
) -> None:
    result = run("grade", address, program, "--courses", courses)
    assert result.exit_code == 2
    assert words in result.stderr


def test_without_courses_it_says_where_it_looked(run: Run, program: Path, tmp_path: Path) -> None:
    result = run("grade", "small/counter", program, "--courses", tmp_path / "nowhere")
    assert result.exit_code == 2
    assert "nowhere" in result.stderr


def test_what_cannot_be_handed_in_is_2(run: Run, courses: Path, tmp_path: Path) -> None:
    (tmp_path / "empty.py").write_text("")
    (tmp_path / "notes.txt").write_text("x")
    for name in ("empty.py", "notes.txt", "missing.py"):
        result = run("grade", "small/counter", tmp_path / name, "--courses", courses)
        assert result.exit_code == 2, name
        assert result.stdout == ""


@pytest.mark.parametrize(
    ("answers", "status"),
    [
        ('{"answers": {"q1": "A"}}', 0),
        ('{"q1": "A"}', 0),
        ('{"answers": {"q1": "B"}}', 1),
        ("{}", 1),
        ('{"answers": {"q9": "A"}}', 2),
        ('{"answers": 3}', 2),
        ("[]", 2),
        ("not json", 2),
        ("[" * 100_000, 2),
    ],
)
def test_a_quiz_takes_a_file_of_answers(
    run: Run, courses: Path, tmp_path: Path, answers: str, status: int
) -> None:
    path = tmp_path / "answers.json"
    path.write_text(answers)
    result = run("grade", "small/quiz", path, "--courses", courses, "--json")
    assert result.exit_code == status, result.stderr
    if status < 2:
        assert json.loads(result.stdout)["lab"] == "small/quiz"


RACE = report_of(
    Verdict.RACE,
    4,
    "It ended at 99 instead of 100.",
    runs=Runs(free=2),
    seconds=0.42,
    seed=5,
    witness=Witness(Verdict.RACE, "", "process 1 and process 2 both read 55", lines=(8,)),
    output="a\x1b[31mred\x07\n99\n",
    usage=Usage(processes=11, memory=31 * 1024**2),
    sandbox=SandboxInfo("local", warning="For trying out."),
)


def test_the_text_tells_verdict_checks_witness_and_guilty_lines(
    run: Run, courses: Path, program: Path, stubbed: Stubbed
) -> None:
    stubbed(RACE)
    text = run("grade", "small/counter", program, "--courses", courses).stdout
    assert "small/counter  race  4 of 10 points" in text
    assert "Ends at exactly 100  4/10  race" in text
    assert "It ended at 99 instead of 100." in text
    assert "process 1 and process 2 both read 55" in text
    assert "  >    8              number.value += 1" in text
    assert "       7          with lock:" in text
    assert "2 free runs in 0.4 s, 11 processes at once, 31 MiB, seed 5, local sandbox" in text
    assert "For trying out." in text


def test_what_a_program_printed_cannot_drive_the_terminal(
    run: Run, courses: Path, program: Path, stubbed: Stubbed
) -> None:
    stubbed(RACE)
    text = run("grade", "small/counter", program, "--courses", courses).stdout
    assert "\x1b" not in text
    assert "\x07" not in text
    assert "red" in text


def test_a_long_message_is_not_cut_where_no_terminal_is(
    run: Run, courses: Path, program: Path, stubbed: Stubbed
) -> None:
    message = "word " * 100 + "end"
    stubbed(report_of(Verdict.CRASH, 0, message))
    assert message in run("grade", "small/counter", program, "--courses", courses).stdout


def test_a_message_that_a_check_has_told_is_not_told_again(
    run: Run, courses: Path, program: Path, stubbed: Stubbed
) -> None:
    waits = (Wait(1, "lock", line=3),)
    witness = Witness(Verdict.DEADLOCK, "", "nobody can go on", lines=(3,), waits=waits)
    stubbed(report_of(Verdict.DEADLOCK, 0, "Run 1: nobody can go on.", witness=witness))
    text = run("grade", "small/counter", program, "--courses", courses).stdout
    assert text.count("nobody can go on") == 1


COLLISION = Witness(
    Verdict.RACE,
    "",
    "process 1 and process 2 both read 55",
    (8,),
    (
        Step(1, "read", "number", 55, 8),
        Step(2, "read", "number", 55, 8),
        Step(2, "write", "number", 56, 8),
        Step(1, "write", "number", 56, 8),
    ),
)


def test_the_steps_of_a_witness_are_a_table_with_a_column_for_each_process(
    run: Run, courses: Path, program: Path, stubbed: Stubbed
) -> None:
    stubbed(report_of(Verdict.RACE, 0, witness=COLLISION))
    lines = run("grade", "small/counter", program, "--courses", courses).stdout.splitlines()
    at = lines.index("Step by step")
    assert lines[at + 1 : at + 8] == [
        "  step  process 1                      process 2",
        "  ----  -----------------------------  -----------------------------",
        "     1  reads 55 from number (line 8)",
        "     2                                 reads 55 from number (line 8)",
        "     3                                 writes 56 to number (line 8)",
        "     4  writes 56 to number (line 8)",
        (
            "  The value of number read in step 1 is out of date when step 4 uses it: that one writes over "
            "step 3, and what was written there is lost."
        ),
    ]


def test_a_pass_tells_what_its_certificate_covers(
    run: Run, courses: Path, program: Path, stubbed: Stubbed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("workers.cli.show.covered", lambda _: "Ten processes, from every start value.")
    stubbed(PASSED)
    text = run("grade", "small/counter", program, "--courses", courses).stdout
    assert "\n  Ten processes, from every start value.\n" in text


@pytest.mark.parametrize("as_json", [False, True])
@pytest.mark.parametrize(
    ("report", "drawn"),
    [
        (report_of(Verdict.RACE, 0, witness=COLLISION), "written over"),
        (report_of(Verdict.PASSED, 10, certificate=Certificate.VERIFIED), "Verified"),
    ],
    ids=["race", "pass"],
)
def test_the_picture_is_written_where_it_is_wanted(
    run: Run,
    courses: Path,
    program: Path,
    stubbed: Stubbed,
    tmp_path: Path,
    report: Report,
    drawn: str,
    as_json: bool,
) -> None:
    stubbed(report)
    path = tmp_path / "picture.svg"
    more = ["--json"] if as_json else []
    result = run("grade", "small/counter", program, "--courses", courses, "--svg", path, *more)
    assert result.exit_code == (0 if report.passed else 1)
    assert path.read_text().startswith("<svg")
    assert drawn in path.read_text()
    assert f"The picture is in {path}" in result.stderr
    if as_json:
        printed = Report.from_json(json.loads(result.stdout))
        assert printed == report.stamped(content=printed.content)


def test_it_says_when_there_is_nothing_to_draw(
    run: Run, courses: Path, program: Path, stubbed: Stubbed, tmp_path: Path
) -> None:
    stubbed(report_of(Verdict.CRASH, 0))
    path = tmp_path / "picture.svg"
    result = run("grade", "small/counter", program, "--courses", courses, "--svg", path)
    assert result.exit_code == 1
    assert "There is nothing to draw" in result.stderr
    assert not path.exists()


def test_a_picture_that_could_not_be_written_is_known_before_anything_is_graded(
    run: Run, courses: Path, program: Path, stubbed: Stubbed, tmp_path: Path
) -> None:
    kind = stubbed(report_of(Verdict.RACE, 0, witness=COLLISION))
    for path in (tmp_path / "nowhere" / "picture.svg", tmp_path):
        result = run("grade", "small/counter", program, "--courses", courses, "--svg", path)
        assert result.exit_code == 2
        assert str(path) in result.stderr
    assert kind.jobs == []


def test_a_full_disk_is_2_and_the_verdict_is_told_all_the_same(
    run: Run, courses: Path, program: Path, stubbed: Stubbed
) -> None:
    stubbed(report_of(Verdict.RACE, 0, witness=COLLISION))
    result = run("grade", "small/counter", program, "--courses", courses, "--svg", "/dev/full")
    assert result.exit_code == 2
    assert "small/counter  race  0 of 10 points" in result.stdout
    assert "/dev/full cannot be written: No space left on device" in result.stderr
