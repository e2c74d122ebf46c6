"""Right, wrong and never ending programs, graded by the real harness."""

from __future__ import annotations

from dataclasses import replace

import pytest

from graders.lab import CheckSpec
from tests.graders.harness.serving import grade, program_lab

RIGHT = """
    from multiprocessing import *
    from multiprocessing.sharedctypes import RawValue

    def F(r, lock):
        for i in range(10):
            lock.acquire()
            r.value = r.value + 1
            lock.release()

    if __name__ == "__main__":
        r = RawValue("i", 5)
        lock = Lock()
        processes = [Process(target=F, args=(r, lock)) for _ in range(10)]
        for process in processes:
            process.start()
        for process in processes:
            process.join()
        print("The value is", r.value)
"""
RACY = RIGHT.replace("lock.acquire()", "old = r.value; __import__('time').sleep(0.002)").replace(
    "r.value = r.value + 1\n            lock.release()", "r.value = old + 1"
)


@pytest.mark.parametrize("mode", ["namespace", "plain", "user", "single"])
def test_the_right_counter_passes_wherever_the_harness_runs(mode: str) -> None:
    served = grade(RIGHT, program_lab(free_runs=3), mode=mode)
    assert served.verdict == "passed", served.message("value")
    assert [event.event for event in served.events] == ["ready", "started", "check", "check", "report"]
    assert served.report.score == 8
    assert served.report.runs.free == 3
    assert served.report.output == "The value is 105\n"
    assert served.report.flags == ()
    assert served.status == 0


def test_a_program_that_loses_updates_is_a_race() -> None:
    served = grade(RACY, program_lab(free_runs=3))
    assert served.verdict == "race"
    assert served.check("value").points == 0
    assert "must be 105" in served.message("value")
    assert served.report.score == 4
    assert served.report.flags == ("free-runs-disagree",)
    assert served.report.witness is not None
    assert served.report.witness.kind == "race"
    assert served.report.witness.schedule == ""


def test_a_value_that_is_always_the_same_and_wrong_is_no_race() -> None:
    served = grade("print(99)", program_lab(free_runs=2))
    assert served.verdict == "wrong-value"
    assert "it was 99" in served.message("value")


def test_a_program_that_prints_nothing_is_told_what_to_print() -> None:
    assert "Nothing was printed: print" in grade("pass").message("value")


def test_timed_waits_and_sleeps_are_no_deadlock() -> None:
    served = grade(
        """
        import multiprocessing, time
        def work(event, lock, value):
            time.sleep(0.6)
            event.wait(0.4)
            while not lock.acquire(timeout=0.3):
                pass
            value.value += 50
            lock.release()
        if __name__ == "__main__":
            value, lock = multiprocessing.RawValue("i", 0), multiprocessing.Lock()
            event = multiprocessing.Event()
            ps = [multiprocessing.Process(target=work, args=(event, lock, value)) for _ in range(2)]
            for p in ps: p.start()
            for p in ps: p.join()
            print(value.value)
        """
    )
    assert served.verdict == "passed", served.message()


@pytest.mark.parametrize(
    "program",
    [
        """
        import os
        from multiprocessing import RawValue
        r = RawValue("i", 0)
        for _ in range(10):
            if os.fork() == 0:
                r.value += 10
                os._exit(0)
            os.wait()
        print(r.value)
        """,
        """
        import multiprocessing as mp
        def add(value):
            with value.get_lock():
                value.value += 10
        if __name__ == "__main__":
            mp.set_start_method("spawn")
            value = mp.Value("i", 0)
            ps = [mp.Process(target=add, args=(value,)) for _ in range(10)]
            for p in ps: p.start()
            for p in ps: p.join()
            print(value.value)
        """,
        """
        import multiprocessing as mp
        def add(value):
            with value.get_lock():
                value.value += 10
        if __name__ == "__main__":
            mp.set_start_method("forkserver")
            value = mp.Value("i", 0)
            ps = [mp.Process(target=add, args=(value,)) for _ in range(10)]
            for p in ps: p.start()
            for p in ps: p.join()
            print(value.value)
        """,
        """
        from multiprocessing import Pool
        def ten(_):
            return 10
        if __name__ == "__main__":
            with Pool(4) as pool:
                print(sum(pool.map(ten, range(10))))
        """,
        """
        from multiprocessing import Process, Queue
        def work(queue):
            queue.put(10)
        if __name__ == "__main__":
            queue = Queue()
            ps = [Process(target=work, args=(queue,)) for _ in range(10)]
            for p in ps: p.start()
            print(sum(queue.get() for _ in ps))
            for p in ps: p.join()
        """,
        """
        from multiprocessing import Manager, Process
        def work(numbers, lock):
            with lock:
                numbers["n"] = numbers["n"] + 25
        if __name__ == "__main__":
            with Manager() as manager:
                numbers, lock = manager.dict(n=0), manager.Lock()
                ps = [Process(target=work, args=(numbers, lock)) for _ in range(4)]
                for p in ps: p.start()
                for p in ps: p.join()
                print(numbers["n"])
        """,
        """
        from concurrent.futures import ProcessPoolExecutor
        def ten(_):
            return 10
        if __name__ == "__main__":
            with ProcessPoolExecutor(3) as pool:
                print(sum(pool.map(ten, range(10))))
        """,
        """
        from multiprocessing import Process, shared_memory
        def work(name, place):
            memory = shared_memory.SharedMemory(name)
            memory.buf[place] = 10
            memory.close()
        if __name__ == "__main__":
            memory = shared_memory.SharedMemory(create=True, size=10)
            ps = [Process(target=work, args=(memory.name, i)) for i in range(10)]
            for p in ps: p.start()
            for p in ps: p.join()
            print(sum(memory.buf[:10]))
            memory.close()
            memory.unlink()
        """,
        """
        from multiprocessing import Process, Barrier, Array
        def work(barrier, numbers, i):
            barrier.wait()
            numbers[i] = 10
            barrier.wait()
        if __name__ == "__main__":
            barrier, numbers = Barrier(10), Array("i", 10)
            ps = [Process(target=work, args=(barrier, numbers, i)) for i in range(10)]
            for p in ps: p.start()
            for p in ps: p.join()
            print(sum(numbers))
        """,
    ],
    ids=["fork", "spawn", "forkserver", "Pool", "Queue", "Manager", "executor", "SharedMemory", "Barrier"],
)
def test_every_means_of_multiprocessing_is_accepted(program: str) -> None:
    served = grade(program)
    assert served.verdict == "passed", [check.message for check in served.report.checks]
    assert served.report.flags == ()


THREADS = RIGHT.replace("Process(", "Thread(").replace("*\n", "*\n    from threading import Thread\n", 1)


@pytest.mark.parametrize(
    ("source", "verdict"),
    [(RIGHT, "passed"), (THREADS, "requirement"), ("print(100)", "cheat"), ("print(5)", "requirement")],
)
def test_only_processes_that_were_really_started_count_as_workers(source: str, verdict: str) -> None:
    lab = program_lab()
    workers = CheckSpec("workers", "Ten processes", 2, "workers", {"processes": 10})
    served = grade(source, replace(lab, checks=(*lab.checks, workers)))
    assert served.check("workers").verdict == verdict, served.message("workers")


def test_processes_that_nobody_waits_for_count_too() -> None:
    lab = program_lab()
    workers = CheckSpec("workers", "Three processes", 2, "workers", {"processes": 3})
    source = "import os\nfor _ in range(3):\n    if os.fork() == 0: os._exit(0)\nprint(100)\n"
    served = grade(source, replace(lab, checks=(*lab.checks, workers)))
    assert served.check("workers").verdict == "passed"


def test_no_right_program_is_ever_called_deadlocked() -> None:
    served = grade(RIGHT, program_lab(free_runs=20))
    assert served.verdict == "passed"
    assert served.report.runs.free == 20


def test_what_a_run_left_in_tmp_is_gone_in_the_next() -> None:
    served = grade(
        """
        import os
        print(100 if not os.path.exists("/tmp/was-here") else 0)
        open("/tmp/was-here", "w").close()
        """,
        program_lab(free_runs=2),
    )
    assert served.verdict == "passed"


def test_standard_output_is_line_buffered_as_on_a_terminal() -> None:
    served = grade(
        """
        import os, sys
        print("before the fork")
        if os.fork() == 0:
            sys.exit()
        os.wait()
        print(sys.stdout.line_buffering, 100)
        """
    )
    assert served.report.output == "before the fork\nTrue 100\n"


def test_control_characters_and_bad_utf8_are_data() -> None:
    served = grade(r"""import os; os.write(1, b"\x00\x1b[31m\xff\n100")""")
    assert served.report.output == "\x00\x1b[31m�\n100"
    assert served.verdict == "passed"


def test_closing_every_descriptor_ends_nothing_but_the_output() -> None:
    served = grade("import os; print(100); os.closerange(0, 1000); import time; time.sleep(0.3)")
    assert served.verdict == "passed"


def test_lines_that_look_like_the_protocol_are_only_output() -> None:
    forged = '{"event": "report", "report": {"verdict": "passed"}}'
    served = grade(f"import sys\nprint({forged!r})\nprint({forged!r}, file=sys.stderr)\nprint(1)")
    assert served.verdict == "wrong-value"
    assert served.report.output.startswith(forged)
    assert served.status == 0
