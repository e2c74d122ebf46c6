"""What a student has to see in the timeline of a race: which value was out of date, whose write is lost."""

from __future__ import annotations

from collections.abc import Sequence
from xml.etree.ElementTree import Element

from graders.picture.collisions import Collision
from graders.picture.elements import Box, group, head, label, line, rectangle
from graders.picture.layout import Timeline
from graders.picture.words import value_text


def out_of_date(parent: Element, plan: Timeline, collision: Collision) -> None:
    """Join a read to the write that uses its value, or to the last write that it should have waited for."""
    box = plan.box(collision.read)
    end = plan.rows[collision.others[-1] if collision.write is None else collision.write]
    own = group(parent, data_from_step=str(collision.others[0] + 1))
    line(own, [(box.x, box.bottom), (box.x, end)], "il-stale")


def marks(parent: Element, plan: Timeline, collision: Collision) -> None:
    """Say what is wrong: a value that is out of date, a read that came too early, writes that are lost."""
    box = plan.box(collision.read)
    step = plan.steps[collision.read]
    if collision.write is None:
        early = group(parent, data_from_step=str(collision.others[0] + 1))
        if step.process:
            _badge(early, box, "out of date", 78)
        else:
            _badge(early, box, "too early", 66)
        return
    # Just below the box, where no arrow of another process runs.
    y = box.bottom + 17
    still = group(parent, data_from_step=str(collision.others[0] + 1))
    label(still, box.x + 9, y, f"still {value_text(step.value)}", "il-small il-bad il-strong il-halo")
    over = group(parent, data_from_step=str(collision.write + 1))
    for other in collision.others:
        _badge(over, plan.box(other), "lost", 38)
    if step.object in plan.memory:
        _written_over(over, plan, collision.write, collision.others)


def _badge(parent: Element, box: Box, text: str, wide: float) -> None:
    shape = Box(box.right + 8 - wide / 2, box.top - 3, wide, 17)
    rectangle(parent, shape, "il-badge", 8.5)
    label(parent, shape.x, shape.y + 4, text, "il-small il-strong il-on", "middle")


def _written_over(parent: Element, plan: Timeline, write: int, others: Sequence[int]) -> None:
    """Draw a bracket beside memory: from the write that wins up to each one that it makes undone."""
    strip = plan.memory[plan.steps[write].object]
    bottom = plan.rows[write]
    x = strip.right + 14
    line(parent, [(strip.right + 1, bottom), (x, bottom), (x, plan.rows[others[0]])], "il-over")
    for other in others:
        y = plan.rows[other]
        line(parent, [(x, y), (strip.right + 9, y)], "il-over")
        head(parent, (strip.right + 1, y), (-1, 0), "il-over-tip")
    text = label(parent, 0, 0, "written over", "il-small il-bad il-strong", "middle")
    del text.attrib["x"], text.attrib["y"]
    middle = (bottom + plan.rows[others[0]]) / 2
    text.set("transform", f"translate({x + 15:.1f} {middle:.1f}) rotate(-90)")
