"""The style of the pictures: one sheet, in light, in dark and for paper.

Colours are written out for each scheme, without variables, because programs that show SVG files on
slides know no more of CSS than classes. Nothing is told by colour alone: a lost value is struck out and
says so, a value out of date is a broken line with its words, a lock is hatched.
"""

from __future__ import annotations

from string import Template

_SANS = (
    'Seravek, "Gill Sans Nova", "Segoe UI", Ubuntu, Cantarell, "Noto Sans", "DejaVu Sans", '
    "system-ui, sans-serif"
)
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
.il-picture {{ font: 14px {_SANS}; font-variant-numeric: tabular-nums; }}
.il-title {{ font-size: 21px; font-weight: 600; letter-spacing: -0.01em; }}
.il-act {{ font-size: 14.5px; font-weight: 600; }}
.il-head {{ font-size: 14px; font-weight: 600; }}
.il-value {{ font-size: 15px; }}
.il-small {{ font-size: 12px; }}
.il-tiny {{ font-size: 11.5px; }}
.il-strong {{ font-weight: 600; }}
.il-code {{ font-family: {_MONO}; white-space: pre; }}
.il-struck {{ text-decoration: line-through; }}
.il-life, .il-arrow, .il-edge {{ fill: none; stroke-linecap: round; stroke-linejoin: round; }}
.il-life {{ stroke-width: 2px; }}
.il-arrow, .il-edge {{ stroke-width: 1.75px; }}
.il-edge.il-ring {{ stroke-width: 2.5px; }}
.il-dots {{ stroke-dasharray: 1 6; }}
.il-dash {{ stroke-dasharray: 7 5; }}
.il-box {{ stroke-width: 1.75px; }}
.il-hold {{ stroke-width: 1.5px; }}
.il-stale {{ fill: none; stroke-width: 5px; stroke-dasharray: 9 5; }}
.il-over {{ fill: none; stroke-width: 2px; stroke-linejoin: round; }}
.il-halo {{ stroke-width: 5px; stroke-linejoin: round; paint-order: stroke; }}
.il-mark {{ fill: none; stroke-width: 5px; stroke-linecap: round; stroke-linejoin: round; }}
.il-card {{ stroke-width: 1.75px; }}
.il-band {{ opacity: 0; }}
@media screen {{
  .il-band.il-now {{ opacity: 1; }}
  .il-now .il-box {{ stroke-width: 3.5px; }}
  .il-later:not(.il-band) {{ opacity: 0.22; }}
  .il-not-yet .il-struck {{ fill: inherit; text-decoration: none; }}
  .il-not-yet .il-lost {{ opacity: 0; }}
}}
"""

_PAINT = Template("""
.il-picture { fill: $ink; }
.il-ground { fill: $ground; }
.il-soft { fill: $soft; }
.il-on { fill: $on; }
.il-sunken { fill: $sunken; }
.il-box, .il-pill { fill: $ground; }
.il-pill, .il-edge { stroke: $edge; }
.il-tip { fill: $edge; }
.il-band { fill: $now; }
.il-halo { stroke: $ground; }
.il-bad, .il-badge, .il-over-tip, .il-tip.il-ring { fill: $bad; }
.il-stale, .il-over, .il-edge.il-ring { stroke: $bad; }
.il-lost { fill: $bad_ground; }
.il-ring .il-box, .il-pill.il-ring { fill: $bad_ground; stroke: $bad; }
.il-seal { fill: $good; }
.il-mark { stroke: $on; }
.il-card { fill: $good_ground; stroke: $good; }
""")

_PROCESS = Template("""
.il-$c { color: $colour; }
.il-$c .il-head-box, .il-$c .il-tip, .il-$c .il-own { fill: $colour; }
.il-$c .il-box, .il-$c .il-life, .il-$c .il-arrow, .il-$c .il-hold { stroke: $colour; }
""")


def sheet() -> str:
    """Return the whole style sheet. All its classes begin with ``il-``."""
    light, dark = _paint(_LIGHT), _paint(_DARK)
    return f"{_SHAPES}{light}\n@media (prefers-color-scheme: dark) {{{dark}}}\n@media print {{{light}}}\n"


def _paint(colours: dict[str, str]) -> str:
    own = (
        _PROCESS.substitute(c=name, colour=colours[name])
        for name in (f"c{index}" for index in range(COLOURS + 1))
    )
    return "".join(own) + _PAINT.substitute(colours)
