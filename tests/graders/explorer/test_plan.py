"""Where it is worth to interrupt when nothing is foretold."""

from __future__ import annotations

from graders.explorer.plan import dice, interruptions, preemptions, systematic
from graders.explorer.points import Op
from graders.explorer.roles import roles_of
from graders.explorer.steering import TO_THE_END, segments
from graders.explorer.strategies import Steer
from tests.graders.explorer.script import LOCK, OTHER, Script
from tests.graders.explorer.test_steering import nested, two_that_read_and_print, updates


def test_what_holds_no_lock_is_interrupted_first() -> None:
    script = two_that_read_and_print(0)
    script.run.forked_at = 0
    holds = [strategy.goals[0][1] for strategy in systematic(script.run, 100) if isinstance(strategy, Steer)]
    inside = {event.index for event in script.trace if event.op is Op.WRITE}
    outside = {event.index for event in script.trace if event.op is Op.PRINT}
    assert inside | outside <= set(holds)
    assert max(holds.index(index) for index in outside) < min(holds.index(index) for index in inside)


def test_only_a_slot_that_could_go_on_is_preempted() -> None:
    assert preemptions(updates((), ()).run) == 0
    script = Script()
    script.fork(1)
    script.read(1)
    script.fork(2)
    script.write(1)
    script.join(1)
    # The main program waits at its join in the end, worker 1 was interrupted once, main at its fork once.
    assert preemptions(script.run) == 2


def test_a_switch_at_a_wait_is_no_preemption() -> None:
    script = Script()
    script.lock()
    script.fork(1)
    script.acquire(1)
    script.join(1)
    script.release(1)
    assert preemptions(script.run) == 1
    assert preemptions(nested((LOCK, OTHER), (OTHER, LOCK)).run) == 0


def test_turns_leave_out_the_ends() -> None:
    script = updates((), ())
    assert segments(script.trace) == [(0, 2), (1, 2), (2, 2)]


def test_workers_of_the_same_lines_have_the_same_role() -> None:
    script = updates((), (), (LOCK,))
    roles = roles_of(script.run)
    assert roles[0] == 0
    assert roles[1] == roles[2] != roles[3]


def test_every_pair_of_neighbouring_lines_is_interrupted_once_for_workers_that_are_alike() -> None:
    script = updates((), (), ())
    spots = [s for s in systematic(script.run, 100) if isinstance(s, Steer)]
    held = [steer.goals[0] for steer in spots if steer.goals[0][0]]
    assert set(held) == {(2, 1)}


def test_the_systematic_part_keeps_its_bound() -> None:
    script = updates((LOCK,), (LOCK,), (OTHER,))
    everything = list(systematic(script.run, 1000))
    assert len(everything) > 3
    assert len(list(systematic(script.run, 3))) == 3


def test_one_more_preemption_is_tried_wherever_there_can_be_one() -> None:
    script = updates((), ())
    found = [(steer.goals, step) for steer, step in interruptions(script.run, 0) if isinstance(steer, Steer)]
    assert ([(1, 1), (2, TO_THE_END)], 3) in found
    assert all(goal[0][0] != goal[1][0] for goal, _ in found)
    assert not list(interruptions(script.run, len(script.trace)))


def test_the_same_seed_throws_the_same_dice() -> None:
    names = [dice(3, number, 100).name for number in range(8)]
    assert names == [dice(3, number, 100).name for number in range(8)]
    assert set(names) == {"pos", "pct-2", "random", "pct-3"}
