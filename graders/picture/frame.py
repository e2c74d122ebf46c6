"""The document around the drawings: title, description, ground, and the words above and below."""

from __future__ import annotations

from xml.etree.ElementTree import Element, tostring

from graders.picture.elements import add, group, label, number, wrap
from graders.picture.style import sheet


class Frame:
    """A picture in the making, filled from the top downwards."""

    def __init__(self, key: str, title: str, description: str, *, standalone: bool) -> None:
        self._root = Element("svg", {"xmlns": "http://www.w3.org/2000/svg", "class": "il-picture"})
        self._root.set("role", "img")
        self._root.set("aria-labelledby", f"{key}-title")
        self._root.set("aria-describedby", f"{key}-desc")
        add(self._root, "title", id=f"{key}-title").text = title
        add(self._root, "desc", id=f"{key}-desc").text = description
        self._ground: Element | None = None
        self._standalone = standalone
        if standalone:
            add(self._root, "style").text = sheet()
            self._ground = add(self._root, "rect", "il-ground")
        self._margin = 22.0 if standalone else 3.0
        self._y = self._margin
        self._width = 0.0

    def heading(self, text: str, beside: str, room: float) -> None:
        """Write the title, and a small line below it."""
        place = Element("g")
        label(place, 0, 19, text, "il-title", room=room)
        label(place, 0, 42, beside, "il-small il-soft", room=room)
        self.append(place, (room, 50), 10)

    def words(self, text: str, room: float) -> None:
        """Write a paragraph."""
        place = Element("g")
        lines = wrap(text, room, 14)
        for row, piece in enumerate(lines):
            label(place, 0, 21.0 * row + 14, piece, "il-body")
        self.append(place, (room, 21.0 * len(lines)), 18)

    def append(self, drawing: Element, size: tuple[float, float], gap: float = 0.0) -> None:
        """Put a drawing of this size below what is there, and leave a gap below it."""
        group(self._root, transform=f"translate({number(self._margin)} {number(self._y)})").append(drawing)
        self._width = max(self._width, size[0])
        self._y += size[1] + gap

    def finish(self) -> str:
        """Return the document."""
        width, height = self._width + 2 * self._margin, self._y + self._margin
        self._root.set("viewBox", f"0 0 {number(width)} {number(height)}")
        for element in (self._root, self._ground):
            if element is not None:
                element.set("width", number(width))
                element.set("height", number(height))
        if not self._standalone:
            # In a narrow window it shrinks as far as its small text can still be read, then it is scrolled.
            self._root.set("style", f"min-width: {0.7 * width:.0f}px")
        return tostring(self._root, encoding="unicode")
