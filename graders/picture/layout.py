"""Where everything of a timeline stands: a column per process, a row per step, memory on the right."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from graders.picture.collisions import Collision
from graders.picture.elements import BOLDER, SIZES, Box, width
from graders.picture.moments import Hold, Value, holds
from graders.picture.words import Phrase, head, phrase, short_name
from graders.report import Step

NUMBERS = 34.0
"""Room at the left for the numbers of the steps."""
HEAD = 34.0
ROW = 56.0
BOX = 42.0
SKIPPED = 26.0
"""Further room above a row before which steps were left out."""
BETWEEN = 28.0
"""Between the boxes of two columns, where an arrow's head needs to be seen."""
HOLD = 23.0
"""Width of the bar of one lock that is held."""
MOST_OBJECTS = 3
_NARROWEST, _WIDEST = 112.0, 190.0


@dataclass(frozen=True, slots=True)
class Column:
    """A process's column: the centre and width of its boxes, and how many bars stand left of them."""

    process: int
    x: float
    width: float
    bars: int

    @property
    def left(self) -> float:
        """Where the boxes begin."""
        return self.x - self.width / 2

    @property
    def right(self) -> float:
        """Where the boxes end."""
        return self.x + self.width / 2


@dataclass(frozen=True, slots=True)
class Bar:
    """A lock that is held; `place` counts from the boxes outwards, 0 first."""

    hold: Hold
    place: int


@dataclass(frozen=True, slots=True)
class Timeline:
    """A laid out timeline, its upper left corner at (0, 0)."""

    steps: tuple[Step, ...]
    phrases: tuple[Phrase, ...]
    columns: dict[int, Column]
    memory: dict[str, Box]
    """The strip of each shared object."""
    hidden: int
    """Shared objects for which there was no room."""
    rows: tuple[float, ...]
    """Middle of each step's row."""
    skipped: frozenset[int]
    """Rows before which steps were left out: the value read is not the one written last."""
    bars: tuple[Bar, ...]
    width: float
    height: float

    def box(self, position: int) -> Box:
        """Return where a step's box stands."""
        column = self.columns[self.steps[position].process]
        return Box(column.x, self.rows[position], column.width, BOX)


def lay_out(steps: Sequence[Step], collided: Sequence[Collision]) -> Timeline:
    """Return the layout of at least one step."""
    phrases = tuple(phrase(step) for step in steps)
    bars = _bars(steps)
    columns = _columns(steps, phrases, bars)
    skipped = _skipped(steps)
    rows: list[float] = []
    y = HEAD + 16
    for position in range(len(steps)):
        y += SKIPPED if position in skipped else 0
        rows.append(y + ROW / 2)
        y += ROW
    objects = _objects(steps, collided)
    shown = objects[:MOST_OBJECTS]
    right = max(column.right for column in columns.values())
    memory: dict[str, Box] = {}
    for name in shown:
        wide = _memory_width(steps, name)
        memory[name] = Box(right + BETWEEN + 12 + wide / 2, y / 2, wide, y)
        right = memory[name].right - 12
    total = max(box.right for box in memory.values()) if memory else right
    aside = 40.0 if any(collision.write is not None for collision in collided) else 8.0
    return Timeline(
        tuple(steps), phrases, columns, memory, len(objects) - len(shown),
        tuple(rows), skipped, bars, total + aside, y + 8,
    )  # fmt: skip


def second_line(step: Step, what: Phrase) -> str:
    """Return the small text of a step's box: the object and the line."""
    rest = what.rest.replace("from the ", "from ").replace("to the ", "to ")
    if step.operation == "wait":
        rest = rest.removesuffix(" to end")
    parts = [rest.removeprefix("the "), f"line {step.line}" if step.line else ""]
    return " · ".join(part for part in parts if part)


def _columns(steps: Sequence[Step], phrases: Sequence[Phrase], bars: Sequence[Bar]) -> dict[int, Column]:
    wide = dict.fromkeys(sorted({step.process for step in steps}), _NARROWEST)
    for step, what in zip(steps, phrases, strict=True):
        needed = max(
            width(what.act, SIZES["il-act"] * BOLDER),
            width(second_line(step, what), SIZES["il-small"]),
            width(head(step.process), SIZES["il-head"] * BOLDER),
        )
        wide[step.process] = min(_WIDEST, max(wide[step.process], needed + 16))
    columns: dict[int, Column] = {}
    x = NUMBERS
    for process, room in wide.items():
        deep = max((bar.place + 1 for bar in bars if bar.hold.process == process), default=0)
        x += deep * HOLD
        columns[process] = Column(process, x + room / 2, room, deep)
        x += room + BETWEEN
    return columns


def _bars(steps: Sequence[Step]) -> tuple[Bar, ...]:
    """Give each hold a place that no other hold of its process has at the same time."""
    bars: list[Bar] = []
    for hold in holds(steps):
        end = len(steps) if hold.end is None else hold.end
        taken = {
            bar.place
            for bar in bars
            if bar.hold.process == hold.process
            and bar.hold.begin <= end
            and (bar.hold.end is None or bar.hold.end >= hold.begin)
        }
        bars.append(Bar(hold, next(place for place in range(len(steps) + 1) if place not in taken)))
    return tuple(bars)


def _objects(steps: Sequence[Step], collided: Sequence[Collision]) -> list[str]:
    """Return the shared objects, those that collide first, then those most used."""
    colliding = {steps[collision.read].object for collision in collided}
    used = Counter(step.object for step in steps if step.operation in ("read", "write"))
    order = list(used)
    return sorted(used, key=lambda name: (name not in colliding, -used[name], order.index(name)))


def _memory_width(steps: Sequence[Step], name: str) -> float:
    longest = max(
        (width(f"{step.value}"[:12], SIZES["il-value"]) for step in steps if step.object == name), default=0.0
    )
    return max(78.0, width(short_name(name)[:16], SIZES["il-head"], code=True) + 28, 2 * longest + 56)


def _skipped(steps: Sequence[Step]) -> frozenset[int]:
    known: dict[str, Value] = {}
    found = set()
    for position, step in enumerate(steps):
        if step.operation == "read" and step.object in known and known[step.object] != step.value:
            found.add(position)
        if step.operation in ("read", "write"):
            known[step.object] = step.value
    return frozenset(found)
