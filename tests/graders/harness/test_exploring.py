"""Explored runs in the real harness: a verdict that does not depend on luck."""

from __future__ import annotations

import textwrap
from dataclasses import replace

import pytest

from graders.explorer.schedule import Schedule
from graders.lab import ExploreBudget, Lab
from graders.verdict import Certificate
from tests.graders.explorer.programs import DEADLOCKING, RACY, text
from tests.graders.harness.serving import Served, function_lab, grade, program_lab

MODES = ("namespace", "plain", "user", "single")
LOCKED = text(RACY["two_critical_sections"]).replace(
    "        with lock:\n            found = r.value\n        with lock:\n            r.value = found + 1\n",
    "        with lock:\n            r.value += 1\n",
)


def exploring(lab: Lab, runs: int = 40, seconds: float = 3.0) -> Lab:
    return replace(lab, explore=ExploreBudget(runs, seconds))


def explored(source: str, seed: int = 7, mode: str = "namespace") -> Served:
    return grade(source, exploring(program_lab()), seed, mode)


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("program", RACY)
def test_a_race_is_convicted_by_the_interleaving_that_shows_it(program: str, mode: str) -> None:
    source = text(RACY[program])
    served = explored(source, mode=mode)
    report = served.report
    assert (served.verdict, report.certificate) == ("race", Certificate.REFUTED)
    assert report.witness is not None
    guilty = [n for n, line in enumerate(source.splitlines(), 1) if "r.value" in line and "print" not in line]
    assert list(report.witness.lines) == guilty
    assert 3 <= len(report.witness.steps) <= 8
    assert {step.operation for step in report.witness.steps} == {"read", "write"}
    assert {step.object for step in report.witness.steps} == {"r"}
    schedule = Schedule.parse(report.witness.schedule)
    assert len(schedule.source) == 12
    assert schedule.turns


@pytest.mark.parametrize("program", DEADLOCKING)
def test_a_deadlock_names_who_waits_for_whom(program: str) -> None:
    report = explored(text(DEADLOCKING[program])).report
    assert report.verdict.value == "deadlock"
    assert report.witness is not None
    assert report.witness.waits
    assert report.witness.schedule


def test_the_holder_of_a_lock_is_named() -> None:
    witness = explored(text(DEADLOCKING["lock_order"])).report.witness
    assert witness is not None
    waits = {wait.process: wait for wait in witness.waits}
    assert (waits[1].held_by, waits[2].held_by) == (2, 1)
    assert "the lock b" in waits[1].waits_for
    assert "the lock a" in waits[2].waits_for


@pytest.mark.parametrize("seed", range(5))
def test_a_locked_counter_is_verified_and_no_run_is_spent_on_what_is_proven(seed: int) -> None:
    report = explored(LOCKED, seed).report
    assert (report.verdict.value, report.certificate) == ("passed", Certificate.VERIFIED)
    assert report.runs.explored == 3


@pytest.mark.parametrize("method", ["spawn", "forkserver"])
def test_a_counter_of_spawned_processes_is_verified(method: str) -> None:
    source = f"""
        import multiprocessing

        def work(r, lock):
            for _ in range(10):
                with lock:
                    r.value += 1

        if __name__ == "__main__":
            context = multiprocessing.get_context("{method}")
            r, lock = context.RawValue("i", 3), context.Lock()
            workers = [context.Process(target=work, args=(r, lock)) for _ in range(10)]
            for worker in workers:
                worker.start()
            for worker in workers:
                worker.join()
            print(r.value)
    """
    report = explored(source).report
    assert (report.verdict.value, report.certificate) == ("passed", Certificate.VERIFIED)


def test_the_same_seed_gives_the_same_witness() -> None:
    one, other = (explored(text(RACY["textbook"])).report.witness for _ in range(2))
    assert one == other


def test_a_function_without_its_lock_is_convicted() -> None:
    source = """
        def F(r, lock):
            for _ in range(10):
                r.value = r.value + 1
    """
    served = grade(source, exploring(function_lab()))
    assert served.verdict == "race"
    witness = served.report.witness
    assert witness is not None
    assert witness.lines == (4,)


def test_a_function_with_its_lock_is_verified() -> None:
    source = """
        def F(r, lock):
            for _ in range(10):
                with lock:
                    r.value = r.value + 1
    """
    served = grade(source, exploring(function_lab()))
    assert (served.verdict, served.report.certificate) == ("passed", Certificate.VERIFIED)


WORKERS = """
from multiprocessing import Lock, Process, RawValue
import ctypes

def work(r, lock):
    {work}

if __name__ == "__main__":
    r, lock = RawValue("i", 0), Lock()
    workers = [Process(target=work, args=(r, lock)) for _ in range(10)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    {end}
"""
AROUND_THE_HOOKS = {
    "pointer": "p = ctypes.cast(ctypes.addressof(r), ctypes.POINTER(ctypes.c_int))",
    "view": "p = memoryview(r).cast('B').cast('i')",
}


@pytest.mark.parametrize("how", AROUND_THE_HOOKS)
def test_a_race_around_the_hooks_does_not_pass(how: str) -> None:
    work = AROUND_THE_HOOKS[how] + "\n    for _ in range(10):\n        p[0] += 1"
    served = explored(WORKERS.format(work=work, end="print(r.value)"))
    assert served.verdict == "race"


def test_what_the_grader_cannot_follow_is_no_pass() -> None:
    work = "import _ctypes as c\n    s = type(r).__mro__[1].value\n    "
    work += "f = getattr(s, '__se' 't__'); g = getattr(s, '__ge' 't__')\n    "
    work += "for _ in range(10):\n        with lock:\n            f(r, g(r) + 1)"
    served = explored(WORKERS.format(work=work, end="print(r.value)"))
    assert served.verdict == "inconclusive", served.report
    assert served.report.certificate is Certificate.INCONCLUSIVE
    assert "cannot follow" in served.message("value")


@pytest.mark.parametrize("end", ["print(100)", "r.value = 100; print(r.value)"])
def test_a_value_that_is_not_the_workers_work_is_a_cheat(end: str) -> None:
    served = explored(WORKERS.format(work="pass", end=end))
    assert served.verdict == "cheat"
    assert served.check("value").points == 0


def test_nothing_that_passes_is_refuted() -> None:
    served = explored(
        WORKERS.format(work="lock.acquire(); r.value += 10; lock.release()", end="print(r.value)")
    )
    assert (served.verdict, served.report.certificate) == ("passed", Certificate.VERIFIED)


# What a hostile or clumsy program does; which verdicts may come of it.
ODD = {
    "a fork bomb": ("import os\nwhile True:\n    os.fork()\n", {"process-limit"}),
    "no schedule point, ever": ("while True:\n    pass\n", {"timeout"}),
    "a megabyte of output": ("for _ in range(100):\n    print('x' * 10_000)\n", {"output-limit"}),
    "every exception swallowed": (
        """from multiprocessing import Lock
lock = Lock()
lock.acquire()
while True:
    try:
        lock.acquire()
    except BaseException:
        pass
""",
        {"deadlock"},
    ),
    "every descriptor closed": (
        LOCKED.replace(
            "    for _ in range(10):", "    import os\n    os.closerange(3, 1000)\n    for _ in range(10):"
        ),
        {"passed", "crash", "wrong-value", "race", "inconclusive"},
    ),
    "an end by os._exit with the lock held": (
        LOCKED.replace(
            "            r.value += 1", "            r.value += 1\n            __import__('os')._exit(0)"
        ),
        {"deadlock"},
    ),
    "threads left running": (
        """import threading, time
threading.Thread(target=lambda: time.sleep(3600), daemon=True).start()
print(100)
""",
        {"requirement", "cheat", "passed", "wrong-value"},
    ),
    "the hooks torn out": (
        "import importlib, multiprocessing.synchronize as s, multiprocessing.sharedctypes as c\n"
        "importlib.reload(c)\nimportlib.reload(s)\n" + text(RACY["textbook"]),
        {"race", "wrong-value", "passed", "crash", "inconclusive"},
    ),
}


@pytest.mark.parametrize("what", ODD)
def test_an_odd_program_ends_in_a_verdict_within_the_limits(what: str) -> None:
    source, verdicts = ODD[what]
    lab = exploring(program_lab(run_seconds=3.0, wall_seconds=20.0), seconds=2.0)
    served = grade(source, lab)
    assert served.verdict in verdicts, served.report
    assert served.seconds < 30


def test_no_descriptor_leads_from_a_controlled_process_to_the_report() -> None:
    forged = '{"event": "fault", "message": "forged"}'
    source = f"""
        import os
        for fd in range(3, 256):
            try:
                os.write(fd, b'{forged}' + b"\\n")
            except OSError:
                pass
        print(100)
    """
    served = grade(textwrap.dedent(source), exploring(program_lab(), runs=3, seconds=1.0))
    assert [event.event for event in served.events if event.event == "fault"] == []
    assert served.verdict == "cheat"
