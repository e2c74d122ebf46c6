"""A pass has no interleaving to show, so it gets a card: what is certified, and what that covers."""

from __future__ import annotations

from xml.etree.ElementTree import Element

from graders.picture.elements import Box, add, label, rectangle, wrap
from graders.picture.telling import COVERS, covered
from graders.report import Report
from graders.verdict import Certificate

WIDTH = 520.0
_TEXT = 96.0


def draw(parent: Element, report: Report) -> tuple[float, float]:
    """Draw the card of a report with a certificate from (0, 0); return width and height."""
    assert report.certificate is not None
    title, _, meaning = COVERS[report.certificate].partition(": ")
    room = WIDTH - _TEXT - 24
    lines = [(piece, "il-body") for piece in wrap(meaning[:1].upper() + meaning[1:], room, 14)]
    lines += [(piece, "il-body") for piece in wrap(covered(report), room, 14)]
    lines.append((_runs(report), "il-small il-soft"))
    height = 76 + 22.0 * len(lines)
    rectangle(parent, Box(WIDTH / 2, height / 2, WIDTH - 2, height - 2), "il-card", 14)
    _seal(parent, 50, 52, report.certificate)
    label(parent, _TEXT, 46, title, "il-title")
    for row, (piece, kind) in enumerate(lines):
        label(parent, _TEXT, 76 + 22.0 * row, piece, kind, room=room)
    return WIDTH, height


def _runs(report: Report) -> str:
    return f"{report.lab} · {report.runs.free} free and {report.runs.explored} explored runs"


def _seal(parent: Element, x: float, y: float, certificate: Certificate) -> None:
    add(parent, "circle", "il-seal", cx=x, cy=y, r=26)
    marks = {
        Certificate.VERIFIED: f"M{x - 11} {y + 1} l8 9 l15 -18",
        Certificate.EXPLORED: f"M{x - 13} {y} h26 m-9 -9 l9 9 l-9 9",
    }
    add(parent, "path", "il-mark", d=marks.get(certificate, f"M{x - 11} {y} h22"))
