"""Whole attempts with the real harness, in every kind of sandbox alike."""

from __future__ import annotations

import textwrap

import pytest

from graders.errors import SandboxError
from graders.job import Event, Job
from graders.limits import Limits
from graders.verdict import Verdict
from tests.workers.sandbox.jobs import CRASHING, FINISHES, RACY, RIGHT, job_of
from workers.sandbox.base import SandboxKind


@pytest.mark.parametrize(
    ("source", "verdicts"),
    [
        (RIGHT, {Verdict.PASSED}),
        (RACY, {Verdict.RACE, Verdict.WRONG_VALUE}),
        (CRASHING, {Verdict.CRASH}),
        ("def broken(:\n", {Verdict.CRASH}),
    ],
    ids=["right", "racy", "crashing", "syntax error"],
)
def test_a_program_gets_its_verdict(kind: SandboxKind, source: str, verdicts: set[Verdict]) -> None:
    with kind.open(Limits()) as sandbox:
        report = sandbox.grade(job_of(source))
    assert report.verdict in verdicts
    assert report.seed == 7
    assert report.sandbox == sandbox.info


def test_the_report_says_where_the_attempt_was_made(kind: SandboxKind, job: Job) -> None:
    with kind.open(job.lab.limits) as sandbox:
        info = sandbox.grade(job).sandbox
    assert info is not None
    assert info.kind == kind.name
    if info.kind in {"docker", "oci"}:
        assert info.runtime
        assert info.image.startswith("sha256:")
        assert not info.warning
    else:
        assert "for trying out, not for a course" in info.warning


def test_events_are_seen_while_the_attempt_is_made(kind: SandboxKind, job: Job) -> None:
    seen: list[Event] = []
    with kind.open(job.lab.limits) as sandbox:
        report = sandbox.grade(job, seen.append)
    assert [event.event for event in seen] == ["started", "check", "report"]
    assert seen[1].check == report.checks[0]


def test_a_sandbox_serves_one_job(kind: SandboxKind, job: Job) -> None:
    with kind.open(job.lab.limits) as sandbox:
        sandbox.grade(job)
        with pytest.raises(SandboxError, match="serves one job"):
            sandbox.grade(job)


def test_a_sandbox_that_is_never_used_is_closed_at_once(kind: SandboxKind) -> None:
    with kind.open(Limits()):
        pass


def test_every_means_of_multiprocessing_works(kind: SandboxKind) -> None:
    source = """
        import mmap, tempfile
        from multiprocessing import Array, Barrier, Manager, Pool, Process, Queue, Value, shared_memory

        def double(number):
            return 2 * number

        if __name__ == "__main__":
            block = shared_memory.SharedMemory(create=True, size=65536)
            block.buf[0] = 1
            block.close()
            block.unlink()
            pages = mmap.mmap(-1, 1 << 20)
            pages[0] = 1
            with tempfile.TemporaryFile() as file:
                file.write(b"x" * 5000)
                file.flush()
                mmap.mmap(file.fileno(), 0)[0] = 1
            Value("i", 1), Array("d", 1000), Barrier(1).wait()
            queue = Queue()
            sender = Process(target=queue.put, args=(7,))
            sender.start()
            assert queue.get() == 7
            sender.join()
            with Pool(2) as pool:
                assert pool.map(double, range(5)) == [0, 2, 4, 6, 8]
            with Manager() as manager:
                manager.list([1, 2]).append(3)
    """
    with kind.open(Limits()) as sandbox:
        report = sandbox.grade(job_of(textwrap.dedent(source), FINISHES))
    assert report.verdict is Verdict.PASSED, report.checks
