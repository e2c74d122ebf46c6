"""``python``: a property of the lab's own, a function in its file ``property.py``.

The function has the check's id as its name, with ``_`` for ``-``. It gets what one run ended with, and
the check's parameters by name, and returns a sentence that says what is wrong, or nothing when the
property holds; to raise an exception, as `assert` does, says that it does not hold too. It runs in the
harness, beside our own properties: it is as trusted as they are, and students never see it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from graders.errors import ContentError
from graders.lab import CheckSpec, Lab
from graders.properties.agreement import agree
from graders.properties.base import Finding, not_reached
from graders.run import Run
from graders.verdict import Verdict

FILE = "property.py"


@dataclass(frozen=True, slots=True)
class Ended:
    """What one run ended with: all that a property of one's own is given."""

    output: str
    """Everything that was printed."""
    lines: tuple[str, ...]
    """The lines that were printed, without the space around them; empty ones are left out."""
    processes: int
    """Processes the program started."""
    threads: int
    start: int | None = None
    """Program style: what the shared integer began with, where that is known."""
    values: Mapping[str, int] | None = None
    """Function style: each shared value at the end."""
    expected: Mapping[str, int] | None = None
    """Function style: what the calls' effects make of each shared value."""

    @classmethod
    def of(cls, run: Run) -> Ended:
        """Return a run as a property sees it."""
        return cls(
            output=run.output,
            lines=tuple(line.strip() for line in run.output.splitlines() if line.strip()),
            processes=run.started,
            threads=run.threads,
            start=run.start,
            values=dict(run.values) if run.values is not None else None,
            expected=dict(run.expected) if run.expected is not None else None,
        )


def judge(lab: Lab, spec: CheckSpec, runs: Sequence[Run]) -> Finding:
    """Ask the lab's function about each run; runs that disagree are a race."""
    if finding := not_reached(runs):
        return finding
    ask = _functions(lab.own_property)[name_of(spec)]
    problems = [_problem(ask, run, spec.with_) for run in runs]
    found = agree(runs, problems, "It held", _RACE)
    hidden = next((run for run in runs if run.unexplained), None)
    if found.verdict is Verdict.PASSED and hidden:
        return Finding(Verdict.INCONCLUSIVE, f"{found.message} But {_UNEXPLAINED}", run=hidden)
    return found


def validate(spec: CheckSpec) -> None:
    """Accept any parameters of plain values; raises `ContentError` on dates and the like."""
    for key, value in spec.with_.items():
        if not key.isidentifier() or not _plain(value):
            expected = "a Python name, with text, numbers, true, false, lists or tables of these"
            raise ContentError("lab.toml", f"checks.{spec.id}.with.{key}", expected)


def name_of(spec: CheckSpec) -> str:
    """Return the name of the function that decides a check."""
    return spec.id.replace("-", "_")


def _plain(value: Any) -> bool:
    if isinstance(value, dict):
        return all(_plain(item) for item in value.values())
    if isinstance(value, list):
        return all(_plain(item) for item in value)
    if isinstance(value, float):
        return -1e300 < value < 1e300
    return isinstance(value, str | bool) or (isinstance(value, int) and abs(value) < 2**63)


@lru_cache(maxsize=4)
def _functions(source: str) -> dict[str, Any]:
    names: dict[str, Any] = {"__name__": "property"}
    exec(compile(source, FILE, "exec"), names)  # noqa: S102 - staff's own code, as trusted as ours
    return names


def _problem(ask: Callable[..., object], run: Run, given: Mapping[str, Any]) -> str:
    try:
        said = ask(Ended.of(run), **given)
    except AssertionError as problem:
        return str(problem) or f"what is asked in line {_line(problem)} of the lab's property does not hold."
    except Exception as problem:  # noqa: BLE001 - whatever the author's code raises, it does not hold
        raised = f"{type(problem).__name__}: {problem}"[:300]
        return f"the lab's own check could make nothing of this run ({raised})."
    return "" if said is None or said is True or said == "" else _sentence(said)


def _sentence(said: object) -> str:
    return said[:2000] if isinstance(said, str) else "it does not hold."


def _line(problem: BaseException) -> int | None:
    trace = problem.__traceback__
    while trace and trace.tb_next:
        trace = trace.tb_next
    return trace.tb_lineno if trace else None


_RACE = "It depends on the order in which the processes happen to run."
_UNEXPLAINED = (
    "the shared data changed in a way that the grader cannot follow, so it cannot tell whether another order"
    " of steps breaks it."
)
