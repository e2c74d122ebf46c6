"""Deadlocks in free runs: found when they form, told with the lines, and never found where none is."""

from __future__ import annotations

import pytest

from tests.graders.harness.serving import grade, program_lab

HEAD = """
import multiprocessing as mp
import os, sys, time
"""
CYCLE = """
def work(first, second):
    with first:
        time.sleep(0.2)
        with second:
            pass

if __name__ == "__main__":
    a, b = mp.Lock(), mp.Lock()
    p, q = mp.Process(target=work, args=(a, b)), mp.Process(target=work, args=(b, a))
    p.start()
    q.start()
    p.join()
    q.join()
"""
DEADLOCKS = {
    "cycle": (CYCLE, "processes 1 and 2 wait at line 8 for a lock", {8, 16}),
    "twice": (
        "lock = mp.Lock()\nlock.acquire()\nlock.acquire()\n",
        "main program waits at line 6 for a lock",
        {6},
    ),
    "orphan": (
        "def die(lock):\n    lock.acquire()\n    os._exit(0)\n"
        "lock = mp.Lock()\np = mp.Process(target=die, args=(lock,))\np.start()\np.join()\nlock.acquire()\n",
        "waits at line 11 for a lock",
        {11},
    ),
    "event": ("mp.Event().wait()\n", "waits at line 4 for an event", {4}),
    "condition": ("c = mp.Condition()\nc.acquire()\nc.wait()\n", "waits at line 6 for a condition", {6}),
    "barrier": (
        "def meet(b):\n    b.wait()\nb = mp.Barrier(3)\n"
        "p = mp.Process(target=meet, args=(b,))\np.start()\np.join()\n",
        "process 1 waits at line 5 for a barrier",
        {5, 9},
    ),
    "queue": ("mp.Queue().get()\n", "waits at line 4 for an item from a queue", {4}),
    "undrained": (
        "def fill(q):\n    q.put('x' * 1000000)\nq = mp.Queue()\n"
        "p = mp.Process(target=fill, args=(q,))\np.start()\np.join()\nprint(q.get())\n",
        "main program waits at line 9 for process 1 to end",
        {9},
    ),
    "pipe": ("a, b = mp.Pipe()\na.recv()\n", "waits at line 5 for a message from a pipe", {5}),
    "child": (
        "def sleep(lock):\n    lock.acquire()\nlock = mp.Lock()\nlock.acquire()\n"
        "p = mp.Process(target=sleep, args=(lock,))\np.start()\np.join()\n",
        "main program waits at line 10 for process 1 to end; process 1 waits at line 5 for a lock",
        {5, 10},
    ),
    "threads": (
        "import threading\na = threading.Lock()\na.acquire()\n"
        "t = threading.Thread(target=a.acquire)\nt.start()\nt.join()\n",
        "waits at line 9",
        {9},
    ),
    "spawned": (
        "def twice(lock):\n    lock.acquire()\n    lock.acquire()\nif __name__ == '__main__':\n"
        "    mp.set_start_method('spawn')\n    lock = mp.Lock()\n    p = mp.Process(target=twice, args=(lock,))\n"
        "    p.start()\n    p.join()\n",
        "main program waits at line 12 for process 1 to end; process 1 waits at line 6 for a lock",
        {6, 12},
    ),
}


@pytest.mark.parametrize("name", DEADLOCKS)
def test_a_deadlock_is_told_with_who_waits_where_for_what(name: str) -> None:
    source, words, lines = DEADLOCKS[name]
    served = grade(HEAD + source)
    assert served.verdict == "deadlock", served.message()
    witness = served.report.witness
    assert witness is not None
    assert words in witness.explanation
    assert set(witness.lines) == lines
    assert witness.explanation in served.message()


@pytest.mark.parametrize("mode", ["plain", "user"])
def test_a_deadlock_is_found_without_a_namespace_too(mode: str) -> None:
    served = grade(HEAD + CYCLE, mode=mode)
    assert served.verdict == "deadlock", served.message()
    assert served.report.witness is not None
    assert [wait.process for wait in served.report.witness.waits] == [0, 1, 2]


def test_a_deadlock_is_found_within_half_a_second_of_its_forming() -> None:
    """The program notes the moment in its output, in the clock all processes of a machine share."""
    served = grade(
        HEAD + "lock = mp.Lock()\nlock.acquire()\ntime.sleep(0.5)\nprint(time.monotonic())\nlock.acquire()\n"
    )
    formed = float(served.report.output)
    (run_seconds,) = (served.report.usage.wall,)
    assert served.verdict == "deadlock"
    # The run began at most `run_seconds` before its end, and 0.5 s of it were sleep.
    assert run_seconds < 0.5 + 0.5 + 0.5
    assert formed > 0


def test_three_runs_that_deadlock_take_less_than_a_wall_limit() -> None:
    served = grade(HEAD + CYCLE, program_lab(free_runs=3))
    assert served.report.runs.free == 3
    assert served.seconds < 8


def test_a_program_that_sets_an_alarm_is_not_judged_early() -> None:
    served = grade(
        HEAD
        + "import signal\nsignal.signal(signal.SIGALRM, lambda *_: None)\nsignal.alarm(1)\n"
        + "signal.pause()\nprint(100)\n"
    )
    assert served.verdict == "passed", served.message()


def test_a_process_that_only_sleeps_is_a_timeout_that_says_so() -> None:
    served = grade("import time\ntime.sleep(1000)\n", program_lab(run_seconds=2.5, free_runs=3))
    assert served.verdict == "timeout"
    assert "had not ended after 2.5 s" in served.message()
    assert "none of its processes did anything" in served.message()
    assert "the main program was at line 2" in served.message()
    assert served.report.runs.free == 1


def test_a_crash_that_leaves_others_waiting_is_told_beside_the_deadlock() -> None:
    served = grade(
        HEAD
        + "def work(lock):\n    lock.acquire()\n    1 / 0\nlock = mp.Lock()\n"
        + "ps = [mp.Process(target=work, args=(lock,)) for _ in range(3)]\n"
        + "for p in ps: p.start()\nfor p in ps: p.join()\n"
    )
    assert served.verdict == "deadlock"
    assert "ZeroDivisionError" in served.message()
