"""The style of the pictures: one sheet, in light, in dark and for paper.

Colours are written out for each scheme, without variables, because programs that show SVG files on
slides know no more of CSS than classes. Nothing is told by colour alone: a lost value is struck out and
says so, a value out of date is a broken line with its words, a lock is hatched.
"""

from __future__ import annotations

from string import Template

_SANS = 'Seravek, "Gill Sans Nova", "Segoe UI", Ubuntu, Cantarell, "Noto Sans", "DejaVu Sans", system-ui, sans-serif'
_MONO = 'ui-monospace, "Cascadia Code", "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace'

_LIGHT = {
    "ground": "#ffffff",
    "sunken": "#e7eeec",
    "ink": "#13262b",
    "soft": "#43575c",
    "edge": "#6f8388",
    "bad": "#a02027",
    "bad_ground": "#fce9e7",
    "good": "#17653a",
    "good_ground": "#e0f2e6",
    "now": "#fdf0d5",
    "on": "#ffffff",
    "c0": "#43575c",
    "c1": "#0b5866",
    "c2": "#8f4a00",
    "c3": "#493d9c",
    "c4": "#8a1c64",
    "c5": "#17653a",
    "c6": "#2b5797",
}
_DARK = {
    "ground": "#132124",
    "sunken": "#1d3034",
    "ink": "#e3edeb",
    "soft": "#a5b7b7",
    "edge": "#718a8f",
    "bad": "#ffa39b",
    "bad_ground": "#3b1817",
    "good": "#7fd6a0",
    "good_ground": "#12301e",
    "now": "#352a12",
    "on": "#0d1719",
    "c0": "#a5b7b7",
    "c1": "#7fd3dd",
    "c2": "#f3c06a",
    "c3": "#bcb6ff",
    "c4": "#f5a3d6",
    "c5": "#7fd6a0",
    "c6": "#9dc1ff",
}
COLOURS = 6
"""Colours of processes besides the main program's, which is ``c0``."""

_SHAPES = f"""
.il-picture {{ font-family: {_SANS}; font-variant-numeric: tabular-nums; }}
.il-picture text {{ font-size: 14px; }}
.il-picture .il-title {{ font-size: 21px; font-weight: 600; letter-spacing: -0.01em; }}
.il-picture .il-act {{ font-size: 14.5px; font-weight: 600; }}
.il-picture .il-head {{ font-size: 14px; font-weight: 600; }}
.il-picture .il-value {{ font-size: 15px; }}
.il-picture .il-small {{ font-size: 12px; }}
.il-picture .il-tiny {{ font-size: 11.5px; }}
.il-picture .il-strong {{ font-weight: 600; }}
.il-picture .il-code {{ font-family: {_MONO}; white-space: pre; }}
.il-picture .il-struck {{ text-decoration: line-through; }}
.il-picture .il-life, .il-picture .il-arrow, .il-picture .il-edge {{ fill: none; stroke-width: 1.75px; stroke-linecap: round; stroke-linejoin: round; }}
.il-picture .il-life {{ stroke-width: 2px; }}
.il-picture .il-edge.il-ring {{ stroke-width: 2.5px; }}
.il-picture .il-dots {{ stroke-dasharray: 1 6; }}
.il-picture .il-dash {{ stroke-dasharray: 7 5; }}
.il-picture .il-box {{ stroke-width: 1.75px; }}
.il-picture .il-hold {{ stroke-width: 1.5px; }}
.il-picture .il-stale {{ fill: none; stroke-width: 5px; stroke-dasharray: 9 5; }}
.il-picture .il-over {{ fill: none; stroke-width: 2px; stroke-linejoin: round; }}
.il-picture .il-halo {{ stroke-width: 5px; stroke-linejoin: round; paint-order: stroke; }}
.il-picture .il-band {{ opacity: 0; }}
.il-picture .il-now .il-band {{ opacity: 1; }}
.il-picture .il-now .il-box {{ stroke-width: 3.5px; }}
.il-picture .il-later {{ opacity: 0.22; }}
"""

_PAINT = Template("""
.il-picture text { fill: $ink; }
.il-picture .il-ground { fill: $ground; }
.il-picture .il-soft { fill: $soft; }
.il-picture .il-on { fill: $on; }
.il-picture .il-sunken { fill: $sunken; }
.il-picture .il-plain { fill: $ground; stroke: $edge; }
.il-picture .il-box, .il-picture .il-pill { fill: $ground; }
.il-picture .il-pill { stroke: $edge; }
.il-picture .il-band { fill: $now; }
.il-picture .il-halo { stroke: $ground; }
.il-picture .il-inband.il-halo { stroke: $sunken; }
.il-picture .il-bad { fill: $bad; }
.il-picture .il-stale, .il-picture .il-over, .il-picture .il-edge.il-ring { stroke: $bad; }
.il-picture .il-tip.il-ring, .il-picture .il-over-tip { fill: $bad; }
.il-picture .il-badge { fill: $bad; }
.il-picture .il-box.il-lost, .il-picture .il-box.il-ring, .il-picture .il-pill.il-ring { fill: $bad_ground; }
.il-picture .il-box.il-ring, .il-picture .il-pill.il-ring { stroke: $bad; }
.il-picture .il-edge, .il-picture .il-life.il-edge { stroke: $edge; }
.il-picture .il-tip { fill: $edge; }
.il-picture .il-seal { fill: $good; }
.il-picture .il-seal-mark { fill: none; stroke: $on; stroke-width: 5px; stroke-linecap: round; stroke-linejoin: round; }
.il-picture .il-good { fill: $good; }
.il-picture .il-card { fill: $good_ground; stroke: $good; stroke-width: 1.75px; }
""")

_PROCESS = Template("""
.il-picture .il-$c .il-head-box, .il-picture .il-$c .il-tip { fill: $colour; }
.il-picture .il-$c .il-box, .il-picture .il-$c .il-life, .il-picture .il-$c .il-arrow, .il-picture .il-$c .il-hold { stroke: $colour; }
.il-picture .il-$c .il-hatch { stroke: $colour; }
.il-picture .il-$c .il-own { fill: $colour; }
""")


def sheet() -> str:
    """Return the whole style sheet. All its classes begin with ``il-`` and hold inside ``.il-picture`` only."""
    light, dark = _paint(_LIGHT), _paint(_DARK)
    return (
        f"{_SHAPES}{light}\n"
        f"@media (prefers-color-scheme: dark) {{{dark}}}\n"
        f"@media print {{{light}.il-picture .il-later {{ opacity: 1; }}\n"
        ".il-picture .il-now .il-band { opacity: 0; }\n}\n"
    )


def _paint(colours: dict[str, str]) -> str:
    own = (
        _PROCESS.substitute(c=name, colour=colours[name])
        for name in (f"c{index}" for index in range(COLOURS + 1))
    )
    return "".join(own) + _PAINT.substitute(colours)
