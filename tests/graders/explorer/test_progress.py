"""When a run goes round in circles, and when it does not."""

from __future__ import annotations

import pytest

from graders.explorer.points import Event, Op
from graders.explorer.progress import ALL_IDLE, EACH_IDLE, Progress
from graders.explorer.world import ControlledRun, Slot


class Going:
    """Two slots that go on, and what is counted of them."""

    def __init__(self) -> None:
        self.run = ControlledRun(slots={0: Slot(0, -1), 1: Slot(1, 0)})
        self.progress = Progress(self.run)

    def do(self, op: Op, value: int = 0, slot: int = 1, times: int = 1) -> None:
        for _ in range(times):
            self.progress.note(self.run.slots[slot], Event(0, slot, op, 16, value, 1, 0))

    def ceased(self, *slots: int) -> bool:
        return self.progress.ceased([self.run.slots[number] for number in slots])


def test_everybody_going_round_in_circles_for_long_is_a_livelock() -> None:
    going = Going()
    going.do(Op.TRY, slot=0, times=EACH_IDLE)
    going.do(Op.TRY, slot=1, times=ALL_IDLE - EACH_IDLE - 1)
    assert not going.ceased(0, 1)
    going.do(Op.TRY)
    assert going.ceased(0, 1)


def test_it_is_none_while_somebody_has_been_passed_over() -> None:
    going = Going()
    going.do(Op.TRY, slot=0, times=EACH_IDLE - 1)
    going.do(Op.TRY, slot=1, times=2 * ALL_IDLE)
    assert not going.ceased(0, 1)
    assert going.ceased(1)


@pytest.mark.parametrize(
    "op", [Op.FORK, Op.START, Op.END, Op.SEND, Op.RECEIVE, Op.PRINT, Op.SIGNAL, Op.CALL, Op.JOIN]
)
def test_what_cannot_go_on_for_ever_is_progress(op: Op) -> None:
    going = Going()
    going.do(Op.TRY, slot=0, times=ALL_IDLE)
    going.do(Op.TRY, slot=1, times=ALL_IDLE)
    assert going.ceased(0, 1)
    going.do(op)
    assert not going.ceased(0, 1)
    assert going.progress.idle == 0
    assert [slot.idle for slot in going.run.slots.values()] == [0, 0]


@pytest.mark.parametrize("op", [Op.ACQUIRE, Op.RELEASE, Op.TRY, Op.TIMED, Op.READ, Op.POLL, Op.YIELD])
def test_what_can_go_on_for_ever_is_none(op: Op) -> None:
    going = Going()
    going.do(op, times=ALL_IDLE)
    assert going.ceased(1)


def test_a_value_that_was_not_there_before_is_progress() -> None:
    going = Going()
    for number in range(2 * ALL_IDLE // 20):
        going.do(Op.WRITE, number)
        going.do(Op.READ, number, times=19)
    assert not going.ceased(1)


def test_values_that_come_and_go_are_none() -> None:
    going = Going()
    for number in range(ALL_IDLE + 10):
        going.do(Op.WRITE, number % 5)
    assert going.ceased(1)


def test_a_loop_that_sleeps_between_two_looks_is_known_sooner() -> None:
    going = Going()
    going.do(Op.SLEEP, times=ALL_IDLE // 6)
    assert going.ceased(1)
