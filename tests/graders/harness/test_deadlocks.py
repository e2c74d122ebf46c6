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
# name: (program after HEAD, which has three lines; words of the explanation; guilty lines)
DEADLOCKS: dict[str, tuple[str, str, set[int]]] = {
    "cycle": (CYCLE, "processes 1 and 2 wait at line 8 for a lock", {8, 16}),
    "twice": (
        """lock = mp.Lock()
lock.acquire()
lock.acquire()
""",
        "main program waits at line 6 for a lock",
        {6},
    ),
    "orphan": (
        """def die(lock):
    lock.acquire()
    os._exit(0)
lock = mp.Lock()
p = mp.Process(target=die, args=(lock,))
p.start()
p.join()
lock.acquire()
""",
        "waits at line 11 for a lock",
        {11},
    ),
    "event": ("mp.Event().wait()", "waits at line 4 for an event", {4}),
    "condition": (
        """c = mp.Condition()
c.acquire()
c.wait()
""",
        "waits at line 6 for a condition",
        {6},
    ),
    "barrier": (
        """def meet(b):
    b.wait()
b = mp.Barrier(3)
p = mp.Process(target=meet, args=(b,))
p.start()
p.join()
""",
        "process 1 waits at line 5 for a barrier",
        {5, 9},
    ),
    "queue": ("mp.Queue().get()", "waits at line 4 for an item from a queue", {4}),
    "undrained": (
        """def fill(q):
    q.put("x" * 1000000)
q = mp.Queue()
p = mp.Process(target=fill, args=(q,))
p.start()
p.join()
print(q.get())
""",
        "process 1 to end; process 1 waits for its own items in a queue to be taken by somebody",
        {9},
    ),
    "pipe": (
        """a, b = mp.Pipe()
a.recv()
""",
        "waits at line 5 for a message from a pipe",
        {5},
    ),
    "child": (
        """def sleep(lock):
    lock.acquire()
lock = mp.Lock()
lock.acquire()
p = mp.Process(target=sleep, args=(lock,))
p.start()
p.join()
""",
        "main program waits at line 10 for process 1 to end; process 1 waits at line 5 for a lock",
        {5, 10},
    ),
    "threads": (
        """import threading
a = threading.Lock()
a.acquire()
t = threading.Thread(target=a.acquire)
t.start()
t.join()
""",
        "waits at line 9 for a thread to end",
        {9},
    ),
    "spawned": (
        """def twice(lock):
    lock.acquire()
    lock.acquire()
if __name__ == "__main__":
    mp.set_start_method("spawn")
    lock = mp.Lock()
    p = mp.Process(target=twice, args=(lock,))
    p.start()
    p.join()
""",
        "main program waits at line 12 for process 1 to end; process 1 waits at line 6 for a lock",
        {6, 12},
    ),
    "raw fork": (
        """r, w = os.pipe()
if os.fork() == 0:
    os.read(r, 1)
os.wait()
""",
        "process 1 waits at line 6 for a pipe",
        {6, 7},
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


@pytest.mark.parametrize("mode", ["plain", "user", "single"])
def test_a_deadlock_is_found_without_a_namespace_too(mode: str) -> None:
    served = grade(HEAD + CYCLE, mode=mode)
    assert served.verdict == "deadlock", served.message()
    assert served.report.witness is not None
    assert [wait.process for wait in served.report.witness.waits] == [0, 1, 2]


def test_a_deadlock_is_told_within_half_a_second_of_its_forming() -> None:
    """The program prints the moment, in the clock that all processes of a machine share."""
    source = HEAD + "lock = mp.Lock()\nlock.acquire()\nprint(time.monotonic())\nlock.acquire()\n"
    waited = []
    for _ in range(3):  # The best of three: a busy machine may hold up one.
        served = grade(source)
        assert served.verdict == "deadlock"
        waited.append(served.ended - float(served.report.output))
    assert min(waited) < 0.5


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
