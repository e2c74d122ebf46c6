"""A lane makes controlled runs one after the other, pinned to one CPU together with its zygote.

Pinning halves the cost of handing the turn over: controller and process then never wake each other
across CPUs. A sandbox has as many lanes as CPUs.
"""

from __future__ import annotations

import ctypes
import fcntl
import json
import os
import signal
import socket
from dataclasses import dataclass
from typing import Any, NoReturn

from graders.errors import InfrastructureError
from graders.explorer import zygote
from graders.explorer.controller import ControlledRun, Strategy
from graders.explorer.facts import Facts

READING_SECONDS = 2.0
"""How long reading a source may take."""
PATIENCE_SECONDS = 10.0
"""How long a zygote may take to fork or to reap before it counts as lost."""


@dataclass(frozen=True, slots=True)
class Target:
    """What a run executes: a program, or a function with its calls."""

    directory: str
    main: str
    seed: int = 0
    function: str = ""
    shared: tuple[tuple[str, int], ...] = ()
    locks: tuple[str, ...] = ()
    calls: tuple[tuple[str | int, ...], ...] = ()
    unhooked: tuple[str, ...] = ()
    """What needs opcode mode, from the source's `Facts`."""
    uid: int | None = None
    """The students' uid; `None` where there is no other than the harness's."""
    rlimits: tuple[tuple[str, int], ...] = ()
    """Names of the system's limits without ``RLIMIT_``, and their values."""
    environment: tuple[tuple[str, str], ...] = (("PATH", "/usr/bin:/bin"), ("LANG", "C.UTF-8"))

    def request(self, do: str = "run") -> bytes:
        """Return a request to the zygote: ``run``, or ``spawn`` a further process of the run."""
        data: dict[str, Any] = {
            "do": do,
            "directory": self.directory,
            "main": self.main,
            "seed": self.seed,
            "function": self.function,
            "shared": dict(self.shared),
            "locks": self.locks,
            "calls": self.calls,
            "unhooked": self.unhooked,
            "uid": self.uid,
            "rlimits": dict(self.rlimits),
            "environment": dict(self.environment),
        }
        return json.dumps(data).encode()


@dataclass(frozen=True, slots=True)
class Made:
    """A run that was made: its state and trace, and what it printed."""

    run: ControlledRun
    output: str
    errors: str
    cut: bool = False
    """Whether it printed more than the limit."""


class Lane:
    """A zygote and the socket to it. Use it as a context manager.

    Make it before anything secret is in this process: the zygote is forked from it, and the
    students' processes from the zygote.
    """

    def __init__(self, output_bytes: int = 64 * 1024) -> None:
        self.output_bytes = output_bytes
        self.control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._affinity = os.sched_getaffinity(0)
        self.pid = os.fork()
        if self.pid == 0:
            self._be_zygote(theirs)
        theirs.close()
        self.control.settimeout(PATIENCE_SECONDS)

    def _be_zygote(self, control: socket.socket) -> NoReturn:
        status = 1
        try:
            _keep_only(control.fileno())
            zygote.main(control, self._affinity)
            status = 0
        finally:
            os._exit(status)

    def __enter__(self) -> Lane:
        # The CPU the kernel has just found for us: other sandboxes of this machine get others.
        cpu = ctypes.CDLL(None).sched_getcpu()
        for pid in (0, self.pid):
            os.sched_setaffinity(pid, {cpu} if cpu in self._affinity else self._affinity)
        return self

    def __exit__(self, *_: object) -> None:
        self.control.close()
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)
        os.sched_setaffinity(0, self._affinity)

    def facts(self, target: Target) -> Facts:
        """Return the facts of the target's source; those of a source that cannot be read are none."""
        out, err = _sink("stdout"), _sink("stderr")
        try:
            self._ask(target.request("read"), [out, err])
            self._ask(json.dumps({"do": "wait", "seconds": READING_SECONDS}).encode(), [])
            return Facts.from_json(json.loads(self._read(out)))
        except ValueError:
            return Facts()
        finally:
            os.close(out)
            os.close(err)

    def make(self, target: Target, strategy: Strategy, max_steps: int = 20_000) -> Made:
        """Make one run from start to end; whatever is left of it afterwards is killed."""
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        out, err = _sink("stdout"), _sink("stderr")

        def spawn(fds: list[int]) -> int:
            return self._ask(target.request("spawn"), [*fds[:1], out, err, *fds[1:]])

        run = ControlledRun(ours, spawn, max_steps=max_steps, sleepers_wake=strategy.sleepers_wake)
        ours.settimeout(run.turn_seconds)
        try:
            with theirs:
                run.slots[0].pid = self._ask(target.request(), [theirs.fileno(), out, err])
            run.go(strategy)
        finally:
            run.close()
            self._ask(json.dumps({"do": "reap"}).encode(), [])
        try:
            printed = os.fstat(out).st_size + os.fstat(err).st_size
            return Made(run, self._read(out), self._read(err), printed > self.output_bytes)
        finally:
            os.close(out)
            os.close(err)

    def _ask(self, request: bytes, fds: list[int]) -> int:
        try:
            socket.send_fds(self.control, [request], fds)
            answer = self.control.recv(1024)
        except OSError as problem:
            raise InfrastructureError(f"the zygote does not answer: {problem}") from problem
        if not answer:
            raise InfrastructureError("the zygote is gone")
        return int(answer)

    def _read(self, fd: int) -> str:
        return os.pread(fd, self.output_bytes, 0).decode("utf-8", "replace")


def _keep_only(wanted: int) -> None:
    """Close every descriptor but `wanted`: what the harness speaks through is no student's."""
    null = os.open(os.devnull, os.O_RDWR)
    for standard in range(3):
        os.dup2(null, standard)
    highest = max(map(int, os.listdir("/proc/self/fd")))
    os.closerange(3, wanted)
    os.closerange(wanted + 1, highest + 1)


def _sink(name: str) -> int:
    """Return a file in memory for a stream: it never fills up, so nobody has to drain it meanwhile."""
    fd = os.memfd_create(name, os.MFD_CLOEXEC)
    # Several processes write: each at the end, wherever that is by then.
    fcntl.fcntl(fd, fcntl.F_SETFL, fcntl.fcntl(fd, fcntl.F_GETFL) | os.O_APPEND)
    return fd
