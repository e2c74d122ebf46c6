"""Putting submissions on Redis, and hearing of them: with a real Redis."""

from __future__ import annotations

import json
import threading
import time
from base64 import b64decode
from typing import Any

import pytest
from redis import Redis

from service.queue import Queue, broker_url
from service.store.announce import Waiters, announce
from service.store.models import QueueName


def client(url: str) -> Any:
    return Redis.from_url(url)


@pytest.mark.parametrize("name", list(QueueName))
def test_what_is_put_on_redis_is_the_id_and_nothing_else(redis_url: str, name: QueueName) -> None:
    queue = Queue(redis_url)
    assert queue.enqueue("01SUBMISSION", name)
    with client(redis_url) as redis:
        (message,) = redis.lrange(str(name), 0, -1)
    body = json.loads(message)
    assert body["headers"]["task"] == "workers.tasks.grade"
    assert body["content-type"] == "application/json"
    assert json.loads(b64decode(body["body"]))[:2] == [["01SUBMISSION"], {}]
    queue.close()


def test_when_redis_is_down_it_is_said_quickly_and_nothing_is_raised() -> None:
    queue = Queue("unix:///nowhere/redis.sock")
    began = time.monotonic()
    assert not queue.enqueue("01SUBMISSION")
    assert time.monotonic() - began < 20
    queue.close()


def test_without_redis_nothing_is_put_anywhere() -> None:
    assert not Queue("").enqueue("01SUBMISSION")


def test_the_broker_is_named_as_celery_wants_it() -> None:
    assert broker_url("unix:///run/redis.sock") == "redis+socket:///run/redis.sock"
    assert broker_url("redis://host:6379/0") == "redis://host:6379/0"


def test_an_announcement_wakes_the_waiter_up(redis_url: str) -> None:
    done = threading.Event()
    with client(redis_url) as redis:

        def tell() -> None:
            done.set()
            announce(redis, "one", "graded")

        timer = threading.Timer(0.3, tell)
        timer.start()
        began = time.monotonic()
        Waiters(redis, 1).wait("one", 60, done.is_set)
        assert done.is_set()
        assert time.monotonic() - began < 30
        timer.join()


def test_what_is_announced_between_looking_and_listening_is_not_missed(redis_url: str) -> None:
    with client(redis_url) as redis:
        looks = iter([False, True])
        began = time.monotonic()
        Waiters(redis, 1).wait("one", 60, lambda: next(looks))
        assert time.monotonic() - began < 20


def test_a_slot_is_given_back_after_waiting(redis_url: str) -> None:
    with client(redis_url) as redis:
        waiters = Waiters(redis, 1)
        for _ in range(3):
            looks = iter([False, True])
            waiters.wait("one", 30, lambda looks=looks: next(looks))
            assert next(looks, "none left") == "none left"


def test_with_redis_down_the_waiter_returns_and_the_teller_is_told() -> None:
    with client("unix:///nowhere/redis.sock") as redis:
        Waiters(redis, 1).wait("one", 60, lambda: False)
        assert not announce(redis, "one", "graded")
