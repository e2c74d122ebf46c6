"""Which pattern of a failing run explains it, and which lines are guilty."""

from __future__ import annotations

from graders.explorer.collisions import Collision, Order, collisions, guilty_lines, order, printed
from graders.explorer.points import Op
from tests.graders.explorer.script import LOCK, OTHER, Script, Y


def _workers(*locks: int) -> Script:
    script = Script()
    for number in locks:
        script.lock(number)
    script.fork(1)
    script.fork(2)
    return script


def _lost(script: Script) -> Collision:
    return collisions(script.trace)[0]


def test_a_write_over_what_another_has_written_since_the_read_is_a_lost_update() -> None:
    script = _workers()
    read = script.read(1, 0, line=4)
    between = script.read(2, 0, line=4), script.write(2, 1, line=5)
    write = script.write(1, 1, line=5)
    assert collisions(script.trace) == [Collision(read, write, between)]


def test_updates_one_after_the_other_do_not_collide() -> None:
    script = _workers()
    for slot, found in ((1, 0), (2, 1)):
        script.read(slot, found)
        script.write(slot, found + 1)
    assert collisions(script.trace) == []


def test_a_foreign_read_or_a_write_of_something_else_takes_nothing_away() -> None:
    script = _workers()
    script.read(1, 0)
    script.read(2, 0)
    script.write(2, 1, number=Y)
    script.write(1, 1)
    assert collisions(script.trace) == []


def test_a_write_on_an_older_look_is_a_stale_check() -> None:
    script = _workers()
    look = script.read(1, 0, line=3)
    script.read(2, 0, line=3)
    script.write(2, 1, line=5)
    script.read(1, 1, line=5)
    write = script.write(1, 2, line=5)
    (found,) = collisions(script.trace)
    assert (found.read, found.write, found.stale_check) == (look, write, True)


def test_a_look_before_an_own_write_is_not_counted_against_the_next() -> None:
    script = _workers()
    script.read(1, 0)
    script.write(1, 1)
    script.write(2, 7)
    script.read(1, 7)
    script.write(1, 8)
    assert collisions(script.trace) == []


def test_a_lost_update_is_told_before_a_stale_check_and_the_wanted_datum_before_others() -> None:
    script = _workers()
    script.read(1, 0, number=Y)
    script.write(2, 1, number=Y)
    script.read(1, 1, number=Y)
    stale = script.write(1, 2, number=Y)
    script.read(1, 0)
    script.write(2, 1)
    lost = script.write(1, 1)
    assert [found.write for found in collisions(script.trace)] == [lost, stale]
    assert [found.write for found in collisions(script.trace, {Y})] == [stale, lost]


def test_two_functions_that_both_do_not_lock_are_both_guilty() -> None:
    script = _workers()
    script.read(1, 0, line=4)
    script.read(2, 0, line=8)
    script.write(2, 1, line=9)
    script.write(1, 1, line=5)
    assert guilty_lines(script.run, _lost(script)) == {4, 5, 8, 9}


def test_of_one_that_locks_and_one_that_does_not_only_the_latter_is_guilty() -> None:
    script = _workers(LOCK)
    script.read(1, 0, line=4)
    script.acquire(2)
    script.read(2, 0, line=8)
    script.write(2, 1, line=9)
    script.release(2)
    script.write(1, 1, line=5)
    assert guilty_lines(script.run, _lost(script)) == {4, 5}


def test_of_one_that_locks_and_is_written_over_between_the_other_is_guilty_too() -> None:
    script = _workers(LOCK)
    script.acquire(1)
    script.read(1, 0, line=4)
    script.read(2, 0, line=8)
    script.write(2, 1, line=9)
    script.write(1, 1, line=5)
    script.release(1)
    assert guilty_lines(script.run, _lost(script)) >= {8, 9}


def test_two_different_locks_make_both_guilty() -> None:
    script = _workers(LOCK, OTHER)
    script.acquire(1, LOCK)
    script.read(1, 0, line=4)
    script.acquire(2, OTHER)
    script.read(2, 0, line=8)
    script.write(2, 1, line=9)
    script.release(2, OTHER)
    script.write(1, 1, line=5)
    script.release(1, LOCK)
    assert guilty_lines(script.run, _lost(script)) == {4, 5, 8, 9}


def test_a_lock_round_each_half_of_an_update_is_none() -> None:
    script = _workers(LOCK)
    script.acquire(1)
    script.read(1, 0, line=4)
    script.release(1)
    script.acquire(2)
    script.read(2, 0, line=4)
    script.release(2)
    script.acquire(2)
    script.write(2, 1, line=6)
    script.release(2)
    script.acquire(1)
    script.write(1, 1, line=6)
    script.release(1)
    assert guilty_lines(script.run, _lost(script)) == {4, 6}


def test_a_foreign_write_that_rests_on_nothing_is_guilty_by_itself() -> None:
    script = _workers()
    script.read(1, 5, line=4)
    script.write(2, 0, line=12)
    script.write(1, 6, line=4)
    assert guilty_lines(script.run, _lost(script)) == {4, 12}


def _lines(found: Order) -> tuple[int, int]:
    assert found.second is not None
    return found.first.line, found.second.line


def _order(reads_first: bool) -> Script:
    script = Script()
    script.fork(1, line=8)
    script.do(1, Op.START)
    if reads_first:
        script.read(0, 0, line=9)
    script.write(1, 1, line=3)
    if not reads_first:
        script.read(0, 1, line=9)
    return script


def test_a_read_that_did_not_wait_for_the_write_is_told_beside_a_run_where_it_did() -> None:
    failing, passing = _order(reads_first=True), _order(reads_first=False)
    found = order(failing.run, passing.run)
    assert found is not None
    assert (found.first.line, found.second.line) == (9, 3)


def test_a_write_that_came_too_early_for_the_read_is_told() -> None:
    failing, passing = _order(reads_first=False), _order(reads_first=True)
    found = order(failing.run, passing.run)
    assert found is not None
    assert (found.first.line, found.second.line) == (3, 9)


def _in_any_order(first: int, second: int, joined: bool) -> Script:
    """Two workers that lock, one after the other, and a main program that reads before or after the last."""
    script = _workers(LOCK)
    for place, slot in enumerate((first, second)):
        if place and not joined:
            script.read(0, place, line=20)
        script.acquire(slot)
        script.read(slot, place, line=5)
        script.write(slot, place + 1, line=5)
        script.release(slot)
    if joined:
        script.read(0, 2, line=20)
    return script


def test_a_main_program_that_reads_too_early_is_told_before_workers_that_changed_places() -> None:
    failing, passing = _in_any_order(2, 1, joined=False), _in_any_order(1, 2, joined=True)
    found = order(failing.run, passing.run)
    assert found is not None
    assert (found.first.slot, found.first.line, found.first.op) == (0, 20, Op.READ)


def test_a_read_that_finds_the_same_as_before_is_no_order() -> None:
    one, other = _order(reads_first=True), _order(reads_first=True)
    assert order(one.run, other.run) is None


def test_a_write_that_never_came_is_missed() -> None:
    failing, passing = Script(), _order(reads_first=False)
    failing.fork(1, line=8)
    failing.do(1, Op.START)
    failing.read(0, 0, line=9)
    found = order(failing.run, passing.run)
    assert found is not None
    assert (found.first.line, found.second) == (9, None)


def _prints(*slots: int) -> Script:
    script = _workers()
    for slot in slots:
        script.do(slot, Op.PRINT, value=3, line=10 + slot)
    return script


def test_two_lines_printed_in_another_order_are_told() -> None:
    found = printed(_prints(0, 1).run, _prints(1, 0).run)
    assert found is not None
    assert _lines(found) == (10, 11)


def test_lines_printed_as_before_are_no_order() -> None:
    assert printed(_prints(0, 1, 2).run, _prints(0, 1, 2).run) is None


def test_lines_of_one_process_are_no_order() -> None:
    assert printed(_prints(1, 1).run, _prints(1, 1).run) is None
