"""Who did the work of a function-style lab is told by what each call has changed."""

from __future__ import annotations

from graders.explorer.memory import Datum
from graders.explorer.points import Event, Op
from graders.explorer.shares import strange_share
from graders.explorer.world import ControlledRun, Slot

TEN = ({"r": 10}, {"r": 10})


def run_of(*writes: tuple[int, int], final: int = 20) -> ControlledRun:
    """Return a run in which slots 1 and 2, and 3 which slot 2 has started, write these values."""
    run = ControlledRun()
    run.slots.update({1: Slot(1, 0), 2: Slot(2, 0), 3: Slot(3, 2)})
    run.data[1] = Datum(1, 4, "i", 1)
    run.initial[1], run.final[1] = 0, final
    run.trace = [Event(step, slot, Op.WRITE, 1, value, 5, 0) for step, (slot, value) in enumerate(writes)]
    return run


def test_calls_that_each_do_their_own_part_are_not_strange() -> None:
    assert strange_share(run_of((1, 4), (2, 10), (1, 16), (2, 20)), TEN) == ""


def test_one_call_that_does_the_work_of_all_is() -> None:
    told = strange_share(run_of((1, 20)), TEN)
    assert told == "process 1 changed r by 20, where its own call asks for 10"


def test_a_process_that_a_call_has_started_works_for_that_call() -> None:
    assert strange_share(run_of((1, 10), (3, 20)), TEN) == ""


def test_nothing_is_said_where_memory_changed_in_ways_that_nobody_announced() -> None:
    assert strange_share(run_of((1, 10)), TEN) == ""
