"""A student's file in a process of its own, whose functions hidden tests call over a pipe.

Only data comes back: JSON lines that are checked, and never pickles. Whatever the process does instead
of answering (it ends, hangs, floods or lies) is an exception here, and a verdict in the report.
"""

from __future__ import annotations

import builtins
import json
import os
import select
import selectors
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from graders.harness import cgroup, processes
from graders.harness.privileges import Privileges, offer_to_oom_killer, yield_to_harness
from graders.harness.site.interleave_serve import decode, encode
from graders.harness.workplace import Workplace
from graders.limits import Limits
from graders.verdict import Verdict

MAX_ANSWER_BYTES = 1024**2
RAISED = "raised_by_student"
"""Attribute of an exception that the student's function has raised: what it was, in words."""
_CHUNK = 64 * 1024


class StudentError(BaseException):
    """The student's process did not answer. No `Exception`: a test must not take it for one it expects."""

    def __init__(self, verdict: Verdict, message: str) -> None:
        super().__init__(message)
        self.verdict = verdict


@dataclass
class Clock:
    """The wall time that is left to all tests together."""

    seconds: float
    began: float = field(default_factory=time.monotonic)

    def begin(self, seconds: float) -> None:
        """Begin anew, with so many seconds."""
        self.seconds, self.began = seconds, time.monotonic()

    @property
    def left(self) -> float:
        """Seconds that are left; below zero when the time is over."""
        return self.seconds - (time.monotonic() - self.began)


@dataclass
class Student:
    """Starts the process when it is first asked, and ends it with everything it has started.

    `output` is what it has printed since it was last ended, standard output and standard error together.
    """

    place: Workplace
    limits: Limits
    privileges: Privileges
    python: str
    clock: Clock
    output: bytearray = field(default_factory=bytearray)
    _process: subprocess.Popen[bytes] | None = None
    _oom_kills: int = 0
    _asked: int = -1
    _answers: int = -1
    _line: bytearray = field(default_factory=bytearray)

    def call(
        self, module: tuple[str, str], name: str, arguments: Sequence[Any], named: dict[str, Any]
    ) -> Any:
        """Call a function and return its value, or raise what it has raised; raises `StudentError`.

        `module` is the name under which the tests know the student's file, and the file's own.
        """
        given = encode([list(arguments), named])
        question = {"module": module[0], "file": module[1], "name": name, "arguments": given}
        seconds = min(self.limits.run_seconds, self.clock.left)
        if seconds <= 0:
            raise StudentError(Verdict.TIMEOUT, "no time was left for it")
        if self._process is None:
            self._start()
        deadline = time.monotonic() + seconds
        try:
            _send(self._asked, json.dumps(question).encode() + b"\n", deadline)
            line = self._listen(deadline)
        except BrokenPipeError:
            raise self._ended() from None
        except TimeoutError:
            raise StudentError(Verdict.TIMEOUT, f"it had not answered after {seconds:.3g} s") from None
        return self._understood(name, line)

    def end(self) -> None:
        """End the process and all that it has started; what it printed is forgotten."""
        process, self._process = self._process, None
        if process is not None:
            for pid, status, _ in processes.kill_all(private=False):
                if pid == process.pid:
                    process.returncode = os.waitstatus_to_exitcode(status)
            for stream in (process.stdout, process.stderr):
                if stream:
                    stream.close()
            os.close(self._asked)
            os.close(self._answers)
        self._line.clear()
        self.output.clear()

    def _start(self) -> None:
        questions, self._asked = os.pipe()
        self._answers, answers = os.pipe()
        os.set_blocking(self._asked, False)
        uid = self.privileges.student_uid
        script = str(self.place.ours / "interleave_serve.py")
        self._oom_kills = cgroup.read(self.privileges.private_pids).oom_kills
        try:
            self._process = subprocess.Popen(
                [self.python, script, str(questions), str(answers)],
                cwd=self.place.directory,
                env=self.place.environment(),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                start_new_session=True,
                pass_fds=(questions, answers),
                preexec_fn=yield_to_harness,
                user=uid,
                group=uid,
                extra_groups=None if uid is None else (),
            )
        finally:
            os.close(questions)
            os.close(answers)
        offer_to_oom_killer(self._process.pid, self.privileges)

    def _listen(self, deadline: float) -> bytes:
        """Wait for a line of answer; takes in what is printed meanwhile. Raises `TimeoutError`."""
        process = self._process
        assert process is not None
        assert process.stdout is not None
        assert process.stderr is not None
        with selectors.DefaultSelector() as selector:
            for descriptor in (self._answers, process.stdout.fileno(), process.stderr.fileno()):
                selector.register(descriptor, selectors.EVENT_READ)
            while b"\n" not in self._line:
                left = deadline - time.monotonic()
                found = selector.select(max(0.0, left))
                if not found or left <= 0:
                    raise TimeoutError
                for key, _ in found:
                    if not self._take(key.fd):
                        selector.unregister(key.fd)
                        if key.fd == self._answers:
                            raise self._ended()
            for key, _ in selector.select(0):
                if key.fd != self._answers:
                    self._take(key.fd)
        line, _, rest = bytes(self._line).partition(b"\n")
        self._line[:] = rest
        return line

    def _take(self, descriptor: int) -> bool:
        """Take in what has come on a descriptor; returns whether more may come."""
        chunk = os.read(descriptor, _CHUNK)
        into, most = self.output, self.limits.output_bytes
        if descriptor == self._answers:
            into, most = self._line, MAX_ANSWER_BYTES
        into += chunk
        if len(into) > most:
            del into[most:]
            what = "answered with" if into is self._line else "printed"
            raise StudentError(Verdict.OUTPUT_LIMIT, f"it {what} more than {most // 1024} KiB")
        return bool(chunk)

    def _ended(self) -> StudentError:
        """Say how the process has ended that should have answered."""
        assert self._process is not None
        counted = cgroup.read(self.privileges.private_pids).oom_kills
        if counted > self._oom_kills:
            return StudentError(Verdict.MEMORY_LIMIT, "it needed more memory than the lab allows")
        try:
            code = self._process.wait(timeout=1.0)
        except subprocess.TimeoutExpired:
            return StudentError(Verdict.CHEAT, "it closed the pipe on which it is asked")
        how = f"by signal {-code}" if code < 0 else f"with exit status {code}"
        return StudentError(Verdict.CRASH, f"its process ended {how} instead of returning")

    def _understood(self, name: str, line: bytes) -> Any:
        """Return the value in an answer, or raise what it tells; nothing in it is taken on trust."""
        try:
            answer = json.loads(line)
            ((kind, held), *more) = answer.items()
            if kind == "value" and not more:
                return decode(held)
        except (ValueError, TypeError, AttributeError, RecursionError, OverflowError):
            raise StudentError(Verdict.CHEAT, "it gave an answer that no function can have given") from None
        if kind == "raised" and _is_raised(answer):
            raise _as_raised(answer)
        if kind == "missing":
            raise StudentError(Verdict.CRASH, f"the file has no function {name}")
        if kind == "odd" and isinstance(held, str):
            raise StudentError(Verdict.WRONG_VALUE, f"{name} returned something else: {held[:300]}")
        raise StudentError(Verdict.CHEAT, "it gave an answer that no function can have given")


def _send(descriptor: int, data: bytes, deadline: float) -> None:
    """Write to a pipe whose other end need not read; raises `TimeoutError` at the deadline."""
    while data:
        _, ready, _ = select.select([], [descriptor], [], max(0.0, deadline - time.monotonic()))
        if not ready:
            raise TimeoutError
        data = data[os.write(descriptor, data[: select.PIPE_BUF]) :]


def _is_raised(answer: dict[str, Any]) -> bool:
    names, line = answer["raised"], answer.get("line")
    plain = isinstance(names, list) and all(isinstance(name, str) for name in names) and names
    return bool(plain) and isinstance(answer.get("message"), str) and (line is None or type(line) is int)


def _as_raised(answer: dict[str, Any]) -> Exception:
    """Return an exception of Python's own that is nearest to the one raised there.

    Only those of `builtins` are made, so that a test can wait for a ValueError, and no name that the
    student's process says reaches anything else.
    """
    kinds = (vars(builtins).get(name) for name in answer["raised"])
    kind = next((one for one in kinds if isinstance(one, type) and issubclass(one, Exception)), Exception)
    made = kind.__new__(kind)
    made.args = (answer["message"],)
    first = answer["raised"][0]
    where = "" if answer.get("line") is None else f" at line {answer['line']}"
    vars(made)[RAISED] = f"it raised {first[:80]}{where}: {answer['message'][:500]}"
    return made
