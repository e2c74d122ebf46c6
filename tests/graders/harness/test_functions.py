"""Function-style labs: the harness starts the processes and reads the values itself."""

from __future__ import annotations

import pytest

from graders.harness.draw import draw, signature
from graders.lab import CallGroup, FunctionSpec, Range
from tests.graders.harness.serving import function_lab, grade

RIGHT = """
    import multiprocessing
    kinds = []
    def F(r, lock):
        assert type(r) is type(multiprocessing.RawValue("i")), type(r)
        assert type(lock) is type(multiprocessing.Lock()), type(lock)
        for _ in range(10):
            with lock:
                r.value += 1
"""
TRANSFER = FunctionSpec(
    "transfer",
    {"source": Range(500, 900), "target": Range(500, 900)},
    ("source_lock", "target_lock"),
    (
        CallGroup(
            Range(2, 3),
            ("source", "target", "amount", "source_lock", "target_lock"),
            {"source": "-amount", "target": "amount"},
        ),
        CallGroup(
            Range(2, 3),
            ("target", "source", "amount", "target_lock", "source_lock"),
            {"source": "amount", "target": "-amount"},
        ),
    ),
    {"amount": Range(1, 40)},
)


@pytest.mark.parametrize("mode", ["namespace", "plain", "user", "single"])
def test_a_right_function_passes_with_values_of_the_real_types(mode: str) -> None:
    served = grade(RIGHT, function_lab(), mode=mode)
    assert served.verdict == "passed", served.message()


def test_a_function_that_loses_updates_is_a_race_told_with_the_parameters() -> None:
    served = grade(
        """
        import time
        def F(r, lock):
            for _ in range(10):
                old = r.value
                time.sleep(0.002)
                r.value = old + 1
        """,
        function_lab(),
    )
    assert served.verdict == "race"
    assert "r started at " in served.message("value")
    assert " processes: expected " in served.message("value")
    assert "one after another the same processes get it right" in served.message("value")


@pytest.mark.parametrize(
    "body",
    ["pass", "r.value = 100", "with lock: r.value += 11", "r = 7", "with lock: r.value += r.value % 2"],
)
def test_a_function_that_is_wrong_even_undisturbed_is_no_race(body: str) -> None:
    served = grade(f"def F(r, lock):\n    {body}\n", function_lab(free_runs=3))
    assert served.verdict == "wrong-value"
    assert served.check("value").points == 0
    assert "one after another, undisturbed, are wrong too" in served.message("value")


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("def G(r, lock): pass\n", "Your file defines no function F(r, lock)."),
        ("F = 7\n", "Your file defines no function F(r, lock)."),
        ("def F(r): pass\n", "can be called as F(r, lock), but it is F(r)."),
        ("def F(r, lock):\n    return r.valu\n", "crashed at line 2: AttributeError"),
        ("import nothing\ndef F(r, lock): pass\n", "crashed at line 1: ModuleNotFoundError"),
        ("def F(r, lock:\n", "crashed at line 1: SyntaxError"),
        ("import os\ndef F(r, lock):\n    os._exit(4)\n", "ended with exit status 4"),
        ("import os\ndef F(r, lock):\n    os.kill(os.getpid(), 9)\n", "was ended by signal 9"),
    ],
)
def test_what_is_wrong_with_the_function_is_told_plainly(source: str, words: str) -> None:
    served = grade(source, function_lab())
    assert served.verdict == "crash"
    assert words in served.message()


def test_a_lock_that_is_never_released_is_a_deadlock() -> None:
    served = grade("def F(r, lock):\n    lock.acquire()\n    r.value += 10\n", function_lab())
    assert served.verdict == "deadlock"
    assert served.report.witness is not None
    assert set(served.report.witness.lines) == {2}
    assert "at line 2 for a lock" in served.message()


def test_transfers_in_both_directions_keep_each_balance() -> None:
    served = grade(
        """
        def transfer(source, target, amount, source_lock, target_lock):
            first, second = sorted([source_lock, target_lock], key=lambda lock: repr(id(lock)))
            with first, second:
                source.value -= amount
                target.value += amount
        """,
        function_lab(TRANSFER),
    )
    assert served.verdict == "passed", served.message("value")


def test_transfers_that_lock_in_two_orders_deadlock() -> None:
    served = grade(
        """
        import time
        def transfer(source, target, amount, source_lock, target_lock):
            with source_lock:
                time.sleep(0.1)
                with target_lock:
                    source.value -= amount
                    target.value += amount
        """,
        function_lab(TRANSFER),
    )
    assert served.verdict == "deadlock"


def test_memory_that_the_student_cuts_off_does_not_harm_the_harness() -> None:
    served = grade(
        """
        import os
        def F(r, lock):
            for fd in range(3, 50):
                try: os.ftruncate(fd, 0)
                except OSError: pass
        """,
        function_lab(free_runs=1),
    )
    assert served.verdict == "wrong-value"


def test_the_same_seed_draws_the_same_and_another_seed_does_not() -> None:
    assert [draw(TRANSFER, 7, run) for run in range(4)] == [draw(TRANSFER, 7, run) for run in range(4)]
    assert len({str(draw(TRANSFER, seed, 0)) for seed in range(20)}) > 15


def test_in_every_second_run_one_draw_serves_all_calls_and_balances_are_equal() -> None:
    for run in range(6):
        drawn = draw(TRANSFER, 5, run)
        amounts = {call[2] for call in drawn.calls}
        if run % 2:
            assert len(amounts) == 1
            assert len(set(drawn.start.values())) == 1
    assert any(len({call[2] for call in draw(TRANSFER, seed, 0).calls}) > 1 for seed in range(5))


def test_what_is_expected_is_the_start_and_the_effect_of_every_call() -> None:
    drawn = draw(TRANSFER, 1, 0)
    forth = sum(int(call[2]) for call in drawn.calls if call[0] == "source")
    back = sum(int(call[2]) for call in drawn.calls if call[0] == "target")
    assert drawn.expected["source"] == drawn.start["source"] - forth + back
    assert sum(drawn.expected.values()) == sum(drawn.start.values())
    assert signature(TRANSFER) == "transfer(source, target, amount, source_lock, target_lock)"
