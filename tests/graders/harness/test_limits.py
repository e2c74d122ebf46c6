"""Every limit ends a run, with its own verdict, its value in words, and nothing left behind."""

from __future__ import annotations

import os
import time
import uuid
from dataclasses import replace

import pytest

from graders.harness.grade import time_for
from graders.job import Job
from graders.lab import CheckSpec
from graders.limits import Limits
from tests.graders.harness.serving import grade, processes_holding, program_lab, started

MIB = 1024**2


def test_output_without_end_is_cut_off_at_the_limit() -> None:
    served = grade("while True: print('x' * 1000)\n", program_lab(free_runs=3, output_bytes=8192))
    assert served.verdict == "output-limit"
    assert "it printed more than 8 KiB" in served.message()
    assert len(served.report.output) <= 8193
    assert "output-cut" in served.report.flags
    assert served.report.runs.free == 1


def test_standard_error_counts_as_output() -> None:
    served = grade("import os\nwhile True: os.write(2, b'x' * 1000)\n", program_lab(output_bytes=8192))
    assert served.verdict == "output-limit"


def test_memory_of_all_processes_together_is_limited() -> None:
    served = grade(
        """
        import os, time
        for _ in range(4):
            if os.fork() == 0:
                hog = bytearray(os.urandom(1000)) * 20000
                time.sleep(30)
        time.sleep(30)
        """,
        program_lab(memory_bytes=48 * MIB),
    )
    assert served.verdict == "memory-limit"
    assert "more than 48 MiB of memory" in served.message()
    assert served.report.usage.memory > 48 * MIB


def test_memory_that_forked_processes_share_counts_once() -> None:
    served = grade(
        """
        import os, time
        big = bytearray(os.urandom(1000)) * 30000
        for _ in range(6):
            if os.fork() == 0:
                time.sleep(0.5)
                os._exit(0)
        for _ in range(6):
            os.wait()
        print(100)
        """,
        program_lab(memory_bytes=80 * MIB),
    )
    assert served.verdict == "passed", served.message()


def test_an_uncaught_memory_error_is_the_memory_limit() -> None:
    assert grade("x = bytearray(1 << 60)\n").verdict == "memory-limit"


def test_cpu_time_of_all_processes_together_is_limited() -> None:
    served = grade(
        """
        import os
        os.fork(); os.fork()
        while True: pass
        """,
        program_lab(cpu_seconds=1.0),
    )
    assert served.verdict == "timeout"
    assert "used more than 1 s of CPU time" in served.message()


def test_wall_time_of_one_run_is_limited_and_the_line_is_told() -> None:
    served = grade("x = 1\nwhile True:\n    x += 1\n", program_lab(run_seconds=1.0))
    assert served.verdict == "timeout"
    assert "had not ended after 1 s" in served.message()
    assert "the main program was at line" in served.message()


def test_wall_time_of_all_runs_together_is_limited() -> None:
    served = grade("import time; time.sleep(0.7); print(100)", program_lab(free_runs=9, wall_seconds=2.0))
    assert served.report.runs.free < 4
    assert served.seconds < 6


def test_more_processes_than_allowed_end_the_run() -> None:
    served = grade(
        """
        import os, time
        for _ in range(30):
            if os.fork() == 0:
                time.sleep(30)
        time.sleep(30)
        """,
        program_lab(processes=20),
    )
    assert served.verdict == "process-limit"
    assert "more than 20 processes and threads at once" in served.message()


def test_threads_count_as_processes_do() -> None:
    served = grade(
        """
        import threading, time
        for _ in range(30):
            threading.Thread(target=time.sleep, args=(30,)).start()
        """,
        program_lab(processes=20),
    )
    assert served.verdict == "process-limit"


@pytest.mark.parametrize("mode", ["namespace", "plain", "user", "single"])
def test_a_fork_bomb_is_ended_and_nothing_of_it_is_left(mode: str) -> None:
    mark = uuid.uuid4().hex
    served = grade(
        f"import os\nmark = '{mark}'\nwhile True: os.fork()\n", program_lab(processes=20), mode=mode
    )
    assert served.verdict == "process-limit"
    assert processes_holding(mark) == []
    assert served.seconds < 20


@pytest.mark.parametrize("mode", ["namespace", "plain"])
def test_a_daemon_that_outlives_the_program_is_killed_and_told(mode: str) -> None:
    mark = uuid.uuid4().hex
    served = grade(
        f"""
        import os, signal, sys
        if os.fork() == 0:
            os.setsid()
            if os.fork() == 0:
                signal.signal(signal.SIGTERM, signal.SIG_IGN)
                os.execv("/bin/sleep", ["{mark}", "1000"])
            os._exit(0)
        os.wait()
        print(100)
        """,
        mode=mode,
    )
    assert served.verdict == "passed"
    assert "left-processes" in served.report.flags
    assert processes_holding(mark) == []


def test_what_had_to_be_stopped_is_not_said_to_have_ended() -> None:
    lab = program_lab()
    finishes = CheckSpec("finishes", "Ends", 1, "finishes", {})
    source = "import os, signal\nif os.fork() == 0: os.setsid(); signal.pause()\nprint(100)\n"
    served = grade(source, replace(lab, checks=(*lab.checks, finishes)))
    assert "left processes behind, which were stopped" in served.message("finishes")


def test_a_program_that_ignores_every_signal_is_ended() -> None:
    served = grade(
        """
        import signal, time
        for number in range(1, 32):
            if number not in (9, 19):
                signal.signal(number, signal.SIG_IGN)
        while True: time.sleep(1)
        """,
        program_lab(run_seconds=1.0),
    )
    assert served.verdict == "timeout"


def test_a_stopped_process_is_ended_too() -> None:
    served = grade("import os, signal; os.kill(os.getpid(), signal.SIGSTOP)", program_lab(run_seconds=1.0))
    assert served.verdict == "timeout"


def test_a_terminated_harness_takes_the_program_with_it() -> None:
    mark = uuid.uuid4().hex
    source = f"import os; os.execv('/bin/sleep', ['{mark}', '1000'])"
    lab = program_lab(run_seconds=60.0)
    with started("plain") as process:
        assert process.stdin is not None
        process.stdin.write(Job(lab, {lab.file: source}, lab.file, 1).encode())
        process.stdin.close()
        deadline = time.monotonic() + 20
        while not processes_holding(mark) and time.monotonic() < deadline:
            os.sched_yield()
        process.terminate()
        assert process.wait(10) == 143
    assert processes_holding(mark) == []


@pytest.mark.parametrize(
    ("passed", "first", "seconds"),
    [
        (0, True, 10),
        (25, True, 5),
        (30, True, 0),
        (0, False, 10),
        (20, False, 10),
        (20.1, False, 0),
        (31, False, 0),
    ],
)
def test_no_run_is_begun_that_has_less_time_than_it_is_due(
    passed: float, first: bool, seconds: float
) -> None:
    assert time_for(Limits(wall_seconds=30, run_seconds=10), passed, first) == seconds


def test_a_run_that_may_take_as_long_as_all_together_is_due_a_third() -> None:
    limits = Limits(wall_seconds=30, run_seconds=30)
    assert time_for(limits, 19, first=False) == 11
    assert time_for(limits, 21, first=False) == 0
