"""The conversation with well-behaved and with hostile peers: real processes over real pipes."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import textwrap
import time
from collections.abc import Iterator
from dataclasses import replace

import pytest

from graders.errors import InfrastructureError, ProtocolError, SandboxError
from graders.job import MAX_EVENT_BYTES, Event, Job
from graders.report import Check, Report
from graders.verdict import Verdict
from tests.workers.sandbox.jobs import job_of
from workers.sandbox import conversation
from workers.sandbox.conversation import ERR, OUT, Conversation
from workers.sandbox.streams import PipeReader, PipeWriter

CHECK = Check("value", "Ends at exactly 100", Verdict.PASSED, 10, 10)
REPORT = Report.of("shared-data/counter", [CHECK], seed=7)
SAY = "import sys, time\nsay = lambda text: print(text, flush=True)\n"


@contextlib.contextmanager
def peer(script: str) -> Iterator[Conversation]:
    """A process that runs `script` where a harness would be."""
    process = subprocess.Popen(
        [sys.executable, "-I", "-S", "-c", SAY + textwrap.dedent(script)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    with process:
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stderr is not None
        readers = [PipeReader(process.stdout.fileno(), OUT), PipeReader(process.stderr.fileno(), ERR)]
        try:
            yield Conversation(readers, PipeWriter(process.stdin.fileno()))
        finally:
            process.kill()


@pytest.fixture
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the deadline come soon: one second of the lab's, half of ours."""
    monkeypatch.setattr(conversation, "MARGIN_SECONDS", 0.5)


def line(event: Event) -> str:
    return event.encode().decode().strip()


def test_the_report_comes_back_and_every_event_is_seen_in_order(job: Job) -> None:
    events = [Event("started"), Event("check", check=CHECK), Event("report", report=REPORT)]
    seen: list[Event] = []
    with peer(f"sys.stdin.readline()\nfor text in {[line(e) for e in events]!r}: say(text)") as talk:
        assert talk.hold(job, seen.append) == REPORT
    assert seen == events


def test_the_peer_receives_the_whole_job_even_when_it_reads_late_and_slowly() -> None:
    job = job_of("#" + "x" * 2_000_000)
    script = f"""
        say({line(Event("ready"))!r})
        time.sleep(0.2)
        n = 0
        while not (piece := sys.stdin.buffer.read1(5000)).endswith(b"\\n"): n += len(piece)
        sys.stderr.write(str(n + len(piece)))
        sys.stderr.close()
        say({line(Event("report", report=REPORT))!r})
    """
    with peer(script) as talk:
        talk.wait_ready(10)
        talk.hold(job, lambda _: None)
        assert talk.stderr == str(len(job.encode()))


def test_events_that_arrive_in_one_piece_with_ready_are_not_lost(job: Job) -> None:
    both = line(Event("ready")) + "\n" + line(Event("report", report=REPORT))
    with peer(f"say({both!r}); sys.stdin.readline()") as talk:
        talk.wait_ready(10)
        assert talk.hold(job, lambda _: None) == REPORT


def test_a_peer_that_talks_before_it_has_read_the_job_blocks_nobody() -> None:
    script = f"""
        for n in range(3000): say({line(Event("check", check=CHECK))!r})
        sys.stdin.readline()
        say({line(Event("report", report=REPORT))!r})
    """
    with peer(script) as talk:
        assert talk.hold(job_of("#" * 500_000), lambda _: None) == REPORT


def test_an_end_without_a_report_tells_the_last_words(job: Job) -> None:
    with (
        peer("sys.stderr.write('x' * 9000 + 'no such module: graders')") as talk,
        pytest.raises(SandboxError, match=r"ended without a report.*no such module: graders") as caught,
    ):
        talk.hold(job, lambda _: None)
    assert len(str(caught.value)) < conversation.TAIL_BYTES + 200


def test_a_peer_that_is_killed_in_mid_run_is_a_sandbox_error(job: Job) -> None:
    with (
        peer(f"say({line(Event('started'))!r})\nimport os; os.kill(os.getpid(), 9)") as talk,
        pytest.raises(SandboxError, match="ended without a report"),
    ):
        talk.hold(job, lambda _: None)


def test_a_fault_event_is_our_fault_with_its_message(job: Job) -> None:
    with (
        peer(f"say({line(Event('fault', message='no space for /work'))!r})") as talk,
        pytest.raises(InfrastructureError, match="no space for /work"),
    ):
        talk.hold(job, lambda _: None)


@pytest.mark.parametrize(
    "said",
    [
        "hello",
        "{}",
        "[]",
        "null",
        '{"event": "report"}',
        '{"event": "report", "report": {"version": 1}}',
        '{"event": 3}',
        "[" * 100_000,
        "\udcff\udcfe",
    ],
)
def test_garbage_is_a_protocol_error(job: Job, said: str) -> None:
    raw = said.encode(errors="surrogateescape") + b"\n"
    with peer(f"sys.stdout.buffer.write({raw!r})") as talk, pytest.raises(ProtocolError):
        talk.hold(job, lambda _: None)


def test_a_line_without_end_is_cut_off_at_the_bound(job: Job) -> None:
    with (
        peer("while True: sys.stdout.write('x' * 65536)") as talk,
        pytest.raises(ProtocolError, match=str(MAX_EVENT_BYTES)),
    ):
        talk.hold(job, lambda _: None)


@pytest.mark.parametrize("stream", ["stdout", "stderr"])
def test_endless_talk_is_cut_off_at_the_bound(job: Job, stream: str) -> None:
    text = line(Event("check", check=replace(CHECK, message="x" * 50_000))) + "\n"
    with (
        peer(f"while True: sys.{stream}.write({text!r})") as talk,
        pytest.raises(ProtocolError, match=str(conversation.MAX_TOTAL_BYTES)),
    ):
        talk.hold(job, lambda _: None)


@pytest.mark.usefixtures("hasty")
@pytest.mark.parametrize(
    "script",
    [
        "time.sleep(60)",
        'sys.stdout.write(\'{"event": "rep\'); sys.stdout.flush(); time.sleep(60)',
        f"while True: say({line(Event('started'))!r}); time.sleep(0.01)",
    ],
    ids=["silence", "half a line", "small talk"],
)
def test_a_peer_that_does_not_report_in_time_is_given_up(script: str) -> None:
    began = time.monotonic()
    with peer(script) as talk, pytest.raises(SandboxError, match=r"did not report within 1\.5 s"):
        talk.hold(job_of("", wall_seconds=1.0), lambda _: None)
    assert time.monotonic() - began < 4


def test_a_peer_that_never_gets_ready_is_given_up() -> None:
    with peer("time.sleep(60)") as talk, pytest.raises(SandboxError, match="did not get ready within"):
        talk.wait_ready(0.2)


def test_what_comes_first_must_be_ready() -> None:
    with (
        peer(f"say({line(Event('started'))!r})") as talk,
        pytest.raises(ProtocolError, match="before it was"),
    ):
        talk.wait_ready(10)


def test_an_exception_of_the_listener_passes_through(job: Job) -> None:
    def listener(event: Event) -> None:
        raise KeyboardInterrupt

    with peer(f"say({line(Event('started'))!r}); time.sleep(60)") as talk, pytest.raises(KeyboardInterrupt):
        talk.hold(job, listener)


def test_who_only_listens_is_woken_up_and_its_end_is_not_the_end(job: Job) -> None:
    class Bell:
        """Rings once, and is never at its end."""

        def __init__(self) -> None:
            self.descriptor, self.rope = os.pipe()
            self.heard: list[bytes] = []

        def fileno(self) -> int:
            return self.descriptor

        def read(self) -> list[tuple[int, bytes]]:
            self.heard.append(os.read(self.descriptor, 10))
            return []

    bell = Bell()
    os.write(bell.rope, b"ding")
    with peer("time.sleep(0.2)") as talk:
        talk._listeners.append(bell)
        with pytest.raises(SandboxError, match="ended without a report"):
            talk.hold(job, lambda _: None)
    assert bell.heard == [b"ding"]
    os.close(bell.descriptor)
    os.close(bell.rope)
