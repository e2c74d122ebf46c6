"""What follows from a witness and its source: where to lock, to release, to join."""

from __future__ import annotations

import pytest

from graders.hints import Hint, Kind, hints
from graders.report import Check, Report, Step, Wait, Witness
from graders.verdict import Verdict
from tests.service.web.school import RACY
from tests.service.web.witnesses import CROSSED, CYCLE, OWN_LOCKS, PHILOSOPHERS, TWO_LOCKS


def of(witness: Witness | None, source: str) -> tuple[Hint, ...]:
    verdict = witness.kind if witness else Verdict.WRONG_VALUE
    check = Check("value", "Value", verdict, 0, 4)
    return hints(Report.of("shared-data/counter", [check], witness=witness), source)


def lost_update(read: int, write: int, name: str = "r") -> Witness:
    steps = (
        Step(1, "read", name, 55, read),
        Step(2, "read", name, 55, read),
        Step(2, "write", name, 56, write),
        Step(1, "write", name, 56, write),
    )
    return Witness(Verdict.RACE, "", "", tuple(sorted({read, write})), steps)


def test_a_report_without_a_witness_has_no_hints() -> None:
    assert of(None, RACY) == ()


def test_one_statement_that_reads_and_writes_is_a_critical_section_of_one_line() -> None:
    (found,) = of(lost_update(9, 9), RACY)
    assert (found.kind, found.lines) == (Kind.CRITICAL_SECTION, (9,))
    assert "Make one lock in the main program" in found.text
    assert "right before line 9" in found.text


SOME_LOCK = """\
def work(r, guard):
    x = r.value
    x = x + 1
    with guard:
        r.value = x
"""


def test_a_lock_that_comes_after_the_reading_is_named_and_called_too_late() -> None:
    (found,) = of(lost_update(2, 5), SOME_LOCK)
    assert (found.kind, found.lines) == (Kind.CRITICAL_SECTION, (2, 5))
    assert "`guard` is acquired too late" in found.text


def test_a_lock_that_is_held_elsewhere_is_named() -> None:
    source = "def other(n, gate):\n    with gate:\n        n.value = 0\n\ndef work(r):\n    r.value += 1\n"
    (found,) = of(lost_update(6, 6), source)
    assert "has a lock already (`gate`), but does not hold it there" in found.text


def test_a_lock_that_is_handed_over_and_not_used_is_the_one_to_take() -> None:
    (found,) = of(lost_update(2, 2), "def F(r, lock):\n    r.value += 1\n")
    assert "`lock`, handed to the function, is not held there" in found.text
    assert "Make one lock" not in found.text


def test_two_sections_of_one_lock_are_to_become_one() -> None:
    source = (
        "def F(r, l):\n    l.acquire()\n    x = r.value\n    l.release()\n"
        "    l.acquire()\n    r.value = x + 1\n    l.release()\n"
    )
    (found,) = of(lost_update(3, 6), source)
    assert found.kind is Kind.CRITICAL_SECTION
    assert "Between the two, `l` is given back." in found.text


def test_lines_in_two_functions_are_told_apart() -> None:
    source = (
        "class Box:\n    def get(self):\n        return self.r.value\n"
        "    def put(self, n):\n        self.r.value = n\n"
    )
    (found,) = of(lost_update(3, 5), source)
    assert "different functions (`get` and `put`)" in found.text


@pytest.mark.parametrize(
    ("making", "told"),
    [
        ("from threading import Lock\nlock = Lock()\n", "is a lock of threading"),
        ("from multiprocessing import *\nlock = Semaphore(2)\n", "lets several in at once"),
        ("from multiprocessing import *\nlock = Lock()\n", "holds another lock, or none"),
    ],
)
def test_a_lock_that_is_held_and_excludes_nobody_is_explained(making: str, told: str) -> None:
    (found,) = of(lost_update(5, 5), f"{making}def F(r):\n    with lock:\n        r.value += 1\n")
    assert found.kind is Kind.SAME_LOCK
    assert told in found.text


def test_a_lock_made_in_the_worker_itself_is_made_anew_by_every_process() -> None:
    (found,) = of(lost_update(4, 4), "def F(r):\n    own = Lock()\n    with own:\n        r.value += 1\n")
    assert "makes `own` anew" in found.text


def test_a_lock_for_each_process_keeps_nobody_out() -> None:
    (found,) = of(OWN_LOCKS, TWO_LOCKS)
    assert (found.kind, found.lines) == (Kind.SAME_LOCK, (10,))
    assert "each process gets a lock of its own" in found.text


def test_an_acquire_that_does_not_wait_is_not_a_critical_section() -> None:
    (found,) = of(
        lost_update(3, 3), "def F(r, lock):\n    lock.acquire(False)\n    r.value += 1\n    lock.release()\n"
    )
    assert "without waiting" in found.text


def test_an_early_read_of_the_parent_asks_for_join_before_its_line() -> None:
    steps = (Step(0, "read", "r", 90, 12), Step(3, "write", "r", 91, 4))
    (found,) = of(Witness(Verdict.RACE, "", "", (12,), steps), "for p in ps:\n    p.join\n")
    assert (found.kind, found.lines) == (Kind.JOIN_BEFORE, (12,))
    assert "while process 3 still has to write at line 4" in found.text
    assert "join without brackets" in found.text


def test_a_start_value_written_too_late_belongs_before_the_first_start() -> None:
    steps = (Step(3, "write", "r", 1, 4), Step(0, "write", "r", 0, 12))
    (found,) = of(Witness(Verdict.RACE, "", "", (12,), steps), "")
    assert (found.kind, found.lines) == (Kind.START_AFTER, (12,))


def test_locks_taken_crosswise_by_the_same_lines_ask_for_an_order() -> None:
    (found,) = of(CYCLE, CROSSED)
    assert (found.kind, found.lines) == (Kind.LOCK_ORDER, (8, 10))
    assert "process 1 holds the lock a_lock, acquired at line 8" in found.text.replace("Process", "process")
    assert "Hold one at a time" in found.text


def test_locks_taken_crosswise_by_different_lines_say_which_to_change() -> None:
    steps = (Step(1, "acquire", "the lock a", line=3), Step(2, "acquire", "the lock b", line=8))
    waits = (
        Wait(1, "the lock b, which process 2 has held since line 8", 2, 4),
        Wait(2, "the lock a, which process 1 has held since line 3", 1, 9),
    )
    (found,) = of(Witness(Verdict.DEADLOCK, "", "", (3, 4, 8, 9), steps, waits), "")
    assert found.lines == (3, 4, 8, 9)
    assert "the lock a before the lock b; that means to change what stands at lines 8 and 9" in found.text


def test_philosophers_take_their_forks_in_one_order() -> None:
    (found,) = of(PHILOSOPHERS, RACY)
    assert found.kind is Kind.LOCK_ORDER


HELD_BY_ONE_THAT_ENDED = "the lock, which process 1 acquired at line 2 and never released; it has ended"


@pytest.mark.parametrize(
    ("leaves", "told"),
    [
        ("return", "A with statement gives it back by itself"),
        ("os._exit(1)", "not even by a with statement: release the lock before it"),
    ],
)
def test_a_lock_whose_holder_has_ended_is_to_be_released_on_every_way(leaves: str, told: str) -> None:
    steps = (Step(1, "acquire", "the lock", line=2), Step(1, "end", ""), Step(2, "wait", "the lock", line=2))
    waits = (Wait(0, "process 2 to end", None, 9), Wait(2, HELD_BY_ONE_THAT_ENDED, 1, 2))
    witness = Witness(Verdict.DEADLOCK, "", "", (2,), steps, waits)
    (found,) = of(witness, f"def F(r, lock):\n    lock.acquire()\n    {leaves}\n")
    assert (found.kind, found.lines) == (Kind.RELEASE, (2,))
    assert told in found.text


@pytest.mark.parametrize("source", ["", "def (", "\tx\n  y\n", "x = '''", "\x00", "(" * 500, "@" * 40])
def test_a_source_that_is_no_python_still_gets_the_hints_of_its_witness(source: str) -> None:
    assert of(lost_update(9, 9), source)[0].lines == (9,)
    assert of(CYCLE, source)[0].kind is Kind.LOCK_ORDER


def test_names_from_a_source_cannot_break_out_of_their_place() -> None:
    (found,) = of(lost_update(9, 9, name="r`\x1b[31m\u202e" + "x" * 400), RACY)
    assert "\x1b" not in found.text
    assert "\u202e" not in found.text
    assert found.text.count("`") == 2
    assert len(found.text) < 400
