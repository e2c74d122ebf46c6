"""Moments as people write them: local times of a course's time zone, daylight saving changes included."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo, available_timezones

FIRST_YEAR, LAST_YEAR = 2000, 2200
"""No course has dates outside of these, and reckoning with them would leave Python's calendar."""


class NoSuchTimeError(ValueError):
    """No clock shows this local time, or none of a course's."""


def zone(name: str) -> ZoneInfo:
    """Return the time zone; raises `ValueError` when there is none of this name.

    Only names of the list are looked up: `ZoneInfo` itself would take them for paths.
    """
    if name != "UTC" and name not in available_timezones():
        raise ValueError(f"there is no time zone {name[:60]!r}")
    return ZoneInfo(name)


def moment(local: datetime, where: ZoneInfo) -> datetime:
    """Return the moment in UTC at which clocks in `where` show `local`, a datetime without zone.

    When they show it twice, because they are put back, it is the later one: a student may rely on the
    hour that was said. Raises `NoSuchTimeError` when they never show it, or not in any course's lifetime.
    """
    check_year(local)
    if _skipped(local, where):
        raise NoSuchTimeError(
            f"{local:%Y-%m-%d %H:%M} does not exist in {where.key}: the clocks are put forward over it"
        )
    return local.replace(tzinfo=where, fold=1).astimezone(UTC)


def check_year(value: datetime) -> None:
    """Raise `NoSuchTimeError` for a year in which no course is given."""
    if not FIRST_YEAR <= value.year <= LAST_YEAR:
        raise NoSuchTimeError(f"the year {value.year} is not between {FIRST_YEAR} and {LAST_YEAR}")


def is_twice(local: datetime, where: ZoneInfo) -> bool:
    """Whether clocks in `where` show `local` twice, because they are put back."""
    offsets = [local.replace(tzinfo=where, fold=fold).utcoffset() for fold in (0, 1)]
    return offsets[0] != offsets[1] and not _skipped(local, where)


def _skipped(local: datetime, where: ZoneInfo) -> bool:
    there_and_back = local.replace(tzinfo=where).astimezone(UTC).astimezone(where)
    return there_and_back.replace(tzinfo=None, fold=0) != local.replace(fold=0)
