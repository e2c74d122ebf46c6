"""Several lanes side by side are one: what comes out does not depend on which of them is faster."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from graders.errors import InfrastructureError
from graders.explorer.lane import Target
from graders.explorer.lanes import Lanes, Order
from graders.explorer.nursery import Nursery
from graders.explorer.strategies import ParentFirst, RandomWalk
from tests.graders.explorer.programs import RACY, text

SOURCE = text(RACY["textbook"]).replace("range(10)", "range(3)")
LONG = text("""
    from multiprocessing import Process, RawValue

    def work(r):
        for _ in range(2000):
            r.value += 1

    if __name__ == "__main__":
        r = RawValue("i", 0)
        worker = Process(target=work, args=(r,))
        worker.start()
        worker.join()
        print(r.value)
    """)


@pytest.fixture
def lanes() -> Iterator[Lanes]:
    nursery = Nursery()
    nursery.prepare((), enter=False)
    # The harness enters as another uid where it is root; here the tests' own will do.
    nursery.prepare = lambda words, enter=True: None  # type: ignore[method-assign]
    with nursery, Lanes(nursery, SOURCE, 2) as lanes:
        yield lanes


def _orders(count: int) -> list[Order]:
    return [Order(RandomWalk(seed)) for seed in range(count)]


def test_a_run_comes_when_it_was_asked_for_though_another_lane_was_faster(
    lanes: Lanes, target: Callable[[str], Target]
) -> None:
    long = target(LONG)
    found = lanes.run(long, [Order(RandomWalk(1)), Order(ParentFirst()), Order(RandomWalk(2))])
    alone = [
        lanes.make(long, strategy).run.segments for strategy in (RandomWalk(1), ParentFirst(), RandomWalk(2))
    ]
    assert [made.run.segments for made in found] == alone


def test_the_runs_are_the_same_on_one_lane_and_on_two(lanes: Lanes, target: Callable[[str], Target]) -> None:
    program = target(SOURCE)
    two = [made.run.segments for made in lanes.run(program, _orders(8))]
    only = lanes.hands.pop()
    one = [made.run.segments for made in lanes.run(program, _orders(8))]
    lanes.hands.append(only)
    assert one == two
    assert len({tuple(segments) for segments in two}) == 8


def test_a_run_that_nobody_waited_for_does_not_disturb_the_next(
    lanes: Lanes, target: Callable[[str], Target]
) -> None:
    program = target(SOURCE)
    expected = [made.run.segments for made in lanes.run(program, _orders(4))]
    for _ in range(3):
        begun = lanes.run(program, [Order(RandomWalk(90)), Order(RandomWalk(91)), Order(RandomWalk(92))])
        next(begun)
        begun.close()  # type: ignore[attr-defined]
    assert any(hand.forgotten for hand in lanes.hands)
    assert [made.run.segments for made in lanes.run(program, _orders(4))] == expected
    assert not any(hand.forgotten for hand in lanes.hands)


def test_what_a_shared_integer_begins_with_is_moved_for_one_run_only(
    lanes: Lanes, target: Callable[[str], Target]
) -> None:
    program = target(SOURCE)
    (plain,) = lanes.run(program, [Order(ParentFirst())])
    (number,) = plain.run.data
    moved, again = lanes.run(program, [Order(ParentFirst(), {number: 1000}), Order(ParentFirst())])
    assert (plain.output, moved.output, again.output) == ("9\n", "1009\n", "9\n")


def test_each_lane_has_a_cpu_of_its_own(lanes: Lanes) -> None:
    wanted = min(2, len(os.sched_getaffinity(0)))
    lanes.run(Target("/", "x"), [])
    cpus = [os.sched_getaffinity(hand.pid) for hand in lanes.hands]
    assert len(lanes.hands) == wanted
    assert len({frozenset(cpu) for cpu in cpus}) == wanted


def test_a_lane_that_was_killed_is_our_fault_and_told(lanes: Lanes, target: Callable[[str], Target]) -> None:
    program = target(SOURCE)
    list(lanes.run(program, _orders(2)))
    os.kill(lanes.hands[0].pid, signal.SIGSTOP)
    found = lanes.run(program, _orders(6))
    os.kill(lanes.hands[0].pid, signal.SIGKILL)
    with pytest.raises(InfrastructureError, match="a lane of the explorer is gone"):
        list(found)


def test_a_zygote_that_was_killed_is_our_fault_and_told(
    lanes: Lanes, target: Callable[[str], Target]
) -> None:
    program = target(SOURCE)
    list(lanes.run(program, _orders(2)))
    for pid in lanes.nursery.zygotes:
        os.kill(pid, signal.SIGKILL)
    with pytest.raises(InfrastructureError, match="zygote"):
        list(lanes.run(program, _orders(2)))


def test_closing_leaves_no_process_even_in_the_middle_of_runs(target: Callable[[str], Target]) -> None:
    program = target(LONG)
    nursery = Nursery()
    nursery.prepare((), enter=False)
    nursery.prepare = lambda words, enter=True: None  # type: ignore[method-assign]
    with nursery:
        lanes = Lanes(nursery, LONG, 2)
        pids = [nursery.pid, *nursery.zygotes, *(hand.pid for hand in lanes.hands)]
        begun = lanes.run(program, _orders(4))
        made = next(begun)
        pids += [slot.pid for slot in made.run.slots.values() if slot.pid]
        lanes.close()
    assert len(pids) >= 6
    assert [pid for pid in pids if _lives(pid)] == []


def _lives(pid: int) -> bool:
    """Whether a process is there; one whose parent has not asked for its status yet is not."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state != "Z"
