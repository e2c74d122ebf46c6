"""The report: what came of one attempt. The same JSON from command line, API and database."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from graders import wire
from graders.verdict import Certificate, Verdict, worst

VERSION = 1
CONVICTIONS = frozenset({Verdict.RACE, Verdict.DEADLOCK, Verdict.LIVELOCK})
"""Verdicts about the order of steps: no report has one without the witness that proves it."""


@dataclass(frozen=True, slots=True)
class Check:
    """One graded point of a report."""

    id: str
    title: str
    verdict: Verdict
    points: float
    max_points: float
    message: str = ""
    """Plain text for the student: what was found and what to look at next."""

    def __post_init__(self) -> None:
        if not 0 <= self.points <= self.max_points:
            raise ValueError(f"check {self.id!r}: {self.points} points of {self.max_points}")


@dataclass(frozen=True, slots=True)
class Step:
    """One operation of a witness, at the moment the controller let it happen."""

    process: int
    operation: str
    object: str
    value: int | float | str | None = None
    line: int | None = None


@dataclass(frozen=True, slots=True)
class Wait:
    """A process that waits: for what, who holds it (when known), and at which line of the student's."""

    process: int
    waits_for: str
    held_by: int | None = None
    line: int | None = None


@dataclass(frozen=True, slots=True)
class Witness:
    """The interleaving that proves a verdict.

    `kind` is the verdict it proves; `schedule` replays it and is empty when the witness was seen in
    a free run, which cannot be replayed; `lines` are the guilty lines of the student's main file.
    """

    kind: Verdict
    schedule: str
    explanation: str
    lines: tuple[int, ...] = ()
    steps: tuple[Step, ...] = ()
    waits: tuple[Wait, ...] = ()


@dataclass(frozen=True, slots=True)
class Runs:
    """How many runs were made of each kind."""

    free: int = 0
    explored: int = 0


@dataclass(frozen=True, slots=True)
class Usage:
    """What the attempt used: the greatest over its runs, and `wall` and `cpu` in seconds of all together."""

    wall: float = 0.0
    cpu: float = 0.0
    memory: int = 0
    """Peak of all the submission's processes together, bytes."""
    processes: int = 0
    """Most processes of the submission alive at once in one run."""


@dataclass(frozen=True, slots=True)
class SandboxInfo:
    """Where the attempt ran. `isolation` names what held; `warning` is shown beside the report."""

    kind: str
    runtime: str = ""
    image: str = ""
    isolation: tuple[str, ...] = ()
    warning: str = ""


@dataclass(frozen=True, slots=True)
class Report:
    """Outcome of one attempt.

    Build it with `Report.of`, which derives verdict and score from the checks, so that no report
    can say one thing in its checks and another on top.
    """

    lab: str
    verdict: Verdict
    score: float
    max_score: float
    checks: tuple[Check, ...]
    certificate: Certificate | None = None
    """What the explored runs prove; `None` where nothing was explored (quizzes, free runs alone)."""
    runs: Runs = Runs()
    seed: int = 0
    seconds: float = 0.0
    """Wall time in the harness."""
    witness: Witness | None = None
    covers: str = ""
    """What a pass is worth: what its certificate covers, and what the budget cut off."""
    output: str = ""
    """What the run that decided printed, cut to the limit."""
    usage: Usage = Usage()
    flags: tuple[str, ...] = ()
    """Remarks for staff: stable words such as ``output-cut`` or ``free-runs-disagree``."""
    sandbox: SandboxInfo | None = None
    graders: str = ""
    """Which graders decided: `graders.version.graders_digest`; empty in reports from before it was kept."""
    content: str = ""
    """Which version of the lab or quiz: the SHA-256 `graders.course.digest`, where it is known."""
    version: int = field(default=VERSION)

    def __post_init__(self) -> None:
        if self.verdict in CONVICTIONS and self.witness is None:
            raise ValueError(f"a report that says {self.verdict!s} needs a witness")

    @classmethod
    def of(cls, lab: str, checks: Sequence[Check], **rest: Any) -> Report:
        """Build a report whose verdict is its worst check's and whose score is their sum."""
        return cls(
            lab=lab,
            verdict=worst(check.verdict for check in checks),
            score=round(sum(check.points for check in checks), 6),
            max_score=round(sum(check.max_points for check in checks), 6),
            checks=tuple(checks),
            **rest,
        )

    @property
    def passed(self) -> bool:
        """Whether every check holds."""
        return self.verdict is Verdict.PASSED

    def within(self, sandbox: SandboxInfo) -> Report:
        """Return the report with the sandbox it was made in."""
        return replace(self, sandbox=sandbox)

    def stamped(self, *, graders: str = "", content: str = "") -> Report:
        """Return the report with what it was made by; what is not given stays as it is."""
        return replace(self, graders=graders or self.graders, content=content or self.content)

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON values, with the key order of the documented format."""
        data = wire.dump(self)
        if self.witness:
            # `for` is a word of Python, so the field has another name than the documented key.
            data["witness"]["waits"] = [
                {"for" if key == "waits_for" else key: value for key, value in wait.items()}
                for wait in data["witness"]["waits"]
            ]
        return {"version": data.pop("version"), **data}

    @classmethod
    def from_json(cls, data: Any) -> Report:
        """Read a report; raises `wire.WireError` on anything that is not one of this version."""
        if not isinstance(data, dict) or data.get("version") != VERSION:
            raise wire.WireError(f"$.version: expected {VERSION}")
        witness = data.get("witness")
        if isinstance(witness, dict) and isinstance(witness.get("waits"), list):
            waits = [
                {"waits_for" if key == "for" else key: value for key, value in wait.items()}
                if isinstance(wait, dict)
                else wait
                for wait in witness["waits"]
            ]
            data = {**data, "witness": {**witness, "waits": waits}}
        return wire.load(cls, data)
