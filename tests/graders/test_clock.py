"""Local times become moments, on the days on which clocks are changed too."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graders import clock

calm = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
"""On a busy machine drawing values takes its time, which says nothing about them."""

ZURICH = clock.zone("Europe/Zurich")
ZONES = ("Europe/Zurich", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "UTC")


@pytest.mark.parametrize(
    ("local", "moment"),
    [
        (datetime(2026, 12, 1, 23, 59), datetime(2026, 12, 1, 22, 59, tzinfo=UTC)),
        (datetime(2026, 7, 1, 23, 59), datetime(2026, 7, 1, 21, 59, tzinfo=UTC)),
        # Shown twice in the night of 25 October 2026: the later one.
        (datetime(2026, 10, 25, 2, 30), datetime(2026, 10, 25, 1, 30, tzinfo=UTC)),
    ],
)
def test_a_local_time_is_the_moment_at_which_clocks_there_show_it(local: datetime, moment: datetime) -> None:
    assert clock.moment(local, ZURICH) == moment


def test_a_time_over_which_the_clocks_are_put_forward_does_not_exist() -> None:
    with pytest.raises(clock.NoSuchTimeError, match="2026-03-29 02:30 does not exist in Europe/Zurich"):
        clock.moment(datetime(2026, 3, 29, 2, 30), ZURICH)


@pytest.mark.parametrize("year", [1, 1999, 2201, 9999])
def test_a_year_of_no_course_is_refused_before_it_breaks_the_calendar(year: int) -> None:
    with pytest.raises(clock.NoSuchTimeError, match=f"the year {year} is not between"):
        clock.moment(datetime(year, 1, 1), ZURICH)


def test_only_the_hour_that_is_shown_twice_is_shown_twice() -> None:
    night = datetime(2026, 10, 25)
    twice = [minute for minute in range(300) if clock.is_twice(night + timedelta(minutes=minute), ZURICH)]
    assert twice == list(range(120, 180))
    assert not clock.is_twice(datetime(2026, 3, 29, 2, 30), ZURICH)


@pytest.mark.parametrize(
    "name", ["", "Mars/Phobos", "../../etc/passwd", "/etc/localtime", "europe/zurich", "a\0b"]
)
def test_what_names_no_time_zone_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="there is no time zone"):
        clock.zone(name)


@calm
@given(
    st.datetimes(datetime(2001, 1, 1), datetime(2199, 1, 1)).map(lambda d: d.replace(microsecond=0)),
    st.sampled_from(ZONES),
)
def test_every_moment_is_shown_as_the_local_time_it_was_written_as(local: datetime, name: str) -> None:
    where = clock.zone(name)
    try:
        moment = clock.moment(local, where)
    except clock.NoSuchTimeError:
        return
    assert moment.astimezone(where).replace(tzinfo=None) == local
    earlier = moment - timedelta(minutes=30)
    also = {(moment - timedelta(minutes=step)).astimezone(where).replace(tzinfo=None) for step in (30, 60)}
    assert clock.is_twice(local, where) == (local in also), earlier
