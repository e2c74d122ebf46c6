"""What the command line's tests share: a small course, and a command that is run as from a shell."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from graders.job import Job
from graders.report import Report
from tests.workers.sandbox.jobs import RIGHT
from workers.cli import main
from workers.sandbox.choice import Choice
from workers.sandbox.stub import StubKind

COURSE = """
title = "Small"
items = ["labs/counter", "quizzes/quiz", "lessons/words"]
"""
LAB = """
title = "Counter"
[[check]]
id = "value"
title = "Ends at exactly 100"
points = 10
property = "final-value"
with = { adds = 100 }
"""
QUIZ = """
title = "Quiz"
[[question]]
id = "q1"
kind = "choice"
title = "One"
text = "Which?"
points = 2
[[question.option]]
text = "this"
right = true
[[question.option]]
text = "that"
"""

Run = Callable[..., Result]


@pytest.fixture
def courses(tmp_path: Path) -> Path:
    """A folder with one course: a lab, a quiz and a lesson."""
    course = tmp_path / "courses" / "small"
    lab = course / "labs" / "counter"
    passed = lab / "submissions" / "passed"
    passed.mkdir(parents=True)
    (course / "quizzes" / "quiz").mkdir(parents=True)
    (course / "lessons").mkdir()
    (course / "course.toml").write_text(COURSE)
    (course / "lessons" / "words.md").write_text("# Words\n\nText.\n")
    (course / "quizzes" / "quiz" / "quiz.toml").write_text(QUIZ)
    (lab / "lab.toml").write_text(LAB)
    (lab / "README.md").write_text("# Counter\n\nCount.\n")
    (lab / "starter.py").write_text("print(0)\n")
    (passed / "right.py").write_text(RIGHT)
    return tmp_path / "courses"


@pytest.fixture
def program(tmp_path: Path) -> Path:
    path = tmp_path / "mine.py"
    path.write_text(RIGHT)
    return path


@pytest.fixture
def run() -> Run:
    """Run the command line; standard output and standard error are kept apart."""

    def invoke(*arguments: str | Path) -> Result:
        return CliRunner().invoke(main, [str(argument) for argument in arguments])

    return invoke


@pytest.fixture
def stubbed(
    monkeypatch: pytest.MonkeyPatch,
) -> Callable[[Report | Exception | Callable[[Job], Report]], StubKind]:
    """Let every command use a stub with the given outcome."""

    def install(outcome: Report | Exception | Callable[[Job], Report]) -> StubKind:
        kind = StubKind(outcome)
        monkeypatch.setattr("workers.cli.choose.choose", lambda *_, **__: Choice(kind, "A stub, for a test."))
        return kind

    return install
