"""The colours of the stylesheet can be told apart by everybody (WCAG 2.2, level AA)."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from service import web

CSS = Path(web.__file__).with_name("static").joinpath("site.css").read_text()
TONES = ("good", "bad", "limit", "note", "quiet")
TEXT = [
    *(
        (colour, ground)
        for colour in ("ink", "ink-soft", "link")
        for ground in ("ground", "surface", "sunken")
    ),
    *((tone, f"{tone}-ground") for tone in TONES),
    *(("ink", f"{tone}-ground") for tone in TONES),
    *((f"code-{part}", "code-ground") for part in ("keyword", "name", "string", "number", "comment")),
    *((f"code-{part}", "bad-ground") for part in ("keyword", "name", "string", "number", "comment")),
    *((f"code-{part}", "limit-ground") for part in ("keyword", "name", "string", "number", "comment")),
    ("link", "good-ground"),
    ("ink-soft", "good-ground"),
    ("bad", "surface"),
    ("bad", "ground"),
    ("link", "quiet-ground"),
    ("on-accent", "accent"),
    ("on-band", "band"),
]
PARTS = [
    ("edge", "surface"),
    ("edge", "ground"),
    ("focus", "ground"),
    ("focus", "surface"),
    ("accent", "sunken"),
]


def themes() -> dict[str, dict[str, str]]:
    light, dark = re.findall(r":root \{(.*?)\n\s*\}", CSS, re.S)[:2]
    read = [dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", block)) for block in (light, dark)]
    return {"light": read[0], "dark": {**read[0], **read[1]}}


def luminance(colour: str) -> float:
    channels = [int(colour[index : index + 2], 16) / 255 for index in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    bright, dim = sorted((luminance(one), luminance(other)), reverse=True)
    return (bright + 0.05) / (dim + 0.05)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(("text", "ground"), TEXT)
def test_text_stands_out_from_its_ground(theme, text, ground):
    colours = themes()[theme]
    assert contrast(colours[text], colours[ground]) >= 4.5


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(("part", "ground"), PARTS)
def test_edges_and_the_focus_ring_can_be_seen(theme, part, ground):
    colours = themes()[theme]
    assert contrast(colours[part], colours[ground]) >= 3


def test_black_on_white_is_computed_as_the_standard_says():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
