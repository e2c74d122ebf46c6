"""Proves the key of a quiz by running the programs it is about.

A question's `Experiment` is read by what its question holds, in this order:

* Options with `code`: each is put in place of the line ``OPTION`` and the program is run. The right
  ones must come to the outcome (``finishes``, when none is named), every other must not.
* Options with a `claim`: the program is run once. The claims of the right options must be what
  happened, every other claim must not.
* A number or a text: the program is run once, and the last line it prints must be a right answer.
* Anything else: the program is run once and must come to the outcome.

The programs run under the harness, as submissions do: so a program that never finishes is known by
what its processes wait for, and not by somebody's patience.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import graders
from graders.errors import AnswerError, ProtocolError, SandboxError
from graders.job import Event, Job
from graders.lab import CheckSpec, ExploreBudget, Lab, Style
from graders.limits import Limits
from graders.quiz import Experiment, Question, QuestionKind, Quiz
from graders.quiz.grading import mark_answer
from graders.report import Report
from graders.verdict import Verdict

_LIMITS = Limits(wall_seconds=15.0, run_seconds=5.0)
_PATIENCE_SECONDS = 60.0
_MAIN = "question.py"


@dataclass(frozen=True, slots=True)
class Proof:
    """One comparison of a key with what happened."""

    question: str
    option: str
    """Id of the option; empty when the question as a whole was put to the test."""
    expected: str
    happened: str
    holds: bool

    def __str__(self) -> str:
        place = f"{self.question} {self.option}".strip()
        return f"{place}: {'proven' if self.holds else 'NOT so'}: {self.expected}; it {self.happened}"


@dataclass(frozen=True, slots=True)
class _Happened:
    verdict: Verdict
    message: str
    last_line: str

    def __str__(self) -> str:
        if self.verdict is Verdict.PASSED:
            return f"finished and printed {self.last_line!r} last" if self.last_line else "finished"
        if self.verdict is Verdict.CRASH:
            return "raised an error: " + self.message.partition(": ")[2].partition("\n")[0]
        return f"never finished ({self.verdict})"

    def meets(self, outcome: str) -> bool:
        """Whether this is what `outcome` (see `Experiment`) says."""
        kind, _, rest = outcome.partition(" ")
        if kind == "raises":
            return self.verdict is Verdict.CRASH and bool(re.search(rf"\b{re.escape(rest)}\b", self.message))
        if kind == "never-finishes":
            return self.verdict in (Verdict.DEADLOCK, Verdict.LIVELOCK, Verdict.TIMEOUT)
        if self.verdict is not Verdict.PASSED:
            return False
        return kind == "finishes" or self.last_line == rest.strip()


def prove(quiz: Quiz, folder: Path) -> list[Proof]:
    """Run every experiment of a quiz; one `Proof` for each comparison, whether it holds or not.

    `folder` is the quiz's: programs may import what lies in its folder ``proofs``. The content of a
    course is trusted. Raises `InfrastructureError` when a program cannot be run at all.
    """
    helpers = {path.name: path.read_text() for path in sorted((folder / "proofs").glob("*.py"))}
    runner = _Runner(quiz, helpers)
    return [
        proof
        for question in quiz.questions
        if question.experiment
        for proof in runner.prove(question, question.experiment)
    ]


class _Runner:
    def __init__(self, quiz: Quiz, helpers: dict[str, str]) -> None:
        self._quiz = quiz
        self._helpers = helpers

    def prove(self, question: Question, experiment: Experiment) -> list[Proof]:
        right = question.key.options if question.key else ()
        if any(option.code for option in question.options):
            return self._try_options(question, experiment, right)
        happened = self._run(experiment.program)
        if any(option.claim for option in question.options):
            return _compare_claims(question, right, happened)
        if not experiment.outcome and question.kind in (QuestionKind.NUMBER, QuestionKind.TEXT):
            return [_compare_answer(question, happened)]
        outcome = experiment.outcome or "finishes"
        return [Proof(question.id, "", outcome, str(happened), happened.meets(outcome))]

    def _try_options(self, question: Question, experiment: Experiment, right: tuple[str, ...]) -> list[Proof]:
        outcome = experiment.outcome or "finishes"
        proofs = []
        for option in question.options:
            if not option.code:
                continue
            happened = self._run(insert(experiment.program, option.code))
            is_right = option.id in right
            expected = outcome if is_right else f"anything but {outcome}"
            holds = happened.meets(outcome) is is_right
            proofs.append(Proof(question.id, option.id, expected, str(happened), holds))
        return proofs

    def _run(self, program: str) -> _Happened:
        check = CheckSpec("finishes", "Finishes", 1.0, "finishes")
        lab = Lab(
            course=self._quiz.course,
            slug=self._quiz.slug,
            title=self._quiz.title,
            style=Style.PROGRAM,
            file=_MAIN,
            text="",
            starter="",
            checks=(check,),
            limits=_LIMITS,
            free_runs=1,
            explore=ExploreBudget(runs=0, seconds=0.0),
        )
        report = _grade(Job(lab, {**self._helpers, _MAIN: program}, _MAIN, seed=0))
        last_line = report.output.rstrip().rpartition("\n")[2].strip()
        return _Happened(report.verdict, report.checks[0].message, last_line)


def insert(program: str, code: str) -> str:
    """Return the program with `code` in place of the line ``OPTION``, indented as that line is."""

    def indented(match: re.Match[str]) -> str:
        return "\n".join(match[1] + line if line else line for line in code.strip("\n").split("\n"))

    return re.sub(r"^([ \t]*)OPTION[ \t]*$", indented, program, flags=re.MULTILINE)


def _compare_claims(question: Question, right: tuple[str, ...], happened: _Happened) -> list[Proof]:
    return [
        Proof(
            question.id,
            option.id,
            option.claim if option.id in right else f"anything but {option.claim}",
            str(happened),
            happened.meets(option.claim) is (option.id in right),
        )
        for option in question.options
        if option.claim
    ]


def _compare_answer(question: Question, happened: _Happened) -> Proof:
    try:
        holds = happened.verdict is Verdict.PASSED and mark_answer(question, happened.last_line).share == 1
    except AnswerError:
        holds = False
    return Proof(question.id, "", "a right answer in the last line printed", str(happened), holds)


def _grade(job: Job) -> Report:
    """Run the job in a harness of its own."""
    environment = {**os.environ, "PYTHONPATH": str(Path(graders.__file__).parents[1])}
    try:
        harness = subprocess.run(
            [sys.executable, "-m", "graders.harness"],
            input=job.encode(),
            capture_output=True,
            env=environment,
            timeout=_PATIENCE_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise SandboxError(f"the harness said nothing for {_PATIENCE_SECONDS:g} s") from None
    except OSError as problem:
        raise SandboxError(f"the harness could not be started: {problem}") from None
    events = [Event.decode(line) for line in harness.stdout.splitlines()]
    if events and events[-1].report:
        return events[-1].report
    if events and events[-1].event == "fault":
        raise SandboxError(f"the harness failed: {events[-1].message}")
    raise ProtocolError("the harness ended without a report")
