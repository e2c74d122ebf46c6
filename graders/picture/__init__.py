"""The picture of a report: what a teacher would put on a slide. Pure functions; nothing is read or written.

A race is a timeline (`timeline`), a deadlock a wait-for graph (`waits`) with the steps that led there, a pass
a card with its certificate (`card`). Whatever is drawn is also told in words (`telling`).
"""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256
from xml.etree.ElementTree import Element

from graders.picture import card, listing, timeline, waits
from graders.picture.collisions import collisions
from graders.picture.elements import group, label
from graders.picture.frame import Frame
from graders.picture.moments import Moment, moments
from graders.picture.style import sheet
from graders.picture.telling import covered, description, notes, table, text
from graders.report import Report, Step
from graders.verdict import Certificate, Verdict

__all__ = ["Moment", "colours", "covered", "drawable", "moments", "notes", "sheet", "svg", "table", "text"]

_TITLES = {
    Verdict.RACE: "Race: the result depends on luck",
    Verdict.DEADLOCK: "Deadlock: nobody can go on",
    Verdict.LIVELOCK: "Livelock: busy for ever",
}
_NARROWEST = 440.0


def drawable(report: Report) -> bool:
    """Whether there is anything to draw."""
    witness = report.witness
    shown = witness is not None and bool(witness.steps or witness.waits)
    return shown or (witness is None and report.certificate not in (None, Certificate.REFUTED))


def svg(report: Report, source: str, *, standalone: bool = True) -> str:
    """Return the picture as an SVG document; empty when there is nothing to draw (see `drawable`).

    `source` is the student's main file, for the guilty lines. Not `standalone`, it is for a page that
    has the style (`sheet`), the explanation and the source already, and shows only the drawing.
    """
    if not drawable(report):
        return ""
    told = description(report)
    key = "il-" + sha256(f"{standalone} {report.lab} {told}".encode()).hexdigest()[:10]
    frame = Frame(key, title(report), told, standalone=standalone)
    drawings = _drawings(report, key)
    if report.witness is not None and standalone:
        room = max(_NARROWEST, *(size[0] for _, size in drawings))
        frame.heading(title(report), report.lab, room)
        frame.words(report.witness.explanation, room)
    for drawing, size in drawings:
        frame.append(drawing, size, 14 if standalone else 6)
    if report.witness is not None and standalone:
        place = Element("g")
        height = listing.draw(place, source, report.witness.lines, room)
        frame.append(place, (room, height))
    return frame.finish()


def colours(steps: Sequence[Step]) -> dict[int, str]:
    """Return the style's class for the colour of each process that takes part in the steps."""
    taking_part = sorted({step.process for step in steps})
    return {
        process: kind for process, kind in timeline.colours(taking_part).items() if process in taking_part
    }


def title(report: Report) -> str:
    """Return the picture's title."""
    if report.witness is None:
        return f"Certificate: {report.certificate}"
    return _TITLES.get(report.witness.kind, f"How it comes to the verdict {report.witness.kind}")


def _drawings(report: Report, key: str) -> list[tuple[Element, tuple[float, float]]]:
    witness = report.witness
    if witness is None:
        place = Element("g")
        return [(place, card.draw(place, report))]
    found = []
    if witness.waits:
        place = Element("g")
        found.append((place, waits.draw(place, witness.waits)))
    if witness.steps:
        place = Element("g")
        collided = collisions(witness.steps) if witness.kind is Verdict.RACE else ()
        if found:
            label(place, 0, 14, "The steps that led there", "il-head")
        inner = group(place, transform="translate(0 28)") if found else place
        width, height = timeline.draw(inner, witness.steps, collided, key)
        found.append((place, (width, height + (28 if found else 0))))
    return found
