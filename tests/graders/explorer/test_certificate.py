"""What counts as proven for every schedule, and what keeps a pass from it: one program per condition."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from graders.explorer.certificate import UNANNOUNCED, doubts
from graders.explorer.claims import covers
from graders.explorer.facts import Facts
from graders.explorer.lane import Lane, Made, Target
from graders.explorer.strategies import LastFirst, ParentFirst
from graders.explorer.world import Outcome
from graders.verdict import Certificate
from tests.graders.explorer.programs import text

IMPORTS = """
import ctypes
import multiprocessing
import os
import random
import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import (
    Array, Barrier, BoundedSemaphore, Condition, Event, Lock, Manager, Pipe, Pool, Process, Queue,
    RawArray, RawValue, RLock, Semaphore, Value,
)
"""
SHAPE = """
{make}

def work(n, number):
{work}

if __name__ == "__main__":
{before}
    workers = [Process(target=work, args=(n, number)) for number in range(2)]
    for worker in workers:
        worker.start()
{after}
"""
JOINED = "for worker in workers: worker.join()\nprint(n.value)"


def _indented(lines: str) -> str:
    return "\n".join("    " + line for line in lines.splitlines())


def program(
    work: str, make: str = "n, lock = RawValue('i', 0), Lock()", after: str = JOINED, before: str = "pass"
) -> str:
    """A program of two workers."""
    return IMPORTS + SHAPE.format(
        make=make, work=_indented(work), before=_indented(before), after=_indented(after)
    )


LOCKED = "for _ in range(2):\n    with lock:\n        n.value += 1"
CLASS = """
class Counter:
    def __init__(self):
        self.box = Value("i", 0)

    def add(self):
        with self.box.get_lock():
            self.box.value += 1

    @property
    def total(self):
        return self.box.value

n = Counter()
"""
WITH_CONTEXT = """
def work(n, lock):
    for _ in range(2):
        with lock:
            n.value += 1

if __name__ == "__main__":
    context = multiprocessing.get_context("{method}")
    n, lock = context.RawValue("i", 0), context.Lock()
    workers = [context.Process(target=work, args=(n, lock)) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    print(n.value)
"""
POOLED = """
def begin(shared):
    global box
    box = shared

def work(number):
    with box.get_lock():
        box.value += 1

if __name__ == "__main__":
    shared = Value("i", 0)
    {use}
    print(shared.value)
"""
RAW_FORK = """
n, lock = RawValue("i", 0), Lock()
children = []
for _ in range(2):
    child = os.fork()
    if child == 0:
        with lock:
            n.value += 1
        os._exit(0)
    children.append(child)
for child in children:
    os.waitpid(child, 0)
print(n.value)
"""
VERIFIED = {
    "a signal from each": program(
        "with lock:\n    n.value += 1\ndone.release()",
        "n, lock, done = RawValue('i', 0), Lock(), Semaphore(0)",
        "for _ in workers: done.acquire()\nprint(n.value)\nfor worker in workers: worker.join()",
    ),
    "with lock": program(LOCKED),
    "acquire and release": program("lock.acquire()\nn.value += 1\nlock.release()"),
    "through a local variable": program("with lock:\n    found = n.value\n    n.value = found + 1"),
    "RLock": program(
        "with lock:\n    with lock:\n        n.value += 1", "n, lock = RawValue('i', 0), RLock()"
    ),
    "Semaphore(1)": program(LOCKED, "n, lock = RawValue('i', 0), Semaphore(1)"),
    "BoundedSemaphore(1)": program(LOCKED, "n, lock = RawValue('i', 0), BoundedSemaphore(1)"),
    "get_lock of a Value": program("with n.get_lock():\n    n.value += 1", "n = Value('i', 0)"),
    "get_lock by a class of one's own": program("n.add()", CLASS, JOINED.replace("n.value", "n.total")),
    "spawn": IMPORTS + WITH_CONTEXT.format(method="spawn"),
    "forkserver": IMPORTS + WITH_CONTEXT.format(method="forkserver"),
    "a fork of one's own": IMPORTS + RAW_FORK,
    "map of a pool with an initializer": IMPORTS
    + POOLED.format(use="with Pool(2, begin, (shared,)) as pool:\n        pool.map(work, range(4))"),
    "an executor with an initializer": IMPORTS
    + POOLED.format(
        use="with ProcessPoolExecutor(2, initializer=begin, initargs=(shared,)) as pool:\n"
        "        list(pool.map(work, range(4)))"
    ),
    "an event as start gate": program(
        "gate.wait()\n" + LOCKED,
        "n, lock, gate = RawValue('i', 0), Lock(), Event()",
        "gate.set()\n" + JOINED,
    ),
    "a barrier as start gate": program(
        "gate.wait()\n" + LOCKED, "n, lock, gate = RawValue('i', 0), Lock(), Barrier(2)"
    ),
    "own cells that are added up after the join": program(
        "for _ in range(2):\n    n[number] += 1",
        "n = RawArray('i', 2)",
        JOINED.replace("n.value", "sum(n)"),
    ),
    "results that are summed from a queue": program(
        "n.put(2)",
        "n = Queue()",
        "total = sum(n.get() for _ in workers)\nfor w in workers: w.join()\nprint(total)",
    ),
    "a spin on a lock": program("while not lock.acquire(False):\n    pass\nn.value += 1\nlock.release()"),
    "counted locally and added once": program(
        "count = 0\nfor _ in range(3):\n    count += 1\nwith lock:\n    n.value += count"
    ),
    "nested locks in one order": program(
        "with lock:\n    with other:\n        n.value += 1",
        "n, lock, other = RawValue('i', 0), Lock(), Lock()",
    ),
    "a message of each worker over a pipe of its own": program(
        "pipes[number][1].send(2)",
        "n, pipes = RawValue('i', 0), [Pipe(False) for _ in range(2)]",
        "total = 0\nfor pipe in pipes:\n    total += pipe[0].recv()\n"
        "for worker in workers: worker.join()\nprint(total)",
    ),
    "a token that goes round by a queue": program(
        "for _ in range(2):\n    token.get()\n    n.value += 1\n    token.put(1)",
        "n, token = RawValue('i', 0), Queue()",
        "token.put(1)\n" + JOINED,
    ),
    "an event that one worker sets for the other": program(
        "if number == 0:\n    n.value += 1\n    gate.set()\nelse:\n    gate.wait()\n    n.value += 1",
        "n, gate = RawValue('i', 0), Event()",
    ),
    "a token that goes round by pipes": program(
        "for _ in range(2):\n"
        "    pipes[number][0].recv()\n    n.value += 1\n    pipes[1 - number][1].send('your turn')",
        "n, pipes = RawValue('i', 0), [Pipe(False) for _ in range(2)]",
        "pipes[0][1].send('begin')\n" + JOINED,
    ),
    "messages that are all waited for before the value is read": program(
        "with lock:\n    n.value += 1\nqueue.put(1)",
        "n, lock, queue = RawValue('i', 0), Lock(), Queue()",
        "for _ in workers: queue.get()\nprint(n.value)\nfor worker in workers: worker.join()",
    ),
    "prints in the middle": program("print('begin')\n" + LOCKED + "\nprint('end')"),
}
DOUBTS = {
    "a read in main before the join": (
        program(LOCKED, after="print(n.value)\nfor worker in workers: worker.join()"),
        "without the lock of line",
    ),
    "no lock at all": (program("n.value += 1"), "without the lock of line"),
    "one lock each": (
        program("with locks[number]:\n    n.value += 1", "n, locks = RawValue('i', 0), [Lock(), Lock()]"),
        "without the lock of line",
    ),
    "two critical sections for one update": (
        program("with lock:\n    found = n.value\nwith lock:\n    n.value = found + 1"),
        "has not read in the same critical section",
    ),
    "a branch on a shared value": (
        program("with lock:\n    if n.value < 5:\n        n.value += 1"),
        "depends on a shared value",
    ),
    "a branch on what was read before": (
        program("with lock:\n    found = n.value\nif found < 5:\n    with lock:\n        n.value += 1"),
        "depends on a shared value",
    ),
    "a branch on the clock": (
        program("if time.time() > 3:\n    with lock:\n        n.value += 1"),
        "depends on a message, on time or on chance",
    ),
    "a semaphore that lets two in": (
        program(LOCKED, "n, lock = RawValue('i', 0), Semaphore(2)"),
        "without the lock of line",
    ),
    "a lock that another releases": (
        program(
            "if number == 0:\n    lock.acquire()\n    n.put(1)\nelse:\n    n.get()\n    lock.release()",
            "n, lock = Queue(), Lock()",
            JOINED.replace("n.value", "1"),
        ),
        "is not released by those who acquired it",
    ),
    "locks in two orders": (
        program(
            "first, second = (lock, other) if number else (other, lock)\n"
            "with first:\n    with second:\n        n.value += 1",
            "n, lock, other = RawValue('i', 0), Lock(), Lock()",
        ),
        "locks are acquired in different orders",
    ),
    "an event that is waited for in a critical section": (
        program(
            "with lock:\n    gate.wait()\n    n.value += 1",
            "n, lock, gate = RawValue('i', 0), Lock(), Event()",
            "gate.set()\n" + JOINED,
        ),
        "waits for something else inside a critical section",
    ),
    "an event that is waited for where it is set": (
        program(
            "with lock:\n    gate.wait()\n    n.value += 1",
            "n, lock, gate = RawValue('i', 0), Lock(), Event()",
            "with lock: gate.set()\n" + JOINED,
        ),
        "waits for something else inside a critical section",
    ),
    "a barrier in a critical section": (
        program(
            "with locks[number]:\n    gate.wait()\nwith lock:\n    n.value += 1",
            "n, lock, locks, gate = RawValue('i', 0), Lock(), [Lock(), Lock()], Barrier(2)",
        ),
        "waits for something else inside a critical section",
    ),
    "a message that is waited for in a critical section": (
        program(
            "with lock:\n    token.get()\n    n.value += 1",
            "n, lock, token = RawValue('i', 0), Lock(), Queue()",
            "for _ in workers: token.put(1)\n" + JOINED,
        ),
        "waits for something else inside a critical section",
    ),
    "a join that gives up": (
        program(LOCKED, after="for worker in workers: worker.join(0.5)\nprint(n.value)"),
        "gives up after a while",
    ),
    "an acquire that gives up": (
        program("if lock.acquire(timeout=5):\n    n.value += 1\n    lock.release()"),
        "depends on whether it comes in time",
    ),
    "an acquire that is only tried": (
        program(
            "got = lock.acquire(False)\nwith other:\n    n.value += 1",
            "n, lock, other = RawValue('i', 0), Lock(), Lock()",
        ),
        "depends on whether it comes in time",
    ),
    "a message of one of several": (
        program(
            "with lock:\n    n.value += 1\nqueue.put(1)",
            "n, lock, queue = RawValue('i', 0), Lock(), Queue()",
            "workers[1].join()\nqueue.get()\nprint(n.value)\nworkers[0].join()",
        ),
        "depends on which message comes first",
    ),
    "the first of two messages": (
        program(
            "pipes[number][1].send(1)\nwith lock:\n    n.value += 1\npipes[number][1].send(1)",
            "n, lock, pipes = RawValue('i', 0), Lock(), [Pipe(False) for _ in range(2)]",
            "for pipe in pipes: pipe[0].recv()\nprint(n.value)\nfor worker in workers: worker.join()",
        ),
        "without the lock of line",
    ),
    "a signal that comes short of one": (
        program(
            "with lock:\n    n.value += 1\ndone.release()",
            "n, lock, done = RawValue('i', 0), Lock(), Semaphore(0)",
            "done.acquire()\nprint(n.value)\nfor worker in workers: worker.join()",
        ),
        "without the lock of line",
    ),
    "an update that the value's own lock guards in halves": (
        program(
            "with (n.get_lock() if number else lock):\n    n.value += 1",
            "n, lock = Value('i', 0), Lock()",
        ),
        "may write between the read and the write",
    ),
    "an event that is set by one of several": (
        program(
            "with lock:\n    n.value += 1\ngate.set()",
            "n, lock, gate = RawValue('i', 0), Lock(), Event()",
            "workers[1].join()\ngate.wait()\nprint(n.value)\nworkers[0].join()",
        ),
        "is set by more than one process",
    ),
    "an event for which another has waited": (
        program(
            "with lock:\n    n.value += 1\ngate.wait()",
            "n, lock, gate = RawValue('i', 0), Lock(), Event()",
            "gate.set()\nworkers[1].join()\ngate.wait()\nprint(n.value)\nworkers[0].join()",
        ),
        "without the lock of line",
    ),
    "a manager": (
        program("with lock:\n    n.value += 1", "lock = Lock()", before="n = Manager().Value('i', 0)"),
        "what a manager holds",
    ),
    "a pointer": (
        program(
            "p = ctypes.cast(ctypes.addressof(n), ctypes.POINTER(ctypes.c_int))\nwith lock:\n    p[0] += 1"
        ),
        UNANNOUNCED,
    ),
    "an amount that depends on what was found": (
        program("with lock:\n    n.value += n.value % 2 + 1"),
        "adds the same whatever it finds",
    ),
    "a value that is doubled": (
        program("with lock:\n    n.value *= 2", "n, lock = RawValue('i', 1), Lock()"),
        "adds the same whatever it finds",
    ),
    "a value that is set": (
        program("with lock:\n    n.value = 5"),
        "has not read in the same critical section",
    ),
    "an amount that was read from a shared value and handed over": (
        program(
            "with lock:\n    n.value += 1",
            "n, lock = RawValue('i', 0), Lock()\n\ndef more(n, by):\n    with lock:\n        n.value += by",
            "with lock:\n    seen = n.value\n"
            "late = Process(target=more, args=(n, seen))\nlate.start()\nlate.join()\n" + JOINED,
        ),
        "depends on a shared value",
    ),
    "a message that decides": (
        program(
            "with lock:\n    n.value += 1\nqueue.put(number)",
            "n, lock, queue = RawValue('i', 0), Lock(), Queue()",
            "first = queue.get()\nif first > 5: print('odd')\nqueue.get()\n" + JOINED,
        ),
        "depends on",
    ),
    "a message that is printed": (
        program(
            "n.put(number)",
            "n = Queue()",
            "got = [n.get(), n.get()]\nfor w in workers: w.join()\nprint(got[-1])",
        ),
        "which one comes first",
    ),
    "a barrier twice": (
        program(
            "gate.wait()\nwith lock:\n    n.value += 1\ngate.wait()",
            "n, lock, gate = RawValue('i', 0), Lock(), Barrier(2)",
        ),
        "meets others at a barrier more than once",
    ),
    "a question to an event": (
        program(
            "gate.is_set()\n" + LOCKED,
            "n, lock, gate = RawValue('i', 0), Lock(), Event()",
            "gate.set()\n" + JOINED,
        ),
        "asks is_set",
    ),
    "a condition": (
        program(
            "with gate:\n    n.value += 1\n    gate.notify_all()",
            "n, gate = RawValue('i', 0), Condition()",
            "with gate:\n    gate.wait_for(lambda: n.value == 2)\n" + JOINED,
        ),
        "whether to wait for a condition",
    ),
    "workers that are ended at once": (
        program(
            "with lock:\n    n.value += 1\ntime.sleep(1000)",
            after="time.sleep(1)\nfor worker in workers: worker.terminate()\n" + JOINED,
        ),
        "before it has done its work",
    ),
    "a last line that is not joined": (
        program("with lock:\n    n.value += 1", after=JOINED, before="print('begin')")
        .replace("        n.value += 1", "        n.value += 1\n    print('one more')")
        .replace("worker.join()\n    print(n.value)", "pass\n    with lock: print(n.value)"),
        "may be printed after that of line",
    ),
}


@pytest.fixture
def doubted(lane: Lane, target: Callable[[str], Target]) -> Callable[[str], list[str]]:
    """Make the two runs without preemption, and say what keeps them from being a proof."""

    def ask(source: str) -> list[str]:
        facts = Facts.of(text(source))
        aim = replace(target(source), unhooked=facts.unhooked)
        runs: list[Made] = [lane.make(aim, strategy) for strategy in (ParentFirst(), LastFirst())]
        assert [(made.run.outcome, made.errors) for made in runs] == [(Outcome.FINISHED, "")] * 2
        return doubts([made.run for made in runs], facts)

    return ask


@pytest.mark.parametrize("what", VERIFIED)
def test_a_program_that_keeps_every_condition_is_verified(
    doubted: Callable[[str], list[str]], what: str
) -> None:
    assert doubted(VERIFIED[what]) == []


@pytest.mark.parametrize("what", DOUBTS)
def test_a_condition_that_is_not_kept_is_named(doubted: Callable[[str], list[str]], what: str) -> None:
    source, word = DOUBTS[what]
    found = doubted(source)
    assert found
    assert any(word in doubt for doubt in found), found


def test_a_doubt_names_the_line(doubted: Callable[[str], list[str]]) -> None:
    source = text(program("with lock:\n    if n.value < 5:\n        n.value += 1"))
    line = next(n for n, words in enumerate(source.splitlines(), 1) if "if n.value" in words)
    assert f"what the program does at line {line} depends on a shared value" in doubted(source)


def test_a_pass_says_what_it_is_worth() -> None:
    verified = covers(Certificate.VERIFIED, 3, {}, [], "")
    assert "in every order of steps" in verified
    assert "3 runs showed" in verified
    used = {"parent-first": 1, "last-first": 1, "random": 4, "one-preemption": 2}
    explored = covers(Certificate.EXPLORED, 8, used, ["line 3 is odd", "another"], "the budget of 8 runs", 2)
    assert "8 runs under control: 2 without preemption, 4 at random, 2 with one preemption." in explored
    assert "because line 3 is odd." in explored
    assert "another" not in explored
    assert "cut off by the budget of 8 runs" in explored
    assert "all orders with 2 interruptions were tried" in explored
