"""What the harness says when all is not well with the job or with itself."""

from __future__ import annotations

import pytest

from graders.job import Job
from tests.graders.harness.serving import function_lab, grade, program_lab, serve, started


@pytest.mark.parametrize("line", [b"not json\n", b'{"lab": 1}\n', b"\xff\n", b'{"cut": "of'])
def test_a_job_that_cannot_be_read_is_a_fault_of_ours_and_no_report(line: bytes) -> None:
    served = serve(line)
    assert [event.event for event in served.events] == ["ready", "fault"]
    assert "not a job" in served.events[-1].message
    assert served.status == 3


def test_a_harness_that_gets_no_job_ends_quietly() -> None:
    served = serve(b"")
    assert [event.event for event in served.events] == ["ready"]
    assert served.status == 0


def test_a_job_without_end_is_refused() -> None:
    served = serve(b"x" * (4 * 1024**2 + 1) + b"\n")
    assert served.events[-1].event == "fault"
    assert "longer than" in served.events[-1].message


def test_the_same_job_and_seed_give_the_same_parameters() -> None:
    source = "def F(r, lock):\n    pass\n"
    first, second = (grade(source, function_lab(free_runs=1), seed=3) for _ in range(2))
    other = grade(source, function_lab(free_runs=1), seed=4)
    assert first.message("value") == second.message("value") != other.message("value")
    assert first.report.seed == 3


@pytest.mark.parametrize("mode", ["namespace", "single"])
def test_nothing_of_the_harness_can_be_read_or_traced_by_the_program(mode: str) -> None:
    """The program looks through every door; each line it prints is one that stood open."""
    served = grade(
        r"""
        import ctypes, os
        harness = os.getppid()
        shared = os.getuid() == os.stat(__file__).st_uid
        libc = ctypes.CDLL(None, use_errno=True)
        def door(name, action):
            try:
                action()
            except OSError:
                return
            print("open:", name)
        def trace():
            if libc.ptrace(16, harness, 0, 0) != 0:
                raise OSError
        door("memory", lambda: open(f"/proc/{harness}/mem", "rb").close())
        door("environment", lambda: open(f"/proc/{harness}/environ", "rb").read())
        door("descriptors", lambda: os.listdir(f"/proc/{harness}/fd"))
        door("standard output", lambda: open(f"/proc/{harness}/fd/1", "w"))
        door("trace", trace)
        door("work directory", lambda: open("new.txt", "w"))
        door("own file", lambda: open(__file__, "a"))
        door("removal", lambda: os.remove(__file__))
        door("our scripts", lambda: open(os.environ["PYTHONPATH"] + "/sitecustomize.py", "a"))
        door("root", lambda: os.setuid(0))
        door("harness's uid", lambda: os.setuid(64100))
        door("kill", lambda: os.kill(harness, 9) if harness != 1 else os.kill(harness, 0))
        for descriptor in range(3, 100):
            door(f"descriptor {descriptor}", lambda: os.fstat(descriptor))
        status = open("/proc/self/status").read()
        for line in status.splitlines():
            name, _, value = line.partition(":")
            if name in ("CapPrm", "CapEff", "CapAmb", "CapInh") and int(value, 16):
                print("open:", line)
            if name == "NoNewPrivs" and value.strip() != "1":
                print("open:", line)
            if name == "Groups" and value.split():
                print("open:", line)
        print(shared, 100)
        """,
        program_lab(),
        mode=mode,
    )
    *opened, last = served.report.output.splitlines()
    if last == "False 100":
        assert opened == []
        return
    # With a single uid the files are the program's own, uid 0 is what it is already, and it may list
    # the harness's descriptors and send signals that PID 1 does not get; the rest stays shut.
    assert last == "True 100"
    own = {"work directory", "own file", "removal", "our scripts", "kill", "root", "descriptors"}
    assert {line.removeprefix("open: ") for line in opened} <= own


def test_the_harness_says_ready_before_it_has_a_job() -> None:
    with started() as process:
        assert process.stdout is not None
        assert process.stdin is not None
        assert process.stdout.readline() == b'{"event": "ready"}\n'
        assert process.poll() is None


def test_answers_that_a_program_forges_on_the_pipe_for_lines_do_no_harm() -> None:
    served = grade(
        """
        import os, time
        fd = os.open(os.environ["INTERLEAVE_TRACE"], os.O_WRONLY)
        text = b"Thread 0x1 (most recent call first):\\n" + b'  File "x", line ' + b"9" * 5000 + b" in f\\n"
        os.write(fd, text * 5)
        r, w = os.pipe()
        os.read(r, 1)
        """
    )
    assert served.verdict == "deadlock"
    assert served.status == 0


def test_a_report_stays_small_however_much_is_printed() -> None:
    noise = "import os\nfor _ in range(1000): os.write(1, bytes(range(256)) * 4)\n"
    served = grade(noise, program_lab(output_bytes=2 * 1024**2))
    assert served.report.output
    assert len(served.events[-1].encode()) < 1024**2


def test_a_file_that_breaks_the_reader_of_sources_breaks_only_its_own_run() -> None:
    served = grade("x = " + "(" * 5000 + ")" * 5000 + "\nprint(100)\n")
    assert served.verdict == "crash"
    assert served.status == 0


def test_a_program_may_not_replace_what_the_reader_of_sources_imports() -> None:
    lab = program_lab()
    files = {lab.file: "print(100)", "ast.py": "raise SystemExit('caught')", "json.py": "raise SystemExit(7)"}
    served = serve(Job(lab, files, lab.file, 1).encode())
    assert served.verdict == "passed"
