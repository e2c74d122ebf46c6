"""The ``[rules]`` tables of a course folder: told in docs/time-and-rules.md.

What stands in ``course.toml`` holds for every lab and quiz; each one's own table comes before it.
"""

from __future__ import annotations

import dataclasses
from datetime import UTC, datetime
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from graders import clock
from graders.content.table import SLUG, Table
from graders.rules import (
    MOMENTS,
    MOST_ATTEMPTS,
    MOST_COOLDOWN_MINUTES,
    MOST_GRACE_DAYS,
    Counts,
    Feedback,
    Rules,
)

_MOMENT = "a date and time such as 2026-12-01T23:59:00, or with an offset: 2026-12-01T23:59:00+01:00"


class Part(Protocol):
    """A check or a question: something with an id."""

    @property
    def id(self) -> str:
        """Its id in the file."""


def read_zone(top: Table) -> ZoneInfo:
    """Return the course's time zone, UTC when none is given; problems are noted in the table."""
    name = top.string("timezone", "UTC")
    try:
        return clock.zone(name)
    except ValueError:
        top.problem("timezone", f"a time zone such as Europe/Zurich, not {name[:60]!r}")
        return ZoneInfo("UTC")


def read_defaults(table: Table, where: ZoneInfo) -> Rules:
    """Read the rules of a whole course; problems are noted in the table."""
    rules = _read(table, where, Rules())
    table.close()
    return rules


def read_rules(table: Table, where: ZoneInfo, defaults: Rules, kind: str, parts: tuple[Part, ...]) -> Rules:
    """Read the rules of a lab or quiz; `parts` are what can be hidden. Problems are noted in the table."""
    rules = _read(table, where, defaults)
    hidden = table.strings("hidden_checks", (), SLUG)
    known = [part.id for part in parts]
    for name in hidden:
        if name not in known:
            table.problem("hidden_checks", f"ids from {', '.join(known)}, not {name!r}")
    rules = dataclasses.replace(rules, hidden_checks=tuple(dict.fromkeys(hidden)))
    if kind == "lab":
        for name in ("shuffle", "feedback"):
            if table.has(name):
                table.problem(name, "no such key: a lab has no questions")
        rules = dataclasses.replace(rules, shuffle=False, feedback=Feedback.NOW)
    table.close()
    for field, sentence in rules.problems():
        table.problem(field, f"rules that fit together. {sentence.rstrip('.')}")
    return rules


def _read(table: Table, where: ZoneInfo, before: Rules) -> Rules:
    values: dict[str, Any] = {name: _moment(table, name, where) for name in MOMENTS if table.has(name)}
    return dataclasses.replace(
        before,
        **values,
        late_percent_per_day=table.number("late_percent_per_day", before.late_percent_per_day, 0, 100),
        grace_days=table.number("grace_days", before.grace_days, 0, MOST_GRACE_DAYS),
        attempts=table.integer("attempts", before.attempts, 0, MOST_ATTEMPTS),
        cooldown_minutes=table.number("cooldown_minutes", before.cooldown_minutes, 0, MOST_COOLDOWN_MINUTES),
        counts=Counts(table.one_of("counts", [one.value for one in Counts], before.counts.value)),
        shuffle=table.flag("shuffle", before.shuffle),
        feedback=Feedback(table.one_of("feedback", [one.value for one in Feedback], before.feedback.value)),
    )


def _moment(table: Table, key: str, where: ZoneInfo) -> datetime | None:
    value = table.anything(key, _MOMENT)
    if not isinstance(value, datetime):
        table.problem(key, f"{_MOMENT}, not {str(value)[:60]!r}")
        return None
    try:
        clock.check_year(value)
        if value.tzinfo is not None:
            return value.astimezone(UTC)
        if clock.is_twice(value, where):
            table.problem(key, f"an offset: clocks in {where.key} show {value:%Y-%m-%dT%H:%M:%S} twice")
        return clock.moment(value, where)
    except clock.NoSuchTimeError as problem:
        table.problem(key, f"a time that exists: {problem}")
        return None
