"""Sandboxes started ahead: who gets one, when the next is begun, and that none is left."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import pytest

from graders.errors import SandboxError
from graders.job import Event, Job
from graders.limits import Limits
from graders.report import Check, Report
from graders.verdict import Verdict
from tests.workers.deployment import eventually
from tests.workers.sandbox.jobs import FINISHES, RIGHT, job_of
from workers.sandbox.base import SandboxKind
from workers.sandbox.pool import Pool
from workers.sandbox.stub import StubKind, StubSandbox

REPORT = Report.of("shared-data/counter", [Check("value", "Value", Verdict.PASSED, 1, 1)])
SMALL = Limits(memory_bytes=64 * 1024**2)
QUICK = Limits(run_seconds=1.0, wall_seconds=2.0, cpu_seconds=1.0, output_bytes=10)


@dataclass
class GatedKind(StubKind):
    """A stub whose sandboxes stand when `gate` is open; it remembers the limits they were asked with."""

    gate: threading.Event = field(default_factory=threading.Event)
    asked: list[Limits] = field(default_factory=list)
    failing: bool = False

    @contextmanager
    def open(self, limits: Limits) -> Iterator[StubSandbox]:
        self.asked.append(limits)
        assert self.gate.wait(30)
        if self.failing:
            raise SandboxError("no room")
        with super().open(limits) as sandbox:
            yield sandbox


@pytest.fixture
def gated() -> GatedKind:
    made = GatedKind(REPORT)
    made.gate.set()
    return made


def standing(gated: StubKind) -> int:
    return gated.opened - gated.closed


def test_the_first_one_stands_before_anybody_asks(gated: GatedKind) -> None:
    with Pool(gated) as pool:
        pool.warm_up()
        eventually(lambda: gated.opened == 1)
        with pool.open(Limits()):
            pass
    assert gated.opened == gated.closed


def test_nothing_is_started_before_it_is_asked_for(gated: GatedKind) -> None:
    with Pool(gated):
        assert threading.active_count() == 1
    assert gated.asked == []


def test_the_next_one_is_begun_beside_the_grading_and_not_before_it(gated: GatedKind) -> None:
    with Pool(gated) as pool:
        pool.warm_up()
        eventually(lambda: gated.opened == 1)
        assert gated.asked == [Limits()]
        with pool.open(Limits()) as first:
            eventually(lambda: gated.opened == 2)
            with pool.open(Limits()) as second:
                assert second is not first


def test_every_submission_has_a_sandbox_of_its_own(gated: GatedKind, job: Job) -> None:
    seen = []
    with Pool(gated, most=2) as pool:
        for _ in range(20):
            with pool.open(Limits()) as sandbox:
                sandbox.grade(job)
                seen.append(sandbox)
    assert len({id(sandbox) for sandbox in seen}) == 20
    assert gated.opened == gated.closed


def test_all_is_destroyed_when_it_closes_also_what_is_still_being_started(gated: GatedKind) -> None:
    gated.gate.clear()
    pool = Pool(gated, most=3)
    pool.warm_up()
    eventually(lambda: gated.asked)
    threading.Timer(0.05, gated.gate.set).start()
    pool.close()
    assert (gated.opened, gated.closed) == (1, 1)
    assert threading.active_count() == 1


def test_limits_that_a_sandbox_is_started_with_must_be_the_same(gated: GatedKind) -> None:
    with Pool(gated) as pool:
        pool.warm_up()
        eventually(lambda: gated.opened == 1)
        with pool.open(SMALL):
            assert gated.asked[1] == SMALL
        with pool.open(SMALL):
            pass
    assert gated.opened == gated.closed


def test_limits_that_the_harness_keeps_are_no_reason_for_a_new_one(gated: GatedKind) -> None:
    with Pool(gated) as pool:
        pool.warm_up()
        eventually(lambda: gated.opened == 1)
        with pool.open(QUICK):
            eventually(lambda: gated.opened == 2)
    assert set(gated.asked) == {Limits()}


def test_what_was_wanted_most_of_late_is_what_is_started_ahead(gated: GatedKind) -> None:
    with Pool(gated) as pool:
        for limits in (Limits(), SMALL, SMALL, SMALL):
            with pool.open(limits):
                pass
        eventually(lambda: gated.opened == len(gated.asked))
        assert gated.asked[-1] == SMALL
        before = len(gated.asked)
        with pool.open(SMALL):
            eventually(lambda: len(gated.asked) == before + 1)
    assert gated.opened == gated.closed


def test_there_are_more_ahead_while_they_are_not_ready_in_time_up_to_the_most(gated: GatedKind) -> None:
    gated.gate.clear()
    with Pool(gated, most=3) as pool:
        taken = [threading.Thread(target=lambda: pool.open(Limits()).__enter__()) for _ in range(5)]
        for thread in taken:
            thread.start()
        eventually(lambda: len(gated.asked) == 2)  # As many as there are threads to start them.
        gated.gate.set()
        for thread in taken:
            thread.join()
        eventually(lambda: gated.opened == 5 + 3)
        assert gated.opened - 5 == 3


def test_what_nobody_wants_is_given_back_and_the_first_who_comes_waits(gated: GatedKind) -> None:
    with Pool(gated, idle_seconds=0.05) as pool:
        pool.warm_up()
        eventually(lambda: gated.opened == 1)
        eventually(lambda: standing(gated) == 0)
        with pool.open(Limits()):
            assert standing(gated) >= 1
        eventually(lambda: standing(gated) == 0)
    assert threading.active_count() == 1


def test_what_is_made_of_an_image_that_has_changed_is_not_used(gated: GatedKind, job: Job) -> None:
    gated.material = "old"
    with Pool(gated, most=2) as pool:
        pool.warm_up()
        with pool.open(Limits()):
            pass
        eventually(lambda: standing(gated) >= 1)
        before = gated.opened
        gated.material = "new"
        with pool.open(Limits()):
            assert gated.opened > before
        eventually(lambda: gated.closed >= before)
    assert gated.opened == gated.closed


def test_one_that_could_not_be_started_ahead_costs_nobody_an_attempt(
    gated: GatedKind, caplog: pytest.LogCaptureFixture
) -> None:
    gated.failing = True
    with Pool(gated) as pool:
        pool.warm_up()
        eventually(lambda: gated.asked)
        pool.settle()
        gated.failing = False
        with pool.open(Limits()):
            assert standing(gated) >= 1
    assert "could not be started ahead: no room" in caplog.text


def test_one_that_cannot_be_started_now_is_the_attempts_fault_of_ours(gated: GatedKind) -> None:
    gated.failing = True
    with Pool(gated) as pool, pytest.raises(SandboxError, match="no room"), pool.open(Limits()):
        pass
    assert gated.opened == 0


def test_an_exception_in_the_attempt_goes_up_and_destroys_the_sandbox(gated: GatedKind) -> None:
    def fail(pool: Pool) -> None:
        with pool.open(Limits()):
            raise KeyboardInterrupt

    with Pool(gated) as pool, pytest.raises(KeyboardInterrupt):
        fail(pool)
    assert gated.opened == gated.closed


def test_it_stands_wherever_a_kind_may_stand(gated: GatedKind) -> None:
    gated.trouble, gated.material = "no", "made of that"
    pool = Pool(gated)
    assert (pool.name, pool.problem(), pool.made_of(), pool.reap([], 1)) == ("stub", "no", "made of that", [])


def test_a_real_sandbox_started_ahead_grades_and_holds_its_limits(kind: SandboxKind) -> None:
    seen: list[Event] = []
    with Pool(kind) as pool:
        pool.warm_up()
        for number in range(3):
            with pool.open(Limits()) as sandbox:
                report = sandbox.grade(job_of(RIGHT, seed=number), seen.append)
            assert report.verdict is Verdict.PASSED
            assert report.seed == number
        small = Limits(memory_bytes=96 * 1024**2)
        taking = job_of(
            "print(len(bytearray(b'x' * (200 << 20))))", FINISHES, memory_bytes=small.memory_bytes
        )
        with pool.open(small) as sandbox:
            assert sandbox.grade(taking).verdict is Verdict.MEMORY_LIMIT
    assert [event.event for event in seen].count("report") == 3
