"""A failing run becomes one with as few preemptions as its mistake needs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

import pytest

from graders.explorer.controller import Strategy
from graders.explorer.lane import Lane, Made, Target
from graders.explorer.minimise import MOST_RUNS, simplest
from graders.explorer.plan import preemptions
from graders.explorer.strategies import Lockstep, ParentFirst, RandomWalk
from tests.graders.explorer.programs import RACY

Runs = Callable[[Iterable[Strategy]], Iterator[Made]]

TWICE = """
    from multiprocessing import Process, RawValue

    def work(turn, seen):
        for _ in range(3):
            if turn.value == 0:
                turn.value = 1
            else:
                turn.value = 0
                seen.value = 1

    if __name__ == "__main__":
        turn, seen = RawValue("i", 0), RawValue("i", 0)
        workers = [Process(target=work, args=(turn, seen)) for _ in range(2)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
        print(seen.value, turn.value)
    """


class Counted:
    """Makes runs in a lane and counts them."""

    def __init__(self, lane: Lane, target: Target) -> None:
        self.lane = lane
        self.target = target
        self.count = 0

    def __call__(self, strategies: Iterable[Strategy]) -> Iterator[Made]:
        for strategy in strategies:
            self.count += 1
            yield self.lane.make(self.target, strategy)


@pytest.fixture
def counted(lane: Lane, target: Callable[[str], Target]) -> Callable[[str], Counted]:
    return lambda source: Counted(lane, target(source))


@pytest.mark.parametrize("program", RACY)
def test_a_lost_update_comes_down_to_one_preemption(counted: Callable[[str], Counted], program: str) -> None:
    runs = counted(RACY[program].replace("range(10)", "range(4)"))

    def fails(made: Made) -> bool:
        return made.output != "16\n"

    failing = next(made for made in runs(RandomWalk(seed) for seed in range(10)) if fails(made))
    assert preemptions(failing.run) > 1
    found = simplest(failing, runs, fails)
    assert fails(found)
    assert preemptions(found.run) == 1


def test_a_run_with_one_preemption_is_left_as_it_is(counted: Callable[[str], Counted]) -> None:
    runs = counted(RACY["textbook"])
    (plain,) = runs([ParentFirst()])
    before = runs.count
    assert simplest(plain, runs, lambda _: True) is plain
    assert runs.count == before


def test_what_fails_by_no_single_gap_loses_turns_and_still_fails(counted: Callable[[str], Counted]) -> None:
    runs = counted(TWICE)
    (failing,) = runs([Lockstep()])

    def fails(made: Made) -> bool:
        return made.output == failing.output

    (plain,) = runs([ParentFirst()])
    assert not fails(plain)
    found = simplest(failing, runs, fails)
    assert fails(found)
    assert len(found.run.segments) < len(failing.run.segments)
    assert preemptions(found.run) <= preemptions(failing.run)


def test_a_failure_that_cannot_be_made_simpler_is_given_back_after_so_many_runs(
    counted: Callable[[str], Counted],
) -> None:
    runs = counted(RACY["textbook"].replace("range(10)", "range(3)"))
    (failing,) = runs([RandomWalk(1)])
    before = runs.count
    assert simplest(failing, runs, lambda _: False) is failing
    assert runs.count - before <= MOST_RUNS + 6
