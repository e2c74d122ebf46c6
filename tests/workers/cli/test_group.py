"""Every ending has its exit status, and a fault of ours never looks like a program that failed."""

from __future__ import annotations

import importlib.metadata
import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

import graders
from graders.errors import CallerError, ContentError, HandInError, SandboxError
from tests.workers.cli.conftest import Run
from workers.cli import course, main
from workers.cli.group import Commands


@click.command
@click.argument("how")
def command(how: str) -> int:
    """Do something."""
    click.echo("out")
    raise ENDINGS[how]


ENDINGS: dict[str, BaseException] = {
    "caller": CallerError("no such lab"),
    "hand-in": HandInError("too-large", "the file is too large"),
    "content": ContentError("lab.toml", "points", "a number"),
    "ours": SandboxError("the container died"),
    "usage": click.UsageError("not like this"),
    "file": click.FileError("x.py", "unreadable"),
    "mistake": ZeroDivisionError("in our own code"),
    "ctrl-c": KeyboardInterrupt(),
}


@pytest.mark.parametrize(
    ("how", "status", "words"),
    [
        ("caller", 2, "no such lab"),
        ("hand-in", 2, "the file is too large"),
        ("content", 2, "lab.toml: points: expected a number"),
        ("ours", 3, "the container died"),
        ("usage", 2, "not like this"),
        ("file", 2, "x.py"),
        ("ctrl-c", 130, "interrupted"),
    ],
)
def test_an_ending_has_its_status_and_says_why_on_stderr(how: str, status: int, words: str) -> None:
    made = Commands("test", {"do": (f"{__name__}:command", "Do it.")}, "Test.")
    result = CliRunner().invoke(made, ["do", how])
    assert result.exit_code == status
    assert words in result.stderr
    assert result.stdout == "out\n"


def test_a_mistake_of_ours_is_3_with_a_traceback(caplog: pytest.LogCaptureFixture) -> None:
    made = Commands("test", {"do": (f"{__name__}:command", "Do it.")}, "Test.")
    result = CliRunner().invoke(made, ["do", "mistake"])
    assert result.exit_code == 3
    assert "mistake in Interleave itself" in caplog.text
    assert "ZeroDivisionError" in caplog.text


def test_the_commands_are_listed_with_what_they_do(run: Run) -> None:
    result = run("--help")
    assert result.exit_code == 0
    for name in ("grade", "up", "course", "doctor"):
        assert f"  {name}" in result.stdout


@pytest.mark.parametrize("arguments", [["--nonsense"], ["nonsense"], ["grade"]])
def test_a_wrong_command_is_2(run: Run, arguments: list[str]) -> None:
    assert run(*arguments).exit_code == 2


def test_the_version_is_the_packages_own(run: Run) -> None:
    assert run("--version").stdout == f"interleave, version {graders.__version__}\n"
    assert importlib.metadata.version("interleave") == graders.__version__


def test_help_does_not_pay_for_docker_celery_or_the_database() -> None:
    script = (
        "import sys\nfrom workers.cli import main\n"
        "try: main(['--help'])\n"
        "except SystemExit: pass\n"
        "print([name for name in ('celery', 'flask', 'docker', 'sqlalchemy') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.endswith("\n[]\n")


def test_an_output_that_nobody_reads_ends_the_command_quietly(courses: Path, tmp_path: Path) -> None:
    (tmp_path / "answers.json").write_text('{"q1": "A"}')
    grade = f"{sys.executable} -m workers.cli grade small/quiz {tmp_path}/answers.json --courses {courses}"
    done = subprocess.run(
        ["bash", "-c", f"{grade} | true; exit ${{PIPESTATUS[0]}}"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 141
    assert done.stderr == ""


def test_every_command_in_the_list_is_there() -> None:
    for group in (main, course):
        context = click.Context(group)
        for name in group.list_commands(context):
            assert group.get_command(context, name) is not None
