"""How things stand after each step, and which reads and writes collide."""

from __future__ import annotations

from graders.picture.collisions import Collision, collisions
from graders.picture.moments import Hold, holds, moments
from graders.report import Step
from tests.graders.picture.reports import EARLY, KEPT, LOST, MANY_LOST, OWN_LOCKS


def test_values_change_with_reads_and_writes() -> None:
    assert [dict(moment.values) for moment in moments(LOST)] == [{"r": 55}, {"r": 55}, {"r": 56}, {"r": 56}]


def test_a_value_stays_in_the_hand_until_its_process_writes() -> None:
    hands = [{process: value for process, _, value in moment.in_hand} for moment in moments(LOST)]
    assert hands == [{6: 55}, {6: 55, 10: 55}, {6: 55}, {}]


def test_a_process_stands_where_it_did_its_last_step() -> None:
    stands = [dict(moment.stands) for moment in moments(OWN_LOCKS)]
    assert stands[:4] == [{1: 5}, {1: 6}, {1: 6, 2: 5}, {1: 6, 2: 6}]
    assert stands[-1] == {1: 7, 2: 7}


def test_a_lock_is_held_from_its_acquire_until_its_release() -> None:
    held = [dict(moment.holders) for moment in moments(OWN_LOCKS)]
    both = {"the lock a": (1,), "the lock b": (2,)}
    assert held == [*[{"the lock a": (1,)}] * 2, *[both] * 3, *[{"the lock a": (1,)}] * 2, {}]


def test_a_lock_of_a_process_that_ended_stays_held() -> None:
    assert [dict(moment.holders) for moment in moments(KEPT)] == [{"the lock": (1,)}] * 3


def test_a_lock_that_is_acquired_again_needs_as_many_releases() -> None:
    steps = [Step(1, name, "lock") for name in ("acquire", "acquire", "release", "release")]
    assert holds(steps) == (Hold(1, "lock", 0, 3), Hold(1, "lock", 1, 2))


def test_a_release_by_another_process_ends_the_hold_and_one_out_of_nowhere_says_nothing() -> None:
    assert holds([Step(1, "acquire", "lock"), Step(2, "release", "lock")]) == (Hold(1, "lock", 0, 1),)
    assert holds([Step(2, "release", "lock")]) == ()


def test_a_semaphore_that_another_process_releases_is_a_signal_and_held_by_nobody() -> None:
    steps = [Step(1, "acquire", "the semaphore full"), Step(2, "release", "the semaphore full")]
    assert holds(steps) == ()


def test_a_semaphore_has_several_holders() -> None:
    steps = [Step(1, "acquire", "s"), Step(2, "acquire", "s")]
    assert dict(moments(steps)[-1].holders) == {"s": (1, 2)}


def test_the_four_steps_of_a_lost_update_collide() -> None:
    assert collisions(LOST) == (Collision(0, 3, (2,)),)


def test_every_write_that_is_written_over_is_lost() -> None:
    assert collisions(MANY_LOST) == (Collision(0, 5, (2, 4)),)


def test_a_read_before_the_others_have_written_came_too_early() -> None:
    assert collisions(EARLY) == (Collision(1, None, (4,)),)


def test_where_the_main_program_reads_too_early_the_workers_reads_are_not_marked_too() -> None:
    steps = (Step(1, "read", "r", 0), *EARLY)
    assert collisions(steps) == (Collision(2, None, (5,)),)


def test_a_value_that_a_worker_has_looked_at_is_out_of_date_when_another_writes() -> None:
    steps = (Step(1, "read", "balance", 50), Step(2, "write", "balance", 0), Step(1, "write", "other", 1))
    assert collisions(steps) == (Collision(0, None, (1,)),)


def test_updates_one_after_the_other_do_not_collide() -> None:
    one, other = LOST[0], LOST[1]
    steps = (one, Step(6, "write", "r", 56, 3), other, Step(10, "write", "r", 57, 3))
    assert collisions(steps) == ()


def test_writes_to_another_object_do_not_collide() -> None:
    steps = (Step(1, "read", "a", 1), Step(2, "write", "b", 2), Step(1, "write", "a", 2))
    assert collisions(steps) == ()
