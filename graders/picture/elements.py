"""SVG primitives. The tree is built with `ElementTree`, which escapes all text and every attribute."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from unicodedata import combining, east_asian_width
from xml.etree.ElementTree import Element, SubElement

from graders.picture.words import clean

_NARROW = frozenset("iljtfrI.,:;'|!()[] ")
_WIDE = frozenset("mwMW@%—→…")


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle by its centre, in pixels."""

    x: float
    y: float
    width: float
    height: float

    @property
    def left(self) -> float:
        """Its left edge."""
        return self.x - self.width / 2

    @property
    def right(self) -> float:
        """Its right edge."""
        return self.x + self.width / 2

    @property
    def top(self) -> float:
        """Its upper edge."""
        return self.y - self.height / 2

    @property
    def bottom(self) -> float:
        """Its lower edge."""
        return self.y + self.height / 2

    def meets(self, other: Box, gap: float = 0.0) -> bool:
        """Whether the two overlap or come nearer than `gap`."""
        return (
            abs(self.x - other.x) < (self.width + other.width) / 2 + gap
            and abs(self.y - other.y) < (self.height + other.height) / 2 + gap
        )

    def moved(self, x: float, y: float) -> Box:
        """Return the box moved by so much."""
        return Box(self.x + x, self.y + y, self.width, self.height)


def number(value: float) -> str:
    """Return a coordinate with at most one decimal."""
    text = f"{value:.1f}".removesuffix(".0")
    return "0" if text == "-0" else text


def add(parent: Element, tag: str, kind: str = "", **attributes: float | str) -> Element:
    """Append an element of the class or classes `kind`; an underscore in a name becomes a hyphen."""
    written = {
        name.rstrip("_").replace("_", "-"): value if isinstance(value, str) else number(value)
        for name, value in attributes.items()
    }
    return SubElement(parent, tag, {"class": kind, **written} if kind else written)


def group(parent: Element, kind: str = "", **attributes: float | str) -> Element:
    """Append a group."""
    return add(parent, "g", kind, **attributes)


def rectangle(parent: Element, box: Box, kind: str, round_: float = 0) -> Element:
    """Append a rectangle with corners of radius `round_`."""
    return add(parent, "rect", kind, x=box.left, y=box.top, width=box.width, height=box.height, rx=round_)


def line(parent: Element, points: Sequence[tuple[float, float]], kind: str) -> Element:
    """Append a straight or broken line."""
    steps = " L".join(f"{number(x)} {number(y)}" for x, y in points)
    return add(parent, "path", kind, d=f"M{steps}")


def head(parent: Element, tip: tuple[float, float], direction: tuple[float, float], kind: str) -> Element:
    """Append the head of an arrow that points in `direction`, a vector of any length but 0."""
    (x, y), (dx, dy) = tip, direction
    length = (dx * dx + dy * dy) ** 0.5 or 1.0
    dx, dy = dx / length, dy / length
    back, half = 9.0, 4.5
    corners = (
        (x, y),
        (x - back * dx - half * dy, y - back * dy + half * dx),
        (x - back * dx + half * dy, y - back * dy - half * dx),
    )
    return add(parent, "path", kind, d="M" + " L".join(f"{number(a)} {number(b)}" for a, b in corners) + "Z")


def label(
    parent: Element, x: float, y: float, text: str, kind: str, anchor: str = "start", room: float = 0
) -> Element:
    """Append one line of text with its baseline at `y`; with `room` it is cut to about so many pixels."""
    attributes = {} if anchor == "start" else {"text_anchor": anchor}
    made = add(parent, "text", kind, x=x, y=y, **attributes)
    size = SIZES.get(kind.split()[0], 14.0) * (BOLDER if kind.startswith(_BOLD) else 1.0)
    made.text = fit(clean(text), room, size, "il-code" in kind) if room else clean(text)
    return made


SIZES = {
    "il-title": 21.0,
    "il-act": 14.5,
    "il-head": 14.0,
    "il-value": 15.0,
    "il-small": 12.0,
    "il-tiny": 11.5,
    "il-body": 14.0,
}
"""Size in pixels of each class of text, as the style says it."""
BOLDER = 1.08
"""How much wider bold text is."""
_BOLD = ("il-title", "il-act", "il-head")


def width(text: str, size: float, code: bool = False) -> float:
    """Return about how wide a text is: as in DejaVu, the widest of the fonts that a system may have."""
    total = 0.0
    for char in text:
        if combining(char):
            continue
        if east_asian_width(char) in "WF":
            total += 1.05
        elif code:
            total += 0.61
        else:
            total += 0.36 if char in _NARROW else 0.97 if char in _WIDE else 0.72 if char.isupper() else 0.62
    return total * size


def fit(text: str, room: float, size: float, code: bool = False) -> str:
    """Return `text`, cut with an ellipsis where it is wider than `room`."""
    if width(text, size, code) <= room:
        return text
    while text and width(text + "…", size, code) > room:
        text = text[:-1]
    return text.rstrip() + "…"


def wrap(text: str, room: float, size: float) -> list[str]:
    """Return `text` in lines not wider than `room`; a word that is wider is cut."""
    lines: list[str] = []
    for word in clean(text).split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and width(longer, size) <= room:
            lines[-1] = longer
        else:
            lines.append(fit(word, room, size))
    return lines
