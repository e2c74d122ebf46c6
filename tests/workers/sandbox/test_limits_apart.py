"""Limits of a container are told apart from crashes, and from each other."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from graders.job import Job
from graders.lab import ExploreBudget
from graders.limits import Limits
from graders.report import Report
from graders.verdict import Verdict
from tests.workers.sandbox.jobs import FINISHES, VALUE, job_of, lab_of, probe_of
from workers.sandbox import overrun
from workers.sandbox.docker import DockerKind

MIB = 1024**2


def freely(kind: DockerKind, source: str, **limits: Any) -> Report:
    """Grade by one free run alone."""
    job = probe_of(source, **limits)
    lab = replace(job.lab, explore=ExploreBudget(0, 0.0))
    with kind.open(lab.limits) as sandbox:
        return sandbox.grade(replace(job, lab=lab))


@pytest.mark.docker
@pytest.mark.parametrize(
    ("how", "verdict", "words"),
    [
        ("os.kill(os.getpid(), 9)", Verdict.PASSED, "ended by itself"),
        ("held = bytearray(b'x' * (600 << 20))", Verdict.MEMORY_LIMIT, "more than 64 MiB of memory"),
        ("raise MemoryError", Verdict.MEMORY_LIMIT, "more than 64 MiB of memory"),
        ("ctypes.string_at(0)", Verdict.PASSED, "ended by itself"),
    ],
    ids=["killed by itself", "killed by the kernel for memory", "no more memory", "segmentation fault"],
)
def test_a_child_that_is_killed_for_memory_is_not_one_that_was_killed(
    docker_kind: DockerKind, how: str, verdict: Verdict, words: str
) -> None:
    source = f"""
        import ctypes, os, sys
        from multiprocessing import Process
        def work():
            {how}
        if __name__ == "__main__":
            child = Process(target=work)
            child.start()
            child.join()
    """
    report = freely(docker_kind, source, memory_bytes=64 * MIB)
    assert report.verdict is verdict, report.checks
    assert words in report.checks[0].message


@pytest.mark.docker
@pytest.mark.parametrize("how", ["os.kill(os.getpid(), 9)", "sys.exit(137)", "os.abort()"])
def test_a_program_that_ends_like_one_out_of_memory_is_a_crash(docker_kind: DockerKind, how: str) -> None:
    assert freely(docker_kind, f"import os, sys\n{how}\n").verdict is Verdict.CRASH


@pytest.mark.docker
def test_a_refused_fork_is_the_process_limit_though_the_program_makes_nothing_of_it(
    docker_kind: DockerKind,
) -> None:
    source = """
        import os
        for _ in range(200):
            try:
                if os.fork() == 0:
                    os.read(os.pipe()[0], 1)
            except OSError:
                pass
    """
    report = freely(docker_kind, source, processes=16)
    assert report.verdict is Verdict.PROCESS_LIMIT, report.checks
    assert "more than 16 processes and threads at once" in report.checks[0].message


@pytest.mark.docker
def test_cpu_time_and_wall_time_are_told_apart(docker_kind: DockerKind) -> None:
    busy = """
        from multiprocessing import Process
        def burn():
            while True:
                pass
        if __name__ == "__main__":
            Process(target=burn).start()
            burn()
    """
    report = freely(docker_kind, busy, cpu_seconds=0.5, run_seconds=20.0)
    assert report.verdict is Verdict.TIMEOUT
    assert "more than 0.5 s of CPU time" in report.checks[0].message
    report = freely(docker_kind, "import time\ntime.sleep(60)\n", cpu_seconds=0.5, run_seconds=1.0)
    assert report.verdict is Verdict.TIMEOUT
    assert "had not ended after 1 s" in report.checks[0].message


HOARD = """
    import os, time
    files = []
    while True:
        files.append(os.memfd_create("hoard"))
        try:
            for _ in range(15):
                os.write(files[-1], bytes(1 << 20))
        except OSError:
            pass
"""


@pytest.mark.docker
def test_a_program_that_takes_the_grader_down_with_it_reaches_its_own_limit(docker_kind: DockerKind) -> None:
    report = freely(
        docker_kind, "open('/proc/self/oom_score_adj', 'w').write('0')\n" + HOARD.replace("\n    ", "\n")
    )
    assert report.verdict is Verdict.MEMORY_LIMIT
    assert report.score == 0
    assert report.seed == 7
    assert report.sandbox is not None
    assert report.sandbox.kind == "docker"


def test_the_workers_own_report_ends_every_check_at_the_memory_limit() -> None:
    lab = replace(lab_of(VALUE), checks=(VALUE, FINISHES), limits=Limits(memory_bytes=100 * MIB))
    report = overrun.report(Job(lab, job_of("").files, "counter.py", 5))
    assert [check.verdict for check in report.checks] == [Verdict.MEMORY_LIMIT] * 2
    assert (report.score, report.max_score, report.seed) == (0, 20, 5)
    assert "more than 100 MiB" in report.checks[0].message
    assert report.flags == (overrun.FLAG,)


@pytest.mark.parametrize(
    ("state", "took"),
    [
        ({"OOMKilled": True, "ExitCode": 137}, True),
        ({"OOMKilled": True, "ExitCode": 3}, False),
        ({"OOMKilled": False, "ExitCode": 137}, False),
        ({"OOMKilled": True, "Running": True, "ExitCode": 0}, False),
        ({}, False),
    ],
)
def test_only_a_grader_that_the_kernel_killed_for_memory_counts(state: dict[str, Any], took: bool) -> None:
    assert overrun.took_all_memory(state) is took
