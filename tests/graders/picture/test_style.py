"""The colours of the pictures can be told apart by everybody (WCAG 2.2, level AA), in both schemes."""

from __future__ import annotations

import pytest

from graders.picture import style

SCHEMES = {"light": style._LIGHT, "dark": style._DARK}
PROCESSES = [f"c{index}" for index in range(style.COLOURS + 1)]
TEXT = [
    *((ink, ground) for ink in ("ink", "soft") for ground in ("ground", "sunken", "now")),
    ("ink", "bad_ground"),
    ("ink", "good_ground"),
    ("soft", "good_ground"),
    ("bad", "ground"),
    ("bad", "sunken"),
    ("bad", "bad_ground"),
    ("on", "bad"),
    ("on", "good"),
    *(("on", process) for process in PROCESSES),
    *((process, "ground") for process in PROCESSES),
]


def luminance(colour: str) -> float:
    channels = [int(colour[index : index + 2], 16) / 255 for index in (1, 3, 5)]
    red, green, blue = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    dim, bright = sorted((luminance(one), luminance(other)))
    return (bright + 0.05) / (dim + 0.05)


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize(("ink", "ground"), TEXT)
def test_text_stands_out_from_its_ground(scheme: str, ink: str, ground: str) -> None:
    colours = SCHEMES[scheme]
    assert contrast(colours[ink], colours[ground]) >= 4.5


@pytest.mark.parametrize("scheme", SCHEMES)
def test_lines_can_be_seen(scheme: str) -> None:
    colours = SCHEMES[scheme]
    for ground in ("ground", "sunken"):
        assert contrast(colours["edge"], colours[ground]) >= 3


def test_every_class_begins_so_that_it_meets_nothing_else_on_a_page() -> None:
    import re

    classes = set(re.findall(r"\.([a-zA-Z][\w-]*)", re.sub(r"\{[^{}]*\}", "{}", style.sheet())))
    assert classes
    assert all(name.startswith("il-") for name in classes)


def test_the_sheet_has_a_part_for_dark_rooms_and_one_for_paper() -> None:
    light, _, rest = style.sheet().partition("@media (prefers-color-scheme: dark)")
    dark, _, paper = rest.partition("@media print")
    assert style._LIGHT["c1"] in light
    assert style._DARK["c1"] in dark
    assert style._LIGHT["c1"] in paper
