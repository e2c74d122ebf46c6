"""What a student may take home of a lab, to grade a program there as it is graded here."""

from __future__ import annotations

from graders.lab import CheckSpec, Lab

PUBLIC = frozenset({"finishes", "final-value", "conservation", "lost-update", "workers"})
"""Properties whose parameters give nothing away. What others expect may be the answer itself."""


def for_home(lab: Lab) -> Lab | None:
    """Return the lab with nothing in it but what may be known; `None` when a check must stay here.

    It is put together anew from single fields, so that whatever is added to a lab later stays here too,
    until somebody decides that it may go.
    """
    if not all(check.property in PUBLIC for check in lab.checks):
        return None
    return Lab(
        course=lab.course,
        slug=lab.slug,
        title=lab.title,
        style=lab.style,
        file=lab.file,
        text=lab.text,
        starter=lab.starter,
        checks=tuple(CheckSpec(c.id, c.title, c.points, c.property, dict(c.with_)) for c in lab.checks),
        limits=lab.limits,
        free_runs=lab.free_runs,
        explore=lab.explore,
        function=lab.function,
    )
