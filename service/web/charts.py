"""Figures for plotly. Colours come from the style sheet: `chart.js` puts them in by a trace's tone.

A figure shows nothing that does not also stand in a table beside it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from service.store.statistics import MOST_TRIES, Bin
from service.store.timeline import HOURS, Day, Hour
from service.web import words
from service.web.shown import iso, number

Figure = dict[str, Any]
_HEIGHT = 280


def histogram(bins: Sequence[Bin]) -> Figure:
    """Draw how the scores that count spread."""
    trace = {
        "type": "bar",
        "x": [f"{number(bar.low)} to {number(bar.high)}" for bar in bins],
        "y": [bar.students for bar in bins],
        "hovertemplate": "%{y} students with %{x} points<extra></extra>",
    }
    return _figure([trace], "score that counts", "students", category=True)


def tries(counts: Sequence[tuple[int, int]]) -> Figure:
    """Draw how many graded submissions it took until the first pass."""
    trace = {
        "type": "bar",
        "x": [try_label(number) for number, _ in counts],
        "y": [students for _, students in counts],
        "hovertemplate": "%{y} students passed with submission %{x}<extra></extra>",
    }
    return _figure([trace], "graded submissions until the first pass", "students", category=True)


def mix(days: Sequence[Day], kind: str) -> Figure:
    """Draw the verdicts of each day as stacked bars; a tone's second verdict is hatched."""
    names = sorted({name for day in days for name in day.counts}, key=words.order)
    traces = [
        {
            "type": "bar",
            "name": (told := words.for_either(name, kind)).title,
            "x": [day.day for day in days],
            "y": [day.counts[name] for day in days],
            "meta": {"tone": str(told.tone)},
            "hovertemplate": f"%{{y}} {told.title}, %{{x}}<extra></extra>",
        }
        for name in names
    ]
    figure = _figure(traces, "day (UTC)", "submissions")
    figure["layout"] |= {"barmode": "stack", "showlegend": True, "legend": {"orientation": "h", "y": -0.3}}
    figure["layout"]["height"] = _HEIGHT + 80
    figure["layout"]["xaxis"] |= {"type": "date"}
    return figure


def hours(counted: Sequence[Hour], until: datetime, due: datetime | None) -> Figure:
    """Draw submissions per hour, with a line at the due date when it lies in that time."""
    trace = {
        "type": "bar",
        "x": [iso(hour.begin + timedelta(minutes=30)) for hour in counted],
        "y": [hour.submissions for hour in counted],
        "width": 3_600_000,
        "meta": {"moments": True},
        "hovertemplate": "%{y} within the hour around %{x|%-d %b, %H:%M}<extra></extra>",
    }
    figure = _figure([trace], "hour, in your time zone", "submissions")
    end = until.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    begin = end - timedelta(hours=HOURS)
    figure["layout"]["xaxis"] |= {"type": "date", "range": [iso(begin), iso(end)]}
    if due is not None and begin <= due <= end:
        figure["layout"]["shapes"] = [
            {"type": "line", "x0": iso(due), "x1": iso(due), "yref": "paper", "y0": 0, "y1": 1}
        ]
        figure["layout"]["annotations"] = [
            {"x": iso(due), "yref": "paper", "y": 1, "text": "due", "showarrow": False, "xanchor": "right"}
        ]
    return figure


def shares(
    titles: Sequence[str],
    series: Sequence[tuple[str, Sequence[float | None]]],
    of: str = "per cent of the points",
) -> Figure:
    """Draw shares (0 to 1) over items in their order, a line with markers for each series."""
    traces = [
        {
            "type": "scatter",
            "mode": "lines+markers",
            "name": name,
            "x": list(titles),
            "y": [None if value is None else round(100 * value, 1) for value in values],
            "meta": {"series": index},
            "hovertemplate": f"{name}: %{{y}} %<extra>%{{x}}</extra>",
        }
        for index, (name, values) in enumerate(series)
    ]
    figure = _figure(traces, "", of, category=True)
    figure["layout"] |= {"showlegend": True, "legend": {"orientation": "h", "y": 1.15}}
    figure["layout"]["yaxis"] |= {"range": [0, 104]}
    figure["layout"]["xaxis"] |= {"automargin": True}
    return figure


def try_label(number: int) -> str:
    """Return how a number of tries is written."""
    return f"{number} or more" if number == MOST_TRIES else str(number)


def _figure(traces: list[dict[str, Any]], x: str, y: str, *, category: bool = False) -> Figure:
    return {
        "data": traces,
        "layout": {
            "margin": {"t": 10, "r": 10, "b": 55, "l": 50},
            "height": _HEIGHT,
            "bargap": 0.08,
            "showlegend": False,
            "xaxis": {
                "title": {"text": x},
                "fixedrange": True,
                **({"type": "category"} if category else {}),
            },
            "yaxis": {
                "title": {"text": y},
                "rangemode": "tozero",
                "tickformat": ",d",
                "fixedrange": True,
            },
        },
    }
