"""A lane makes controlled runs one after the other, pinned to one CPU together with its zygote.

Pinning halves the cost of handing the turn over: controller and process then never wake each other
across CPUs. A sandbox has as many lanes as CPUs (`graders.explorer.lanes`).
"""

from __future__ import annotations

import fcntl
import marshal
import os
import socket
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from graders.errors import InfrastructureError
from graders.explorer.controller import Controller, Strategy
from graders.explorer.world import ControlledRun
from graders.harness import footprints
from graders.harness.footprints import Footprint
from graders.harness.workplace import sweep_temporary_files

PATIENCE_SECONDS = 10.0
"""How long a zygote may take to fork or to reap before it counts as lost."""
OUTPUT_BYTES = 64 * 1024


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
    processes: int = 64
    """Processes and threads alive at once."""
    sweeps: bool = False
    """Whether what a run leaves in /tmp and /dev/shm is removed before the next one."""
    output_bytes: int = OUTPUT_BYTES

    def request(self, do: str = "run", notes: bool = False) -> bytes:
        """Return a request to the zygote: ``run``, or ``spawn`` a further process of the run.

        With `notes` a descriptor comes with it to note executed lines in, see `graders.harness.footprints`.
        """
        data: dict[str, Any] = {
            "do": do,
            "notes": notes,
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
        return marshal.dumps(data)


@dataclass(frozen=True, slots=True)
class Made:
    """A run that was made: its state and trace, what it printed, and what it used."""

    run: ControlledRun
    output: str
    errors: str
    cut: bool = False
    """Whether it printed more than the limit."""
    wall: float = 0.0
    """Seconds, as are those of `cpu`."""
    cpu: float = 0.0
    memory: int = 0
    """Most bytes that one of its processes had."""
    footprint: Footprint | None = None
    """Where it has been, if that was asked for."""


class Lane:
    """A zygote, the socket to it, and a controller for each run that is asked for."""

    def __init__(self, control: socket.socket) -> None:
        self.control = control
        self.control.settimeout(PATIENCE_SECONDS)

    def make(
        self,
        target: Target,
        strategy: Strategy,
        shift: Mapping[int, int] | None = None,
        max_steps: int = 100_000,
        notes: bool = False,
    ) -> Made:
        """Make one run from start to end; whatever is left of it afterwards is killed.

        `shift` says what is added to shared integers, by number, before the first process is started;
        `notes`, whether it is to be noted which lines are executed.
        """
        begin = time.monotonic()
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        out, err = _sink("stdout"), _sink("stderr")
        lines = [footprints.make()] if notes else []

        def spawn(fds: list[int]) -> int:
            return self._ask(target.request("spawn"), [*fds[:1], out, err, *fds[1:]])[0]

        run = ControlledRun(
            max_steps=max_steps, max_slots=target.processes, sleepers_wake=strategy.sleepers_wake
        )
        controller = Controller(run, ours, spawn, shift or {})
        try:
            with theirs:
                (run.slots[0].pid,) = self._ask(
                    target.request(notes=notes), [theirs.fileno(), out, err, *lines]
                )
            controller.go(strategy)
        finally:
            controller.close()
            _, cpu, memory = self._ask(marshal.dumps({"do": "reap"}), [])
            if target.sweeps and target.uid is not None:
                sweep_temporary_files(target.uid, target.directory)
        try:
            printed = os.fstat(out).st_size + os.fstat(err).st_size
            texts = [os.pread(fd, target.output_bytes, 0).decode("utf-8", "replace") for fd in (out, err)]
            return Made(
                run,
                texts[0],
                texts[1],
                printed > target.output_bytes,
                time.monotonic() - begin,
                cpu / 1e6,
                memory * 1024,
                footprints.read(lines[0]) if lines else None,
            )
        finally:
            for fd in (out, err, *lines):
                os.close(fd)

    def close(self) -> None:
        """Let the zygote end, and with it all that is left of a run."""
        self.control.close()

    def _ask(self, request: bytes, fds: list[int]) -> list[int]:
        return ask(self.control, request, fds)


def ask(control: socket.socket, request: bytes, fds: list[int]) -> list[int]:
    """Return the numbers a zygote answers to `request`; raises `InfrastructureError` when it does not."""
    try:
        socket.send_fds(control, [request], fds)
        answer = control.recv(1024)
    except OSError as problem:
        raise InfrastructureError(f"the zygote does not answer: {problem}") from problem
    if not answer:
        raise InfrastructureError("the zygote is gone")
    return [int(word) for word in answer.split()]


def _sink(name: str) -> int:
    """Return a file in memory for a stream: it never fills up, so nobody has to drain it meanwhile."""
    fd = os.memfd_create(name, os.MFD_CLOEXEC)
    # Several processes write: each at the end, wherever that is by then.
    fcntl.fcntl(fd, fcntl.F_SETFL, fcntl.fcntl(fd, fcntl.F_GETFL) | os.O_APPEND)
    return fd
