"""Labs and programs that the sandbox tests hand in."""

from __future__ import annotations

from graders.job import Job
from graders.lab import CheckSpec, Lab, Style
from graders.limits import Limits


def counter_lab(**limits: float) -> Lab:
    """A small program-style lab: the last word printed must be start + 100."""
    return Lab(
        course="shared-data",
        slug="counter",
        title="Counter",
        style=Style.PROGRAM,
        file="counter.py",
        text="",
        starter="",
        checks=(CheckSpec("value", "Ends at exactly 100", 10, "final-value"),),
        limits=Limits(**limits),  # type: ignore[arg-type]
    )


def job_of(source: str, seed: int = 7, **limits: float) -> Job:
    """A job that hands `source` in for the counter lab."""
    return Job(lab=counter_lab(**limits), files={"counter.py": source}, main="counter.py", seed=seed)
