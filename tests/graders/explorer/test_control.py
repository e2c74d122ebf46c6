"""The program runs under control as it would at home, whoever is next."""

from __future__ import annotations

import os

import pytest

from graders.explorer.controller import Strategy
from graders.explorer.strategies import (
    ChildFirst,
    ParentFirst,
    PartialOrderSampling,
    Pct,
    RandomWalk,
    Replay,
)
from graders.explorer.world import Outcome
from tests.graders.explorer.conftest import Make
from tests.graders.explorer.programs import DEADLOCKING, RACY, RIGHT

STRATEGIES = {
    "parent-first": ParentFirst,
    "child-first": ChildFirst,
    "random": lambda: RandomWalk(1),
    "random again": lambda: RandomWalk(2),
    "pct": lambda: Pct(3, 3, 200),
    "pos": lambda: PartialOrderSampling(4),
}


@pytest.mark.parametrize("strategy", STRATEGIES)
@pytest.mark.parametrize("program", RIGHT)
def test_a_right_program_ends_right_under_every_strategy(make: Make, program: str, strategy: str) -> None:
    expected, source = RIGHT[program]
    chosen: Strategy = STRATEGIES[strategy]()
    made = make(source, chosen)
    assert (made.run.outcome, made.output.strip(), made.errors) == (Outcome.FINISHED, expected, "")


@pytest.mark.parametrize("program", [name for name in DEADLOCKING if name != "lock_order"])
def test_a_deadlock_is_told_when_nobody_can_go_on(make: Make, program: str) -> None:
    assert make(DEADLOCKING[program], ParentFirst()).run.outcome is Outcome.DEADLOCK


@pytest.mark.parametrize("program", [*RACY, "lock_order"])
def test_a_recorded_schedule_replays_to_the_same_trace(make: Make, program: str) -> None:
    source = {**RACY, **DEADLOCKING}[program]
    first = make(source, RandomWalk(7))
    again = make(source, Replay(first.run.segments))
    assert again.run.segments == first.run.segments
    assert again.output == first.output
    assert [(e.slot, e.op, e.object, e.value, e.line) for e in again.run.trace] == [
        (e.slot, e.op, e.object, e.value, e.line) for e in first.run.trace
    ]


def test_the_same_seed_makes_the_same_choices(make: Make) -> None:
    one, other = (make(RACY["textbook"], RandomWalk(5)).run.segments for _ in range(2))
    assert one == other
    assert make(RACY["textbook"], RandomWalk(6)).run.segments != one


def test_a_program_that_never_reaches_a_schedule_point_is_stuck(make: Make) -> None:
    assert make("while True:\n    pass\n", ParentFirst()).run.outcome is Outcome.STUCK


def test_a_fork_bomb_is_refused_further_processes(make: Make) -> None:
    made = make("import os\nwhile True:\n    os.fork()\n", ParentFirst())
    assert made.run.refused > 0
    assert len(made.run.slots) <= 4 * made.run.max_slots


def test_nothing_of_a_run_is_left_behind(make: Make) -> None:
    source = """
        import os, time
        if os.fork() == 0:
            os.setsid()
            if os.fork() == 0:
                time.sleep(1000)
                while True:
                    pass
            os._exit(0)
    """
    made = make(source, ParentFirst())
    pids = [slot.pid for slot in made.run.slots.values() if slot.pid]
    assert len(pids) == 3
    for pid in pids:
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)


def test_a_killed_process_is_noticed_and_joined(make: Make) -> None:
    source = """
        from multiprocessing import Event, Process

        def work(event):
            event.wait()

        if __name__ == "__main__":
            worker = Process(target=work, args=(Event(),))
            worker.start()
            worker.terminate()
            worker.join()
            print(worker.exitcode)
    """
    made = make(source, ParentFirst())
    assert (made.run.outcome, made.output) == (Outcome.FINISHED, "-15\n")


def test_time_stands_still_while_anybody_can_run_and_jumps_when_nobody_can(make: Make) -> None:
    source = """
        import time
        begin = time.monotonic()
        time.sleep(1000)
        print(round(time.monotonic() - begin))
    """
    made = make(source, ParentFirst())
    assert made.output == "1000\n"
    assert made.run.now == 1_000_000_000


def test_a_program_sees_every_cpu_though_it_is_pinned_to_one(make: Make) -> None:
    made = make("import os\nprint(len(os.sched_getaffinity(0)))\n", ParentFirst())
    assert int(made.output) == len(os.sched_getaffinity(os.getppid()))
