"""What each process of a worker begins with, and gives back."""

from __future__ import annotations

import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest
import redis

from service.settings import Settings
from service.store.database import Database
from tests.workers.deployment import eventually
from workers import process
from workers.process import Process
from workers.sandbox.ownership import lives, this_process
from workers.sandbox.pool import Pool
from workers.sandbox.stub import StubKind


@pytest.fixture
def kind() -> StubKind:
    return StubKind(ZeroDivisionError())


def begin(monkeypatch: pytest.MonkeyPatch, kind: StubKind, **settings: int) -> Process:
    """Make this the process of a worker that is about to be asked for its parts."""
    made = Process(
        Settings(**settings),
        Database("sqlite:////tmp/interleave-never-opened.db"),
        redis.Redis(),
        "worker@test",
    )
    monkeypatch.setattr(process, "choose", lambda *_, **__: kind)
    monkeypatch.setattr(process, "current", cache(lambda: made))
    return made


def test_a_sandbox_stands_before_the_first_submission_and_goes_with_the_process(
    monkeypatch: pytest.MonkeyPatch, kind: StubKind
) -> None:
    own = begin(monkeypatch, kind)
    process.warm_up()
    assert isinstance(own.kind, Pool)
    eventually(lambda: kind.opened == 1)
    process.give_back()
    assert (kind.opened, kind.closed) == (1, 1)


def test_none_is_started_ahead_where_none_is_wanted(monkeypatch: pytest.MonkeyPatch, kind: StubKind) -> None:
    own = begin(monkeypatch, kind, warm_sandboxes=0)
    process.warm_up()
    assert own.kind is kind
    process.give_back()
    assert kind.opened == 0


def test_a_process_that_never_asked_for_a_sandbox_gives_none_back(
    monkeypatch: pytest.MonkeyPatch, kind: StubKind
) -> None:
    begin(monkeypatch, kind)
    process.give_back()
    assert kind.opened == 0


def test_a_process_is_known_by_more_than_its_number() -> None:
    ours = this_process()
    assert lives(ours)
    boot, number, _ = ours.split("/")
    assert not lives(f"{boot}/{number}/1")
    assert not lives(f"another/{number}/{ours.rpartition('/')[2]}")
    assert not lives("")
    assert not lives("no/number/at all")


def test_a_process_that_has_ended_does_not_live() -> None:
    child = subprocess.run(
        [sys.executable, "-c", "from workers.sandbox.ownership import this_process; print(this_process())"],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).parents[2],
    )
    assert child.stdout.count("/") == 2
    assert not lives(child.stdout.strip())
