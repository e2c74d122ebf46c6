"""Starts the launcher of the local sandbox and ends it, with all that it started."""

from __future__ import annotations

import os
import select
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from io import FileIO

from graders.errors import SandboxError
from workers.sandbox.confine.spec import Spec
from workers.sandbox.conversation import ERR, OUT, Conversation
from workers.sandbox.interpreter import our_environment, run_module
from workers.sandbox.streams import PipeReader, PipeWriter

STATUS_SECONDS = 20.0
"""Entering namespaces takes milliseconds; a loaded machine may starve two starting interpreters."""
END_SECONDS = 10.0


class UnavailableError(SandboxError):
    """The kernel refused a part of this sandbox; another one with less isolation may be had."""


@contextmanager
def launched(spec: Spec) -> Iterator[Conversation]:
    """Start `spec` and wait until its command begins; everything is killed on the way out.

    Raises `UnavailableError` when a namespace or a mount is not to be had on this machine, other
    kinds of `SandboxError` when it did not work just now.
    """
    with ExitStack() as stack:
        lifeline, held = _pipe(stack)
        status, told = _pipe(stack)
        spec = replace(spec, lifeline=lifeline.fileno(), status=told.fileno())
        process = _start(spec)
        stack.callback(_end, process, held)
        told.close()
        _await_start(status)
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stderr is not None
        readers = [PipeReader(process.stdout.fileno(), OUT), PipeReader(process.stderr.fileno(), ERR)]
        yield Conversation(readers, PipeWriter(process.stdin.fileno()))


def _start(spec: Spec) -> subprocess.Popen[bytes]:
    try:
        return subprocess.Popen(
            [*run_module("workers.sandbox.confine"), spec.encode()],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            pass_fds=(spec.lifeline, spec.status),
            cwd="/",
            env=our_environment(),
            # Ctrl-C at our terminal is ours to handle; the sandbox ends in order.
            start_new_session=True,
        )
    except OSError as problem:
        raise SandboxError(f"the launcher of the local sandbox could not be started: {problem}") from problem


def _pipe(stack: ExitStack) -> tuple[FileIO, FileIO]:
    """Return the ends of a new pipe; both are closed when the stack unwinds."""
    reading, writing = os.pipe()
    return stack.enter_context(FileIO(reading)), stack.enter_context(FileIO(writing, "w"))


def _await_start(status: FileIO) -> None:
    deadline = time.monotonic() + STATUS_SECONDS
    said = b""
    while True:
        ready, _, _ = select.select([status], [], [], max(0.0, deadline - time.monotonic()))
        if not ready:
            raise SandboxError(f"the launcher of the local sandbox did not start within {STATUS_SECONDS:g} s")
        piece = status.read(4096)
        said += piece
        if not piece:
            break
    # A command that could not be started says so after the `ok`.
    outcome, _, words = said.removeprefix(b"ok").decode(errors="replace").partition(" ")
    if outcome == "refused":
        raise UnavailableError(words)
    if outcome or not said:
        raise SandboxError(f"the local sandbox did not start: {words or 'its launcher ended without a word'}")


def _end(process: subprocess.Popen[bytes], lifeline: FileIO) -> None:
    """Break the lifeline: the launcher kills all it has started and ends."""
    lifeline.close()
    for stream in (process.stdin, process.stdout, process.stderr):
        if stream:
            stream.close()
    try:
        process.wait(END_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
