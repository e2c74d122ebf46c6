"""The guilty lines as they stand in the student's source."""

from __future__ import annotations

from collections.abc import Sequence
from xml.etree.ElementTree import Element

from graders.picture.elements import label


def draw(parent: Element, source: str, lines: Sequence[int], room: float, most: int = 4) -> float:
    """Draw the lines with their numbers into `parent` from (0, 0); return the height."""
    written = source.splitlines()
    shown = [number for number in sorted(set(lines)) if 0 < number <= len(written)][:most]
    for row, number in enumerate(shown):
        y = 22.0 * row + 14
        label(parent, 30, y, str(number), "il-small il-code il-bad il-strong", "end")
        text = written[number - 1].expandtabs(4).strip()
        label(parent, 42, y, text, "il-body il-code", room=room - 42)
    return 22.0 * len(shown)
