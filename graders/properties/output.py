"""``output``: what must be printed, in every run. Exactly one parameter:

``lines = ["1", "2"]``   these lines and no others, in this order
``last = "2"``           the last line that is not empty
``last_word_adds = 2``   the last word of the last line is the start value plus this
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from graders.errors import ContentError
from graders.lab import CheckSpec, Lab
from graders.properties.agreement import agree, printed
from graders.properties.base import Finding, last_line, last_number, not_reached, number_problem, parameters
from graders.properties.final_value import UNKNOWN_START
from graders.run import Run
from graders.verdict import Verdict

_KNOWN = {"lines": list, "last": str, "last_word_adds": int}


def judge(_: Lab, spec: CheckSpec, runs: Sequence[Run]) -> Finding:
    """Compare what each run printed; runs that disagree are a race."""
    if finding := not_reached(runs):
        return finding
    ((kind, wanted),) = spec.with_.items()
    if kind == "last_word_adds" and runs[0].start is None:
        return Finding(Verdict.REQUIREMENT, UNKNOWN_START, run=runs[0])
    problem = _PROBLEMS[kind]
    problems = [problem(run, wanted) for run in runs]
    return agree(runs, problems, "The output was as asked", _RACE)


def validate(spec: CheckSpec) -> None:
    """Raise `ContentError` unless there is exactly one parameter, of its type."""
    parameters(spec, _KNOWN)
    place = f"checks.{spec.id}.with"
    if len(spec.with_) != 1:
        raise ContentError("lab.toml", place, "exactly one of lines, last and last_word_adds")
    if any(type(line) is not str for line in spec.with_.get("lines", [])):
        raise ContentError("lab.toml", f"{place}.lines", "a list of strings")


_RACE = (
    "The runs do not agree: what is printed depends on which process comes first. Let the main program"
    " join every process before it reads what they share."
)


def _lines(run: Run, wanted: list[str]) -> str:
    lines = printed(run)
    if lines == wanted:
        return ""
    for number, line in enumerate(wanted):
        if number >= len(lines):
            return f"line {number + 1} is missing; it must be {line!r}."
        if lines[number] != line:
            return f"line {number + 1} is {lines[number][:120]!r} and must be {line!r}."
    return f"line {len(wanted) + 1} is one too many: {lines[len(wanted)][:120]!r}."


def _last(run: Run, wanted: str) -> str:
    line = last_line(run.output)
    return "" if line == wanted.strip() else f"the last line is {line[:120]!r} and must be {wanted!r}."


def _last_word(run: Run, adds: int) -> str:
    got = last_number(run.output)
    wanted = (run.start or 0) + adds
    if got is None:
        return number_problem(run, "the value at the end")
    return "" if got == wanted else f"the last word printed must be {wanted}; it was {got}."


_PROBLEMS: dict[str, Callable[[Run, Any], str]] = {
    "lines": _lines,
    "last": _last,
    "last_word_adds": _last_word,
}
