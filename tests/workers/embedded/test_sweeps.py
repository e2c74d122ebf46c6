"""The embedded service notices when nobody asks for sweeps."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import redis

from tests.service.servers import redis_server
from workers import alive
from workers.embedded.sweeps import MISSED, SweepWatch


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def address() -> Iterator[str]:
    with redis_server() as address:
        yield address


def test_sweeps_that_come_in_time_are_no_trouble_and_missing_ones_are(address: str) -> None:
    clock = Clock()
    watch = SweepWatch(address, 5, clock)
    with redis.Redis.from_url(address) as client:
        assert watch.trouble() is None
        for _ in range(3):
            clock.now += 5 * MISSED
            alive.count_sweep(client)
            assert watch.trouble() is None
        client.flushall()
        clock.now += 5 * MISSED
        assert watch.trouble() is None, "Redis was emptied, which changes the count too"
        clock.now += 5 * MISSED
        assert watch.trouble() is None
        clock.now += 1
        assert "has not been told to sweep for 31 s" in str(watch.trouble())


def test_a_redis_that_does_not_answer_is_no_sign_of_life() -> None:
    clock = Clock()
    watch = SweepWatch("unix:///nowhere/redis.sock", 5, clock)
    assert watch.trouble() is None
    clock.now += 5 * MISSED + 1
    assert watch.trouble() is not None
