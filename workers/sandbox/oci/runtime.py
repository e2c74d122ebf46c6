"""Runs one container in the foreground: the runtime stays beside it, and clears away when it has ended.

That is what leaves nothing behind. When a worker is killed, its end of the container's standard input closes;
a harness that waits there ends, and the runtime, which lives on, removes control groups, mounts and state.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from graders.errors import SandboxError
from workers.sandbox.conversation import ERR, OUT, Conversation, Reader
from workers.sandbox.oci import cgroups
from workers.sandbox.oci.spec import Container
from workers.sandbox.oci.store import Store
from workers.sandbox.streams import PipeReader, PipeWriter

END_SECONDS = 10.0
"""How long a runtime may take to clear away; a loaded machine may need its time."""
CONFIG = "config.json"
_LOOK_SECONDS = 0.1


@dataclass(frozen=True)
class Runtime:
    """An OCI runtime's program, and where it keeps what it knows."""

    program: str
    store: Store

    @contextmanager
    def started(
        self, container: Container, listener: Reader
    ) -> Iterator[tuple[Conversation, subprocess.Popen[bytes]]]:
        """Start the container; it is killed and cleared away on every path. Raises `SandboxError`."""
        bundle = self.store.runs / container.name
        try:
            # First of all: what lies here is what a reaper looks for.
            bundle.mkdir(mode=0o700)
            (bundle / CONFIG).write_text(json.dumps(container.config()))
            process = self._run(bundle)
            try:
                assert process.stdin is not None
                assert process.stdout is not None
                assert process.stderr is not None
                readers = [PipeReader(process.stdout.fileno(), OUT), PipeReader(process.stderr.fileno(), ERR)]
                yield Conversation(readers, PipeWriter(process.stdin.fileno()), [listener]), process
            finally:
                self._end(process, container.name)
        except OSError as problem:
            raise SandboxError(f"{self.program}: {problem}") from problem
        finally:
            shutil.rmtree(bundle, ignore_errors=True)

    def clear(self, name: str) -> None:
        """End a container whose runtime may be gone, and remove all that is left of it."""
        cgroups.kill(name)
        # It may never have heard of it: what matters is what is there afterwards.
        self._call("delete", "--force", name)
        cgroups.kill(name)
        with suppress(OSError):
            cgroups.remove(name)
        shutil.rmtree(self.store.state / name, ignore_errors=True)
        shutil.rmtree(self.store.runs / name, ignore_errors=True)

    def _run(self, bundle: Path) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [self.program, "--root", str(self.store.state), "run", "--bundle", str(bundle), bundle.name],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd="/",
            # What is sent to our terminal, or to our process group, is ours to handle.
            start_new_session=True,
        )

    def _end(self, process: subprocess.Popen[bytes], name: str) -> None:
        for stream in (process.stdin, process.stdout, process.stderr):
            if stream:
                stream.close()
        deadline = time.monotonic() + END_SECONDS
        # Again and again: a runtime that is still busy starting has made no group yet.
        while process.poll() is None and time.monotonic() < deadline:
            cgroups.kill(name)
            with suppress(subprocess.TimeoutExpired):
                process.wait(_LOOK_SECONDS)
        if process.poll() is None:
            process.kill()
            process.wait()
            self.clear(name)

    def _call(self, *arguments: str) -> None:
        with suppress(subprocess.TimeoutExpired):
            subprocess.run(
                [self.program, "--root", str(self.store.state), *arguments],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                timeout=END_SECONDS,
                check=False,
            )
