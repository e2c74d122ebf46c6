"""Reads ``[[rubric]]`` of a lab: what staff tick by hand, beside what the graders check."""

from __future__ import annotations

from graders.content.table import SLUG, Table
from graders.lab import RubricItem


def read_rubric(top: Table) -> tuple[RubricItem, ...]:
    """Return the rubric's lines in their order; none is the rule."""
    rubric: list[RubricItem] = []
    for table in top.tables("rubric"):
        item = RubricItem(
            id=table.string("id", form=SLUG),
            title=table.string("title"),
            points=table.number("points", low=-1000, high=1000),
        )
        table.close()
        if item.points == 0:
            table.problem("points", "other than 0: above it for what is good, below it for what costs points")
        if any(item.id == other.id for other in rubric):
            table.problem("id", f"an id of its own; {item.id!r} is taken")
        rubric.append(item)
    return tuple(rubric)
