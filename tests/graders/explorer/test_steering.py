"""What one run foretells, and the runs that are steered into it."""

from __future__ import annotations

from graders.explorer.analysis import flips, lock_cycles, lost_updates, stale_reads
from graders.explorer.order import accesses, contested, ordered
from graders.explorer.points import Op
from graders.explorer.steering import TO_THE_END, directed
from graders.explorer.strategies import Steer
from tests.graders.explorer.script import LOCK, OTHER, THIRD, Script, X, Y

GATE = 0x10C0


def nested(*orders: tuple[int, int], gate: tuple[int, ...] = ()) -> Script:
    """Each worker nests one lock in another; workers in `gate` hold the gate lock around it."""
    script = Script()
    for number in (LOCK, OTHER, THIRD, GATE):
        script.lock(number)
    for slot in range(1, len(orders) + 1):
        script.fork(slot)
    for slot, (outer, inner) in enumerate(orders, 1):
        if slot in gate:
            script.acquire(slot, GATE, line=2)
        script.acquire(slot, outer, line=3)
        script.acquire(slot, inner, line=4)
        script.release(slot, inner)
        script.release(slot, outer)
        if slot in gate:
            script.release(slot, GATE)
        script.end(slot)
    return script


def _circles(script: Script) -> list[list[int]]:
    return [[nesting.slot for nesting in circle] for circle in lock_cycles(script.trace)]


def test_two_locks_in_two_orders_are_a_circle_of_two() -> None:
    assert _circles(nested((LOCK, OTHER), (OTHER, LOCK))) == [[1, 2]]


def test_three_locks_in_turn_are_a_circle_of_three() -> None:
    assert _circles(nested((LOCK, OTHER), (OTHER, THIRD), (THIRD, LOCK))) == [[1, 2, 3]]


def test_locks_in_one_order_are_no_circle() -> None:
    assert _circles(nested((LOCK, OTHER), (OTHER, THIRD), (LOCK, THIRD))) == []


def test_a_gate_lock_that_both_hold_keeps_one_of_them_out() -> None:
    assert _circles(nested((LOCK, OTHER), (OTHER, LOCK), gate=(1, 2))) == []


def test_a_gate_lock_that_only_one_holds_keeps_nobody_out() -> None:
    assert _circles(nested((LOCK, OTHER), (OTHER, LOCK), gate=(1,))) == [[1, 2]]


def test_a_gate_lock_that_two_of_three_hold_breaks_the_circle() -> None:
    circle = ((LOCK, OTHER), (OTHER, THIRD), (THIRD, LOCK))
    assert _circles(nested(*circle, gate=(1, 3))) == []


def test_one_process_makes_no_circle_with_itself() -> None:
    script = nested((LOCK, OTHER))
    script.acquire(0, OTHER)
    script.acquire(0, LOCK)
    assert _circles(nested((LOCK, OTHER))) == []
    assert _circles(script) == [[1, 0]]


def test_an_acquire_in_vain_is_no_nesting() -> None:
    script = nested((LOCK, OTHER))
    script.fork(2)
    script.acquire(2, OTHER)
    script.do(2, Op.TRY, LOCK, 0)
    assert _circles(script) == []


def test_a_circle_is_steered_into_before_each_inner_acquire() -> None:
    script = nested((LOCK, OTHER), (OTHER, LOCK))
    steer = next(directed(script.run))
    assert isinstance(steer, Steer)
    assert (steer.name, list(steer.goals)) == ("steer-deadlock", [(1, 1), (2, 1)])


def _gaps(script: Script) -> list[tuple[int, int, int]]:
    found = lost_updates(accesses(script.trace, script.run.locks))
    return [(g.read.event.slot, g.write.event.slot, g.intruder.event.slot) for g in found]


def updates(*guards: tuple[int, ...], locks: tuple[int, ...] = (LOCK, OTHER), initial: int = 1) -> Script:
    """Each worker reads and writes once, holding the locks of its guard."""
    script = Script()
    for number in locks:
        script.lock(number, initial)
    for slot in range(1, len(guards) + 1):
        script.fork(slot)
    for slot, guard in enumerate(guards, 1):
        for number in guard:
            script.acquire(slot, number)
        script.read(slot, slot - 1, line=5)
        script.write(slot, slot, line=6)
        for number in guard:
            script.release(slot, number)
        script.end(slot)
    return script


def _stale(script: Script) -> list[tuple[int, Op, int]]:
    found = stale_reads(ordered(script.trace, script.run.locks))
    return [(gap.read.event.slot, gap.write.event.op, gap.intruder.event.slot) for gap in found]


def two_that_read_and_print(lock_from: int) -> Script:
    """Each worker adds one under the lock and prints what it reads; 0: no lock there, 1: it prints inside."""
    script = Script()
    script.lock()
    for slot in (1, 2):
        script.fork(slot)
    for slot in (1, 2):
        script.acquire(slot)
        script.read(slot, slot - 1, line=5, number=0)
        script.write(slot, slot, line=5, number=0)
        if not lock_from:
            script.release(slot)
        # The shared integer has the number that every print has.
        script.read(slot, slot, line=6, number=0)
        script.do(slot, Op.PRINT, 0, 2, line=6)
        if lock_from:
            script.release(slot)
        script.end(slot)
    return script


def test_a_print_of_what_may_be_old_is_foretold() -> None:
    script = two_that_read_and_print(0)
    assert _stale(script) == [(1, Op.PRINT, 2)]
    (steer,) = [strategy for strategy in directed(script.run) if strategy.name == "steer-loss"]
    assert isinstance(steer, Steer)
    printed = next(event for event in script.trace if event.op is Op.PRINT and event.slot == 1)
    assert list(steer.goals) == [(1, printed.index), (2, TO_THE_END)]


def test_a_print_in_the_critical_section_of_its_read_is_not() -> None:
    assert _stale(two_that_read_and_print(1)) == []


def test_a_write_that_rests_on_another_datum_is_foretold() -> None:
    script = Script()
    for slot in (1, 2):
        script.fork(slot)
    script.read(1, 0, line=3, number=X)
    script.write(1, 1, line=4, number=Y)
    script.write(2, 1, line=9, number=X)
    assert _stale(script) == [(1, Op.WRITE, 2)]


def test_an_unlocked_update_has_a_gap() -> None:
    assert _gaps(updates((), ())) != []


def test_an_update_in_one_critical_section_has_none() -> None:
    assert _gaps(updates((LOCK,), (LOCK,))) == []


def test_different_locks_do_not_close_the_gap() -> None:
    assert _gaps(updates((LOCK,), (OTHER,))) != []


def test_a_semaphore_that_lets_two_in_does_not_close_the_gap() -> None:
    assert _gaps(updates((LOCK,), (LOCK,), initial=2)) != []


def test_two_critical_sections_of_one_lock_have_a_gap() -> None:
    script = Script()
    script.lock()
    for slot in (1, 2):
        script.fork(slot)
    for slot in (1, 2):
        script.acquire(slot)
        script.read(slot, slot - 1)
        script.release(slot)
        script.acquire(slot)
        script.write(slot, slot)
        script.release(slot)
    assert (1, 1, 2) in _gaps(script)


def test_who_was_joined_before_cannot_come_between() -> None:
    script = Script()
    for slot in (1, 2):
        script.fork(slot)
        script.read(slot, slot - 1)
        script.write(slot, slot)
        script.end(slot)
        script.join(slot)
    assert _gaps(script) == []
    assert flips(accesses(script.trace, script.run.locks)) == []


def test_a_token_keeps_out_who_waits_for_it() -> None:
    script = Script()
    for slot in (1, 2):
        script.fork(slot)
    script.read(1, 0)
    script.write(1, 1)
    script.do(1, Op.SEND, 0x99, 9)
    script.do(2, Op.RECEIVE, 0x99, 4)
    script.do(2, Op.RECEIVE, 0x99, 5)
    script.read(2, 1)
    script.write(2, 2)
    assert _gaps(script) == []


def test_a_message_says_nothing_of_what_its_sender_does_later() -> None:
    script = Script()
    for slot in (1, 2):
        script.fork(slot)
    script.do(1, Op.SEND, 0x99, 9)
    script.read(1, 0)
    script.write(1, 1)
    script.do(1, Op.SEND, 0x99, 9)
    script.do(2, Op.RECEIVE, 0x99, 9)
    script.read(2, 1)
    script.write(2, 2)
    assert _gaps(script) != []


def test_a_pipe_is_contested_when_nothing_says_who_sends_first() -> None:
    script = Script()
    for slot in (1, 2):
        script.fork(slot)
        script.do(slot, Op.SEND, 0x99, 9)
    assert contested(script.trace, {}) == {0x99}
    script = Script()
    script.do(0, Op.SEND, 0x99, 9)
    script.fork(1)
    script.do(1, Op.SEND, 0x99, 9)
    assert contested(script.trace, {}) == set()


def test_a_read_in_main_before_the_join_may_come_first() -> None:
    script = Script()
    script.fork(1)
    script.write(1, 1, line=5)
    script.end(1)
    script.read(0, 1, line=9)
    (flip,) = flips(accesses(script.trace, {}))
    assert (flip.first.event.line, flip.second.event.line) == (5, 9)


def test_two_reads_may_come_in_any_order() -> None:
    script = Script()
    script.fork(1)
    script.read(1)
    script.read(0)
    assert flips(accesses(script.trace, {})) == []


def test_a_lost_update_is_steered_by_holding_the_reader_in_its_gap() -> None:
    script = updates((), ())
    steer = next(strategy for strategy in directed(script.run) if strategy.name == "steer-loss")
    assert isinstance(steer, Steer)
    assert list(steer.goals) == [(1, 1), (2, TO_THE_END)]
    assert steer.prefix is not None
    assert list(steer.prefix.segments) == [(0, 2), (1, 1)]


def test_a_reader_is_held_where_it_has_released_what_the_other_needs() -> None:
    script = Script()
    script.lock()
    for slot in (1, 2):
        script.fork(slot)
        script.acquire(slot)
        script.read(slot)
        script.release(slot)
        script.acquire(slot)
        script.write(slot)
        script.release(slot)
    steer = next(strategy for strategy in directed(script.run) if strategy.name == "steer-loss")
    assert isinstance(steer, Steer)
    assert steer.goals[0] == (1, 3)


def test_a_gap_that_leads_into_another_is_gone_through() -> None:
    script = Script()
    for slot in (1, 2):
        script.fork(slot)
    for slot in (1, 2):
        script.read(slot, 0, line=3, number=Y)
        script.write(slot, 1, line=4, number=Y)
        script.read(slot, slot - 1, line=5, number=X)
        script.write(slot, slot, line=5, number=X)
        script.write(slot, 0, line=6, number=Y)
        script.end(slot)
    chains = [s for s in directed(script.run) if s.name == "steer-chain"]
    assert [(1, 1), (2, 3), (1, TO_THE_END)] in [list(s.goals) for s in chains if isinstance(s, Steer)]


def test_of_a_pool_that_is_ended_one_worker_is_caught_with_a_lock() -> None:
    script = Script()
    script.lock()
    for slot in (1, 2, 3):
        script.fork(slot)
    for slot in (1, 2, 3):
        script.acquire(slot, line=4)
        script.release(slot, line=4)
    for slot in (1, 2, 3):
        script.do(0, Op.SIGNAL, 100 + slot, 15, line=9)
    steers = [strategy for strategy in directed(script.run) if strategy.name == "steer-orphan"]
    assert [steer.goals[0] for steer in steers if isinstance(steer, Steer)] == [(3, 1)]


def test_through_a_gap_of_a_home_made_lock_into_a_lost_update() -> None:
    """Each draws a number after having looked at the other's, as in a bakery without a choosing flag."""
    tickets = (0x100, 0x104)
    script = Script()
    for slot in (1, 2):
        script.fork(slot)
    for slot in (1, 2):
        script.read(slot, 0, line=4, number=tickets[2 - slot])
        script.write(slot, 1, line=4, number=tickets[slot - 1])
        script.read(slot, slot - 1, line=6)
        script.write(slot, slot, line=6)
        script.end(slot)
    chains = [s for s in directed(script.run) if s.name == "steer-chain" and isinstance(s, Steer)]
    # The first is held before it writes its number down, the other one in its update.
    assert list(chains[0].goals) == [(1, 1), (2, 3), (1, TO_THE_END)]


def test_who_is_not_waited_for_may_have_the_last_word() -> None:
    script = Script()
    script.fork(1)
    script.fork(2)
    script.do(1, Op.PRINT, 0, 9, line=4)
    script.do(2, Op.PRINT, 0, 9, line=4)
    script.end(2)
    script.join(2)
    script.do(0, Op.PRINT, 0, 9, line=8)
    script.end(1)
    printed = [s for s in directed(script.run) if s.name == "steer-order" and isinstance(s, Steer)]
    assert [list(steer.goals) for steer in printed] == [[(1, 0), (0, 4)]]


def test_a_long_trace_is_looked_through_in_samples() -> None:
    script = Script()
    for slot in (1, 2):
        script.fork(slot)
    for turn in range(400):
        for slot in (1, 2):
            script.read(slot, turn, line=5)
            script.write(slot, turn, line=6)
    gaps = lost_updates(accesses(script.trace, {}))
    # Nothing is lost by it: the same two are told that all 319,200 triples would have come to.
    assert [(g.read.event.line, g.write.event.line, g.intruder.event.line) for g in gaps] == [(5, 6, 6)]
    assert gaps[0].read.event.index == 0
