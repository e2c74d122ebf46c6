"""The demonstration: three programs and a set of quiz answers, handed in over HTTP as curl would."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests

from graders.content import load_course
from graders.errors import InfrastructureError
from graders.quiz import Key, Question, QuestionKind, Quiz
from graders.verdict import Verdict
from workers.embedded.progress import Progress

COURSE = "shared-data"
LAB = "counter"
QUIZ = "locks-quiz"
PATIENCE_SECONDS = 180.0
_WAIT_SECONDS = 20
_REQUEST_SECONDS = _WAIT_SECONDS + 10


@dataclass(frozen=True, slots=True)
class Sample:
    """Something to hand in, and the verdict it must get."""

    item: str
    expected: Verdict
    request: dict[str, Any]
    """Body of the request, as keyword arguments of `requests`."""


@dataclass(frozen=True, slots=True)
class Row:
    """What came of one sample."""

    sample: Sample
    verdict: str
    score: str
    seconds: float
    page: str

    @property
    def expected(self) -> bool:
        """Whether the verdict is the right one."""
        return self.verdict == self.sample.expected


def samples(folder: Path) -> list[Sample]:
    """Return the four samples, read from the course's folder. Raises `InfrastructureError`."""
    quiz = next(
        (item for item in load_course(folder).items if isinstance(item, Quiz) and item.slug == QUIZ), None
    )
    if quiz is None:
        raise InfrastructureError(f"There is no quiz {QUIZ} in {folder}; the course is not complete.")
    submissions = folder / "labs" / LAB / "submissions"
    programs = [
        Sample(
            LAB, verdict, {"files": [("files", (f"{LAB}.py", _program(submissions, verdict).read_bytes()))]}
        )
        for verdict in (Verdict.PASSED, Verdict.RACE, Verdict.DEADLOCK)
    ]
    answers = {question.id: right_answer(question) for question in quiz.questions}
    return [*programs, Sample(quiz.slug, Verdict.PASSED, {"json": {"answers": answers}})]


def right_answer(question: Question) -> Any:
    """Return the answer that a question's key asks for, in the form of the API."""
    key = question.key or Key()
    match question.kind:
        case QuestionKind.CHOICE:
            return key.options[0]
        case QuestionKind.CHOICES:
            return list(key.options)
        case QuestionKind.NUMBER:
            return key.number
        case QuestionKind.TEXT:
            return key.accepted[0]


def _program(submissions: Path, verdict: Verdict) -> Path:
    """Return the file to show: ``textbook.py`` where there is one, else the first."""
    found = sorted((submissions / verdict).glob("*.py"), key=lambda path: (path.stem != "textbook", path))
    if not found:
        raise InfrastructureError(
            f"There is no sample in {submissions / verdict}; the course is not complete."
        )
    return found[0]


class Client:
    """Hands in over HTTP with a bearer token."""

    def __init__(self, address: str, token: str) -> None:
        self._address = address
        self._session = requests.Session()
        # A proxy of the environment must not come between two processes of one machine.
        self._session.trust_env = False
        self._session.headers["Authorization"] = f"Bearer {token}"

    def hand_in(self, sample: Sample) -> str:
        """Return the address of the new submission."""
        path = f"/api/v1/courses/{COURSE}/labs/{sample.item}/submissions"
        answer = self._ask("POST", path, **sample.request)
        return str(answer.headers["Location"])

    def wait(self, location: str) -> dict[str, Any]:
        """Return the submission when it is final; raises `InfrastructureError` when it never is."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < deadline:
            submission: dict[str, Any] = self._ask("GET", location, params={"wait": _WAIT_SECONDS}).json()
            if submission["state"] not in {"queued", "running"}:
                return submission
        raise InfrastructureError(f"{location} was not graded within {PATIENCE_SECONDS:.0f} s.")

    def _ask(self, method: str, path: str, **arguments: Any) -> requests.Response:
        url = path if path.startswith("http") else f"{self._address}{path}"
        try:
            answer = self._session.request(method, url, timeout=_REQUEST_SECONDS, **arguments)
        except requests.RequestException as problem:
            raise InfrastructureError(f"{method} {url} failed: {problem}") from problem
        if not answer.ok:
            raise InfrastructureError(f"{method} {url} answered {answer.status_code}: {answer.text[:500]}")
        return answer


def run(client: Client, chosen: Sequence[Sample], progress: Progress) -> list[Row]:
    """Hand everything in, then wait for one after the other."""
    begun = [(sample, time.monotonic(), client.hand_in(sample)) for sample in chosen]
    rows = []
    for number, (sample, start, location) in enumerate(begun, 1):
        progress.step(f"grading {number} of {len(begun)}: {sample.item}, expected {sample.expected}")
        rows.append(_row(sample, client.wait(location), time.monotonic() - start))
    return rows


def _row(sample: Sample, submission: dict[str, Any], seconds: float) -> Row:
    page = str(submission["links"]["page"])
    report = submission.get("report")
    if not report:
        return Row(sample, str(submission["state"]), "-", seconds, page)
    return Row(
        sample, str(report["verdict"]), f"{report['score']:g} / {report['max_score']:g}", seconds, page
    )


def table(rows: Iterable[Row]) -> str:
    """Return the rows as an aligned table with a header."""
    cells = [["lab", "verdict", "score", "seconds", "page"]]
    for row in rows:
        verdict = row.verdict if row.expected else f"{row.verdict} (expected {row.sample.expected})"
        cells.append([row.sample.item, verdict, row.score, f"{row.seconds:.1f}", row.page])
    widths = [max(len(line[column]) for line in cells) for column in range(len(cells[0]))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in cells
    )
