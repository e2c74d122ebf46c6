"""What a property is, and the words all of them share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from graders.errors import ContentError
from graders.lab import CheckSpec, Lab
from graders.properties.words import explain
from graders.run import Ending, Run
from graders.verdict import Verdict


@dataclass(frozen=True, slots=True)
class Finding:
    """What a property found in the runs."""

    verdict: Verdict
    message: str
    share: float = 0.0
    """Part of the check's points that is given, 0 to 1."""
    run: Run | None = None
    """The run that decided, whose output is shown."""

    @classmethod
    def passed(cls, message: str, run: Run | None = None) -> Finding:
        """Return a finding that gives every point."""
        return cls(Verdict.PASSED, message, 1.0, run)


class Property(Protocol):
    """A module of this package: one thing a lab can demand."""

    def judge(self, lab: Lab, spec: CheckSpec, runs: Sequence[Run]) -> Finding:
        """Decide over the runs; a pure function."""

    def validate(self, spec: CheckSpec) -> None:
        """Raise `ContentError` when the check's parameters are not the property's."""


def parameters(spec: CheckSpec, known: Mapping[str, type], required: Sequence[str] = ()) -> dict[str, Any]:
    """Return the parameters of a check; raises `ContentError` on unknown, missing or odd ones."""
    place = f"checks.{spec.id}.with"
    for key, value in spec.with_.items():
        if key not in known:
            allowed = (
                "one of " + ", ".join(sorted(known)) if known else f"no parameters for {spec.property!r}"
            )
            raise ContentError("lab.toml", f"{place}.{key}", allowed)
        if type(value) is not known[key]:
            raise ContentError("lab.toml", f"{place}.{key}", f"{known[key].__name__}, not {value!r}")
    for key in required:
        if key not in spec.with_:
            raise ContentError("lab.toml", f"{place}.{key}", f"{known[key].__name__}, and it is missing")
    return dict(spec.with_)


_NOT_FINISHED = {
    Ending.CRASH: Verdict.CRASH,
    Ending.DEADLOCK: Verdict.DEADLOCK,
    Ending.LIVELOCK: Verdict.LIVELOCK,
    Ending.TIMEOUT: Verdict.TIMEOUT,
    Ending.MEMORY_LIMIT: Verdict.MEMORY_LIMIT,
    Ending.PROCESS_LIMIT: Verdict.PROCESS_LIMIT,
    Ending.OUTPUT_LIMIT: Verdict.OUTPUT_LIMIT,
    Ending.TAMPERED: Verdict.CHEAT,
}


def broken(runs: Sequence[Run]) -> tuple[int, Run, Verdict] | None:
    """Return the run that broke off and tells most, with its number from 1 and its verdict."""
    found = [
        (number, run, _NOT_FINISHED[run.ending])
        for number, run in enumerate(runs, 1)
        if run.ending is not Ending.FINISHED
    ]
    return min(found, key=lambda item: item[2].rank, default=None)


def not_reached(runs: Sequence[Run]) -> Finding | None:
    """Return the finding of a property that cannot be decided, because a run broke off; else `None`."""
    if not runs:
        return Finding(Verdict.INCONCLUSIVE, "Not reached: no run was made.")
    found = broken(runs)
    if found is None:
        return None
    number, run, verdict = found
    return Finding(verdict, f"Not reached: {of(number, runs)} {_briefly(run)}", run=run)


def _briefly(run: Run) -> str:
    if run.ending is not Ending.DEADLOCK:
        return how(run).partition("\n")[0]
    lines = sorted({wait.line for wait in run.waits if wait.line is not None})
    where = f" (see line{'s' if len(lines) > 1 else ''} {' and '.join(map(str, lines))})" if lines else ""
    return f"ended in a deadlock{where}."


def how(run: Run) -> str:
    """Return how a run broke off: the end of a sentence that begins with the run."""
    match run.ending:
        case Ending.CRASH:
            crash = run.crash
            line = f" at line {crash.line}" if crash and crash.line is not None else ""
            return f"crashed{line}: {crash.message if crash else 'the reason is not known'}"
        case Ending.DEADLOCK:
            before = f" Before that a process crashed: {run.crash.message}" if run.crash else ""
            return f"can never end. {explain(run.waits)}{before}"
        case Ending.LIVELOCK:
            return (
                "never ends: its processes get their turns again and again, and none comes any further, "
                "because what they wait for in a loop can never happen."
            )
        case Ending.FINISHED:
            return "ended by itself."
        case Ending.TAMPERED:
            return "interfered with the grader: it spoke for itself to the one who watches it."
        case _:
            return f"was stopped: {run.limit}."


def of(number: int, runs: Sequence[Run]) -> str:
    """Return ``run 2 of 3``."""
    return f"run {number} of {len(runs)}"


def all_runs(runs: Sequence[Run]) -> str:
    """Return ``in every one of 3 runs``."""
    return "in the one run made" if len(runs) == 1 else f"in every one of {len(runs)} runs"


def without_workers(lab: Lab, runs: Sequence[Run]) -> Run | None:
    """Return a run without any process of its own in a lab that wants some, or `None`."""
    if not any(check.property == "workers" for check in lab.checks):
        return None
    return next((run for run in runs if run.started == run.threads == 0), None)


def last_line(output: str) -> str:
    """Return the last line printed that is not empty."""
    return next((line.strip() for line in reversed(output.splitlines()) if line.strip()), "")


def last_number(output: str) -> int | None:
    """Return the last word of the last line printed, as a number, if it is one."""
    words = last_line(output).split()
    word = words[-1] if words else ""
    digits = word[1:] if word[:1] in ("+", "-") else word
    return int(word) if digits.isascii() and digits.isdecimal() and len(digits) <= 20 else None


def number_problem(run: Run, wanted: str) -> str:
    """Return what to print instead of what was printed."""
    ask = f"print {wanted} as the last word of the last line"
    line = last_line(run.output)
    if not line:
        return f"Nothing was printed: {ask}."
    return f"The last line printed is {line[:120]!r}, and its last word is no number: {ask}."


_ALL_LINES = {"order", "mutual-exclusion", "python"}


def looks_at_all_lines(lab: Lab) -> bool:
    """Whether a check of the lab asks for more of the output than its last line."""
    return any(check.property in _ALL_LINES or "lines" in check.with_ for check in lab.checks)
