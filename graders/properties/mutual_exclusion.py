"""``mutual-exclusion`` with ``{enter = "in", leave = "out", times = 6}``: one at a time is inside.

A line that begins with the word `enter` says that somebody goes into the critical section, one that
begins with `leave` that somebody comes out of it. At most `most` (1 when left out) may be inside at any
moment, and there must be exactly `times` such visits.
"""

from __future__ import annotations

from collections.abc import Sequence

from graders.errors import ContentError
from graders.lab import CheckSpec, Lab
from graders.properties.agreement import agree, printed
from graders.properties.base import Finding, not_reached, parameters
from graders.run import Run

_KNOWN = {"enter": str, "leave": str, "times": int, "most": int}


def judge(_: Lab, spec: CheckSpec, runs: Sequence[Run]) -> Finding:
    """Follow who is inside in each run; runs that disagree are a race."""
    if finding := not_reached(runs):
        return finding
    most = spec.with_.get("most", 1)
    crowd = "one" if most == 1 else str(most)
    problems = [_problem(run, spec, most) for run in runs]
    return agree(runs, problems, f"Never more than {crowd} was inside", _RACE)


def validate(spec: CheckSpec) -> None:
    """Raise `ContentError` unless the words are two that differ, and the numbers positive."""
    parameters(spec, _KNOWN, required=["enter", "leave", "times"])
    place, given = f"checks.{spec.id}.with", spec.with_
    for key in ("enter", "leave"):
        if len(given[key].split()) != 1 or given[key] != given[key].strip():
            raise ContentError("lab.toml", f"{place}.{key}", "one word")
    if given["enter"] == given["leave"]:
        raise ContentError("lab.toml", f"{place}.leave", "another word than enter")
    for key in ("times", "most"):
        if given.get(key, 1) < 1:
            raise ContentError("lab.toml", f"{place}.{key}", "a whole number of at least 1")


_RACE = (
    "Whether they meet depends on the order in which the processes happen to run. Hold one and the same lock"
    " from before the first line inside until after the last."
)


def _problem(run: Run, spec: CheckSpec, most: int) -> str:
    enter, leave = spec.with_["enter"], spec.with_["leave"]
    inside: list[str] = []
    visits = 0
    for number, line in enumerate(printed(run), 1):
        word = line.split(maxsplit=1)[0] if line.split() else ""
        if word == enter:
            visits += 1
            inside.append(line)
            if len(inside) > most:
                return f"line {number}, {line[:80]!r}: {_others(inside[:-1], leave)}"
        elif word == leave:
            if not inside:
                return f"line {number}, {line[:80]!r}: nobody was inside."
            inside.pop(0)
    if inside:
        return f"after {inside[0][:80]!r} nobody has left: no line begins with {leave!r}."
    wanted = spec.with_["times"]
    return "" if visits == wanted else f"{visits} lines begin with {enter!r}, and there must be {wanted}."


def _others(inside: list[str], leave: str) -> str:
    names = " and ".join(repr(line[:80]) for line in inside[:4])
    return f"{names} {'is' if len(inside) == 1 else 'are'} still inside, as no {leave!r} came in between."
