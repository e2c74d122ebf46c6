"""Submissions over time, counted in the database by day and by hour (UTC)."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, String, func, select
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import Session
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from service.store.models import Item, Submission
from service.store.statistics import enrolled

DAYS = 180
"""How far back the mix of verdicts is told."""
HOURS = 14 * 24
"""How many hours one chart of hours shows."""


class _Moment(FunctionElement[str]):
    """The first characters of a moment in UTC: ``2026-11-22 13`` is its hour."""

    inherit_cache = True
    type = String()


class _Day(_Moment):
    inherit_cache = True
    name = "day_of"


class _Hour(_Moment):
    inherit_cache = True
    name = "hour_of"


_LENGTH = {"day_of": 10, "hour_of": 13}
_FORMAT = {"day_of": "YYYY-MM-DD", "hour_of": "YYYY-MM-DD HH24"}


@compiles(_Moment, "sqlite")
@compiles(_Day, "sqlite")
@compiles(_Hour, "sqlite")
def _in_sqlite(element: _Moment, compiler: SQLCompiler, **kw: Any) -> str:
    return f"substr({compiler.process(element.clauses, **kw)}, 1, {_LENGTH[element.name]})"


@compiles(_Moment, "postgresql")
@compiles(_Day, "postgresql")
@compiles(_Hour, "postgresql")
def _in_postgres(element: _Moment, compiler: SQLCompiler, **kw: Any) -> str:
    return f"to_char({compiler.process(element.clauses, **kw)} AT TIME ZONE 'UTC', '{_FORMAT[element.name]}')"


@dataclass(frozen=True, slots=True)
class Day:
    """What was handed in on one day: how many by verdict, or by state while there is none."""

    day: str
    """2026-11-22"""
    counts: Counter[str]


@dataclass(frozen=True, slots=True)
class Hour:
    """How many were handed in within one hour."""

    begin: datetime
    submissions: int


def newest(session: Session, item: Item) -> datetime | None:
    """Return when a student handed in last."""
    return session.scalar(select(func.max(Submission.created_at)).where(*_of_students(item)))


def mix(session: Session, item: Item, until: datetime) -> list[Day]:
    """Return what was handed in on each day with any, up to `until`, oldest first."""
    day = _Day(Submission.created_at)
    rows = session.execute(
        select(day, Submission.state, Submission.verdict, func.count())
        .where(*_of_students(item), Submission.created_at > until - timedelta(days=DAYS))
        .where(Submission.created_at <= until)
        .group_by(day, Submission.state, Submission.verdict)
        .order_by(day)
    )
    found: dict[str, Counter[str]] = {}
    for name, state, verdict, count in rows:
        found.setdefault(name, Counter())[str(verdict or state)] += count
    return [Day(name, counts) for name, counts in found.items()]


def hours(session: Session, item: Item, until: datetime) -> list[Hour]:
    """Return the hours with submissions among the `HOURS` that end with the one of `until`, oldest first."""
    end = until.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    hour = _Hour(Submission.created_at)
    rows = session.execute(
        select(hour, func.count())
        .where(*_of_students(item), Submission.created_at < end)
        .where(Submission.created_at >= end - timedelta(hours=HOURS))
        .group_by(hour)
        .order_by(hour)
    )
    return [Hour(datetime.strptime(name, "%Y-%m-%d %H").replace(tzinfo=UTC), count) for name, count in rows]


def _of_students(item: Item) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return Submission.item_id == item.id, Submission.user_id.in_(enrolled(item.course_id))
