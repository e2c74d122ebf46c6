"""Draws the steps of a witness: time runs downwards, each process has a column, memory stands at the right.

The form is Lincheck's (a column for each thread), with what a student has to see drawn into it: which
value was out of date, whose write is lost, and who held a lock meanwhile.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from xml.etree.ElementTree import Element

from graders.picture import marks
from graders.picture.collisions import Collision
from graders.picture.elements import Box, add, fit, group, head, label, line, rectangle
from graders.picture.layout import BOX, HEAD, HOLD, NUMBERS, Bar, Timeline, lay_out, second_line
from graders.picture.style import COLOURS
from graders.picture.words import head as column_title
from graders.picture.words import short_name, value_text
from graders.report import Step


def colours(processes: Sequence[int]) -> dict[int, str]:
    """Return the class of each process's colour: the main program's own, and six for the others in turn."""
    workers = [process for process in processes if process]
    return {0: "il-c0", **{p: f"il-c{index % COLOURS + 1}" for index, p in enumerate(workers)}}


def draw(
    parent: Element, steps: Sequence[Step], collided: Sequence[Collision], key: str
) -> tuple[float, float]:
    """Draw the steps into `parent` from (0, 0); return width and height. `key` begins every id."""
    plan = lay_out(steps, collided)
    colour = colours(list(plan.columns))
    _hatches(parent, plan, key)
    for position, y in enumerate(plan.rows):
        band = rectangle(parent, Box(plan.width / 2, y, plan.width, BOX + 12), "il-band", 8)
        band.set("data-step", str(position + 1))
    _memory(parent, plan)
    for process, column in plan.columns.items():
        own = group(parent, colour[process])
        _lifeline(own, plan, process)
        for bar in plan.bars:
            if bar.hold.process == process:
                _bar(own, plan, bar, key)
        title = Box(column.x, HEAD / 2, column.width, HEAD - 4)
        rectangle(own, title, "il-head-box", 8)
        label(
            own, column.x, HEAD / 2 + 5, column_title(process), "il-head il-on", "middle", column.width - 10
        )
    lost = {other: c.write for c in reversed(collided) if c.write is not None for other in c.others}
    for collision in collided:
        marks.out_of_date(parent, plan, collision)
    for position, step in enumerate(plan.steps):
        _step(parent, plan, position, colour[step.process], lost.get(position))
    for collision in collided:
        marks.marks(parent, plan, collision)
    if plan.hidden:
        note = f"and {plan.hidden} more shared {'object' if plan.hidden == 1 else 'objects'}"
        label(parent, plan.width - 8, plan.height + 8, note, "il-small il-soft", "end")
    return plan.width, plan.height + (16 if plan.hidden else 0)


def _hatches(parent: Element, plan: Timeline, key: str) -> None:
    if not plan.bars:
        return
    pattern = add(
        add(parent, "defs"), "pattern", id=f"{key}-hatch", width=6, height=6,
        patternUnits="userSpaceOnUse", patternTransform="rotate(45)",
    )  # fmt: skip
    rectangle(pattern, Box(3, 3, 6, 6), "il-ground")
    rectangle(pattern, Box(1, 3, 2, 6), "il-sunken")


def _memory(parent: Element, plan: Timeline) -> None:
    for name, strip in plan.memory.items():
        rectangle(parent, strip, "il-sunken", 8)
        label(parent, strip.x, HEAD / 2 + 5, short_name(name), "il-head il-code", "middle", strip.width - 12)


def _lifeline(parent: Element, plan: Timeline, process: int) -> None:
    """Draw when the process is there: from its start, if that is shown, until its end or the last row."""
    x = plan.columns[process].x
    own = [position for position, step in enumerate(plan.steps) if step.process == process]
    begin = next((plan.rows[at] for at, step in enumerate(plan.steps) if _starts(step) == process), HEAD)
    last = plan.steps[own[-1]].operation
    end = plan.rows[own[-1]] + BOX / 2
    if begin > HEAD:
        line(parent, [(x, HEAD), (x, begin)], "il-life il-dots")
    if last == "end":
        line(parent, [(x, begin), (x, end + 6)], "il-life")
        line(parent, [(x - 12, end + 6), (x + 12, end + 6)], "il-life")
        return
    bottom = plan.height - 8
    line(parent, [(x, begin), (x, end if last == "wait" else bottom)], "il-life")
    if last == "wait":
        line(parent, [(x, end), (x, bottom)], "il-life il-dash")


def _bar(parent: Element, plan: Timeline, bar: Bar, key: str) -> None:
    """Draw a lock that is held: along the column, from the acquire to the release."""
    column = plan.columns[bar.hold.process]
    top = plan.rows[bar.hold.begin] - BOX / 2
    open_end = bar.hold.end is None
    bottom = plan.height - 8 if bar.hold.end is None else plan.rows[bar.hold.end] + BOX / 2
    own = group(parent, data_from_step=str(bar.hold.begin + 1))
    x = column.left - HOLD * (bar.place + 0.5) - 1
    shape = Box(x, (top + bottom) / 2, HOLD - 5, bottom - top)
    made = rectangle(own, shape, "il-hold" + (" il-dash" if open_end else ""), 5)
    made.set("fill", f"url(#{key}-hatch)")
    room = shape.height - 12
    if room > 60:
        text = fit(f"{short_name(bar.hold.lock)} held", room, 11.5)
        written = label(own, 0, 0, text, "il-tiny il-own", "middle")
        written.set("transform", f"translate({x + 4:.1f} {shape.y:.1f}) rotate(-90)")
        del written.attrib["x"], written.attrib["y"]


def _step(parent: Element, plan: Timeline, position: int, colour: str, lost_by: int | None) -> None:
    """Draw a step; `lost_by` is the step that writes over what it wrote."""
    step, what, box = plan.steps[position], plan.phrases[position], plan.box(position)
    lost = lost_by is not None
    own = group(parent, f"il-step {colour}", data_step=str(position + 1))
    if lost_by is not None:
        own.set("data-lost-at", str(lost_by + 1))
    label(own, NUMBERS - 12, box.y + 4, str(position + 1), "il-small il-soft", "end")
    if position in plan.skipped:
        _skipped(own, plan, position)
    waits = step.operation == "wait"
    rectangle(own, box, "il-box il-dash" if waits else "il-box", 8)
    if lost:
        rectangle(own, Box(box.x, box.y, box.width - 4, box.height - 4), "il-lost", 6)
    small = second_line(step, what)
    room = box.width - 12
    label(own, box.x, box.y + (-2 if small else 5), what.act, "il-act", "middle", room)
    if small:
        label(own, box.x, box.y + 14, small, "il-small il-soft", "middle", room)
    if step.object in plan.memory and step.operation in ("read", "write"):
        _access(own, plan, position, lost)
    if (started := _starts(step)) in plan.columns and started != step.process:
        _start_arrow(own, box, plan.columns[started].x)


def _access(parent: Element, plan: Timeline, position: int, lost: bool) -> None:
    """Draw the value going from memory to the process or back, and what memory holds then."""
    step, box = plan.steps[position], plan.box(position)
    strip = plan.memory[step.object]
    if step.operation == "read":
        tip = box.right + 1.5, box.y
        line(parent, [(strip.left, box.y), (tip[0] + 7, box.y)], "il-arrow")
        head(parent, tip, (-1, 0), "il-tip")
    else:
        tip = strip.left - 0.5, box.y
        line(parent, [(box.right, box.y), (tip[0] - 7, box.y)], "il-arrow")
        head(parent, tip, (1, 0), "il-tip")
    now = fit(value_text(step.value), strip.width / 2 - 16, 15)
    baseline = box.y + 5
    if step.operation == "read":
        label(parent, strip.x, baseline, now, "il-value il-soft", "middle")
        return
    before = _value_before(plan, position)
    if before:
        label(
            parent, strip.x - 16, baseline, fit(before, strip.width / 2 - 16, 15), "il-value il-soft", "end"
        )
    label(parent, strip.x, baseline, "→", "il-value il-soft", "middle")
    kind = "il-value il-strong" + (" il-struck il-bad" if lost else "")
    label(parent, strip.x + 16, baseline, now, kind)


def _value_before(plan: Timeline, position: int) -> str:
    name = plan.steps[position].object
    earlier = [s for s in plan.steps[:position] if s.object == name and s.operation in ("read", "write")]
    return value_text(earlier[-1].value) if earlier else ""


def _skipped(parent: Element, plan: Timeline, position: int) -> None:
    step, y = plan.steps[position], plan.rows[position] - 36
    label(parent, plan.columns[step.process].x + 8, y, "… more …", "il-small il-soft il-halo")
    if step.object in plan.memory:
        label(parent, plan.memory[step.object].x, y, "⋮", "il-value il-soft", "middle")


def _start_arrow(parent: Element, box: Box, x: float) -> None:
    direction = 1 if x > box.x else -1
    edge = box.right if direction > 0 else box.left
    line(parent, [(edge, box.y), (x - 8 * direction, box.y)], "il-arrow")
    head(parent, (x - direction, box.y), (direction, 0), "il-tip")


_PROCESS = re.compile(r"process (\d{1,4})")


def _starts(step: Step) -> int | None:
    """Return the process that this step starts."""
    found = _PROCESS.fullmatch(step.object) if step.operation == "start" else None
    return int(found[1]) if found else None
