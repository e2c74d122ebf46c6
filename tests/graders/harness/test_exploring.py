"""Explored runs in the real harness: a verdict that does not depend on luck."""

from __future__ import annotations

import textwrap
from dataclasses import replace

import pytest

from graders.explorer.schedule import Schedule
from graders.job import Job
from graders.lab import CallGroup, CheckSpec, ExploreBudget, FunctionSpec, Lab, Range
from graders.verdict import Certificate
from tests.graders.explorer.programs import DEADLOCKING, RACY, text
from tests.graders.harness.serving import Served, function_lab, grade, program_lab, serve

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


def test_a_program_that_looks_at_how_it_is_run_gets_no_pass_and_is_told_the_line() -> None:
    source = f"import os\n{LOCKED}\nif os.getppid() == 1:\n    lock = None\n"
    report = explored(source).report
    assert (report.verdict.value, report.certificate) == ("inconclusive", Certificate.INCONCLUSIVE)
    line = source.splitlines().index("if os.getppid() == 1:") + 1
    assert f"line {line} looks at the processes around it" in report.checks[0].message


def test_a_source_that_cannot_be_read_in_time_gets_no_pass() -> None:
    names = "\n".join(f"    v{n} = v{n + 1}" for n in range(3000))
    source = f"{LOCKED}\n\ndef unused():\n    v3000 = r.value\n{names}\n"
    report = explored(source).report
    assert (report.verdict.value, report.certificate) == ("inconclusive", Certificate.INCONCLUSIVE)
    assert "could not read the source" in report.checks[0].message


def test_a_call_that_does_the_work_of_all_is_a_cheat() -> None:
    source = """
        def F(r, lock):
            with lock:
                if r.value % 100 == 0:
                    r.value += 20
    """
    spec = FunctionSpec(
        "F", {"r": Range(100, 100)}, ("lock",), (CallGroup(Range(2, 2), ("r", "lock"), {"r": 10}),)
    )
    report = grade(textwrap.dedent(source), exploring(function_lab(spec)), 7).report
    assert report.verdict.value == "cheat"
    assert "process 1 changed r by 20, where its own call asks for 10" in report.checks[0].message


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


# -- whose work it is -------------------------------------------------------------------------------

FEW = """
from multiprocessing import Event, Lock, Pool, Process, Queue, RawArray, RawValue, Value
import multiprocessing, os, time

{before}
def work(r, lock, number):
    {work}

if __name__ == "__main__":
    r, lock = RawValue("i", 0), Lock()
    workers = [Process(target=work, args=(r, lock, number)) for number in range({processes})]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    {end}
"""
ADD = "with lock: r.value += 10"
PRINT = "print(r.value)"


def few(work: str = ADD, end: str = PRINT, before: str = "", processes: int = 2) -> str:
    """A program of two workers, of which each adds ten."""
    return FEW.format(work=work, end=end, before=before, processes=processes)


def line_of(source: str, word: str) -> int:
    """Return the only line of `source` that holds `word`."""
    (found,) = (n for n, line in enumerate(source.splitlines(), 1) if word in line)
    return found


def workers_lab(processes: int = 2, adds: int = 20, together: bool = True) -> Lab:
    """A lab for few processes, which asks for them too."""
    lab = program_lab(adds=adds)
    wanted = CheckSpec("workers", "Work", 2, "workers", {"processes": processes, "together": together})
    return exploring(replace(lab, checks=(*lab.checks, wanted)))


def judged(source: str, lab: Lab | None = None, seed: int = 7) -> Served:
    return grade(source, lab or workers_lab(), seed)


def replayed(source: str, lab: Lab, schedule: str) -> Served:
    return serve(Job(lab, {lab.file: source}, lab.file, 7, schedule).encode())


RETRIED = """
from multiprocessing import Process, RawValue

def work(r):
    for _ in range(5):
        r.value += 1

def attempt():
    r = RawValue("i", 0)
    workers = [Process(target=work, args=(r,)) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    return r.value

if __name__ == "__main__":
    found = attempt()
    while found != 10:
        found = attempt()
    print(found)
"""
MENDED = few(
    "for _ in range(10): r.value += 1",
    "while r.value < 20:\n        again = Process(target=work, args=(r, lock, 0))\n"
    "        r.value = 10\n        again.start()\n        again.join()\n    print(r.value)",
)


NEARLY_ALWAYS_WRONG = """
from multiprocessing import Lock, Process, RawValue

def climb(height, lock):
    while height.value < 100:
        with lock:
            height.value += 1

if __name__ == "__main__":
    height = RawValue("i", 0)
    lock = Lock()
    climbers = [Process(target=climb, args=(height, lock)) for _ in range(10)]
    for climber in climbers:
        climber.start()
    for climber in climbers:
        climber.join()
    print(height.value)
"""


@pytest.mark.parametrize("seed", [1, 7])
def test_a_race_replays_where_few_runs_are_right(seed: int) -> None:
    lab = exploring(program_lab())
    served = grade(NEARLY_ALWAYS_WRONG, lab, seed)
    witness = served.report.witness
    assert served.verdict == "race"
    assert witness is not None
    job = Job(lab, {lab.file: NEARLY_ALWAYS_WRONG}, lab.file, seed, witness.schedule)
    assert serve(job.encode()).verdict == "race"


LATE = """
from multiprocessing import Lock, Process, RawValue

def work(r, lock):
    for _ in range(10):
        with lock:
            r.value += 1
    print("the value is", r.value, flush=True)

if __name__ == "__main__":
    r = RawValue("i", 0)
    lock = Lock()
    workers = [Process(target=work, args=(r, lock)) for _ in range(10)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
"""


def test_an_older_number_that_is_printed_last_is_a_race() -> None:
    served = explored(LATE)
    assert served.verdict == "race"
    assert "the last word must be 100; it was 90" in served.message("value")
    inside = LATE.replace("    print(", "        with_lock = r.value == 100\n    if with_lock: print(")
    assert explored(inside).verdict != "race"


LAST_TELLS = (
    LATE.replace(
        'print("the value is", r.value, flush=True)',
        "done.value += 1\n    if done.value == 10:\n        print(r.value)",
    )
    .replace("(r, lock)", "(r, done, lock)")
    .replace("    lock = Lock()\n", '    done = RawValue("i", 0)\n    lock = Lock()\n')
)


def test_what_is_printed_in_some_schedules_only_is_a_race() -> None:
    served = explored(LAST_TELLS)
    assert served.verdict == "race"
    assert "Nothing was printed" in served.message("value")
    assert served.report.witness is not None
    assert "from done at line 8" in served.report.witness.explanation


DIGITS = """
from multiprocessing import Lock, Process, RawValue

def tick(ones, tens, ones_lock, tens_lock):
    for _ in range(10):
        with ones_lock:
            ones.value += 1
            carry = ones.value == 10
            if carry:
                ones.value = 0
        if carry:
            with tens_lock:
                tens.value += 1

if __name__ == "__main__":
    ones, tens = RawValue("i", 3), RawValue("i", 0)
    locks = Lock(), Lock()
    workers = [Process(target=tick, args=(ones, tens, *locks)) for _ in range(10)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    print(tens.value * 10 + ones.value)
"""


def test_a_value_in_several_integers_is_no_cheat_and_its_race_is_found() -> None:
    served = explored(DIGITS)
    assert served.verdict == "inconclusive"
    assert "put together from several shared integers" in served.message("value")
    racy = DIGITS.replace("            with tens_lock:\n                tens", "            tens")
    report = explored(racy).report
    assert (report.verdict.value, report.witness is not None and report.witness.lines) == ("race", (12,))


LOCK_FILE = """
import os
import tempfile
from multiprocessing import Process, RawValue

def work(r, name):
    for _ in range(10):
        TAKE
        r.value += 1
        os.unlink(name)

if __name__ == "__main__":
    folder = tempfile.mkdtemp()
    r = RawValue("i", 0)
    workers = [Process(target=work, args=(r, folder + "/lock")) for _ in range(10)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    print(r.value)
"""


def test_a_file_as_a_lock_is_interrupted_between_the_look_and_the_making() -> None:
    looked = LOCK_FILE.replace(
        "TAKE",
        "while os.path.exists(name): pass\n        open(name, 'w').close()",
    ).replace("os.unlink(name)", "os.path.exists(name) and os.unlink(name)")
    assert explored(looked).verdict in ("race", "crash")
    made = LOCK_FILE.replace(
        "TAKE",
        "while True:\n            try:\n                os.mkdir(name)\n                break\n"
        "            except FileExistsError:\n                pass",
    ).replace("unlink", "rmdir")
    served = explored(made)
    assert (served.verdict, served.report.certificate) == ("passed", Certificate.EXPLORED)
    assert "with files" in served.report.covers


def test_who_tries_again_until_it_is_right_cheats() -> None:
    served = judged(RETRIED, workers_lab(adds=10))
    assert served.verdict == "cheat", served.report
    assert served.check("value").points == 0


def test_a_value_that_is_hard_coded_though_the_workers_work_is_a_cheat_with_a_witness_that_replays() -> None:
    source = few(end="print(20)")
    served = judged(source)
    assert served.verdict == "cheat"
    assert "whatever the shared integer holds" in served.message("value")
    witness = served.report.witness
    assert witness is not None
    assert Schedule.parse(witness.schedule).shift
    assert replayed(source, workers_lab(), witness.schedule).verdict == "cheat"


@pytest.mark.parametrize("end", ["r.value = 20; print(r.value)", "r.value += 10; print(r.value)"])
def test_what_the_main_program_writes_itself_is_a_cheat(end: str) -> None:
    work = ADD if "+=" not in end else "with lock: r.value += 5"
    served = judged(few(work, end))
    assert served.verdict == "cheat", served.report
    assert served.report.witness is not None
    assert replayed(few(work, end), workers_lab(), served.report.witness.schedule).verdict == "cheat"


def test_workers_that_are_each_waited_for_are_sequential() -> None:
    source = few().replace("        worker.start()\n    for worker in workers:\n", "        worker.start()\n")
    served = judged(source)
    assert served.verdict == "sequential", served.report
    assert judged(source, workers_lab(together=False)).verdict == "passed"


def test_a_sum_of_answers_is_right_and_not_what_was_asked_for() -> None:
    source = """
from multiprocessing import Pool

def work(number):
    return 10

if __name__ == "__main__":
    with Pool(2) as pool:
        print(sum(pool.map(work, range(2))))
"""
    served = judged(source)
    assert served.verdict == "requirement", served.report
    assert "in shared memory" in served.message("value")


def test_twenty_processes_are_not_the_ten_that_were_asked_for() -> None:
    served = judged(few("with lock: r.value += 5", processes=4))
    assert served.verdict == "requirement", served.report
    assert "4 processes changed what they share" in served.message("workers")


# -- nobody comes any further -------------------------------------------------------------------------

POLITE = few(
    "first, second = (lock, OTHER) if number else (OTHER, lock)\n"
    "    while True:\n"
    "        with first:\n"
    "            if second.acquire(False):\n"
    "                r.value += 10\n"
    "                second.release()\n"
    "                return",
    before="OTHER = Lock()",
)
UNSET = few("while r.value == 0:\n        pass", "print(r.value)")


@pytest.mark.parametrize("source", [POLITE, UNSET])
def test_who_runs_for_ever_and_comes_no_further_is_a_livelock(source: str) -> None:
    served = judged(source)
    assert served.verdict == "livelock", served.report
    witness = served.report.witness
    assert witness is not None
    assert witness.lines
    assert replayed(source, workers_lab(), witness.schedule).verdict == "livelock"


def test_a_spin_that_somebody_ends_is_none() -> None:
    source = few("while lock.acquire(False) is False:\n        pass\n    r.value += 10\n    lock.release()")
    assert judged(source).verdict == "passed"


@pytest.mark.parametrize(
    ("work", "end", "guilty"),
    [
        ("if lock.acquire(timeout=0.1):\n        r.value += 10\n        lock.release()", PRINT, None),
        (ADD, "print(r.value)", "print(r.value)"),
    ],
)
def test_a_wait_that_gives_up_in_some_schedule_is_a_race(work: str, end: str, guilty: str | None) -> None:
    source = few(work, end)
    if guilty:
        source = source.replace("worker.join()", "worker.join(0.1)")
    served = judged(source)
    assert served.verdict == "race", served.report
    assert served.report.witness is not None
    if guilty:
        assert list(served.report.witness.lines) == [line_of(source, guilty)]


def test_a_main_program_that_reads_too_early_is_told_with_its_line() -> None:
    source = few(end="pass").replace(
        "    for worker in workers:\n        worker.join()\n", "    print(r.value)\n"
    )
    served = judged(source)
    assert served.verdict == "race"
    witness = served.report.witness
    assert witness is not None
    assert list(witness.lines) == [line_of(source, "print(r.value)")]
    assert "Join every process before you read what they share" in witness.explanation


def test_the_innocent_join_of_the_main_program_is_not_guilty_of_a_deadlock() -> None:
    source = few("lock.acquire()\n    r.value += 10")
    served = judged(source)
    assert served.verdict == "deadlock"
    witness = served.report.witness
    assert witness is not None
    assert list(witness.lines) == [line_of(source, "lock.acquire()")]
    assert line_of(source, "worker.join()") in {wait.line for wait in witness.waits}


# -- bad input ----------------------------------------------------------------------------------------

BAD = {
    "starts processes without end": (
        few("again = Process(target=work, args=(r, lock, 0))\n    again.start()\n    again.join()"),
        {"process-limit"},
    ),
    "computes for ever in a worker": (few("while True: pass"), {"timeout"}),
    "swallows every exception": (
        few(
            "while True:\n        try:\n            lock.acquire()\n"
            "        except BaseException:\n            pass"
        ),
        {"deadlock"},
    ),
    "closes every descriptor in a worker": (
        few("os.closerange(3, 4096)\n    with lock: r.value += 10"),
        {"crash", "wrong-value", "race", "inconclusive", "cheat"},
    ),
    "replaces what multiprocessing has": (
        few(
            before="class Process(multiprocessing.Process):\n"
            "    start = multiprocessing.Process.run\n    def join(self): pass\n"
        ),
        {"cheat", "requirement"},
    ),
    "replaces join with nothing": (
        few(before="multiprocessing.process.BaseProcess.join = lambda self, timeout=None: None"),
        {"race"},
    ),
    "ends by os._exit while it holds the lock": (few("lock.acquire()\n    os._exit(0)"), {"deadlock"}),
    "ends by os._exit before it has worked": (few("os._exit(0)"), {"wrong-value"}),
    "ends by os._exit with another status": (few(ADD + "\n    os._exit(3)"), {"crash"}),
    "leaves a thread running": (
        few(
            "import threading\n"
            "    threading.Thread(target=time.sleep, args=(10**6,), daemon=True).start()\n    " + ADD
        ),
        {"passed", "requirement", "inconclusive"},
    ),
    "prints a megabyte in a worker": (few("print('x' * 2**20)\n    " + ADD), {"output-limit"}),
    "needs all memory": (
        few("hoard = [bytes(2**20) for _ in range(10**5)]\n    " + ADD),
        {"memory-limit", "crash"},
    ),
    "ends its parent": (few("os.kill(os.getppid(), 9)"), {"crash", "wrong-value"}),
    "recurses for ever": (few("work(r, lock, number)"), {"crash"}),
    "is no Python": ("def broken(:\n", {"crash"}),
    "is empty": ("", {"wrong-value", "requirement", "cheat"}),
    "nests deeper than a parser goes": ("x = " + "(" * 5000 + ")" * 5000, {"crash"}),
}


@pytest.mark.parametrize("what", BAD)
def test_a_program_that_means_no_good_ends_in_its_verdict(what: str) -> None:
    source, verdicts = BAD[what]
    lab = workers_lab()
    lab = replace(lab, limits=replace(lab.limits, run_seconds=3.0, wall_seconds=20.0))
    served = grade(source, replace(lab, explore=ExploreBudget(20, 2.0)))
    assert served.verdict in verdicts, served.report
    assert served.seconds < 25


FORGERIES = {
    "an operation that no hook knows": "b'\\x01\\x01\\x01\\x00\\x00\\x00\\x00\\x00' + b'\\xff' * 32",
    "a kind of message that no hook sends": "b'\\xee' * 8",
    "half a message": "b'\\x01'",
}


@pytest.mark.parametrize("what", FORGERIES)
def test_a_message_that_is_written_into_the_grader_s_channel_is_a_cheat(what: str) -> None:
    work = f"""import socket, stat
    for fd in range(3, 64):
        try:
            if stat.S_ISSOCK(os.fstat(fd).st_mode):
                os.write(fd, {FORGERIES[what]})
        except OSError:
            pass
    with lock: r.value += 10"""
    served = judged(few(work))
    assert served.verdict == "cheat", served.report


def test_an_account_of_additions_that_were_never_made_is_a_cheat() -> None:
    work = """import graders.explorer.shim.memory as m
    m.writing(r._ident, lambda value: None, 10)"""
    served = judged(few(work, "print(20)"))
    assert served.verdict == "cheat", served.report
