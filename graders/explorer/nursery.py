"""The first zygote, from which those of the lanes are forked.

It is forked from the harness itself, before anything secret is there, and early: the fewer modules
are loaded by then, the less every fork of a run has to copy. So this module imports little.
"""

from __future__ import annotations

import marshal
import os
import signal
import socket
from collections.abc import Collection, Sequence
from contextlib import suppress
from types import TracebackType
from typing import NoReturn

from graders.explorer import zygote

PATIENCE_SECONDS = 10.0


class Nursery:
    """A process with every hook installed, ready to be forked. Use it as a context manager."""

    def __init__(self) -> None:
        self.control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self.cpus = sorted(os.sched_getaffinity(0))
        self.zygotes: list[int] = []
        self.pid = os.fork()
        if self.pid == 0:
            self._be(theirs)
        theirs.close()
        self.control.settimeout(PATIENCE_SECONDS)

    def _be(self, control: socket.socket) -> NoReturn:
        status = 1
        try:
            _keep_only(control.fileno())
            zygote.main(control, set(self.cpus))
            status = 0
        finally:
            os._exit(status)

    def prepare(self, words: Collection[str], enter: bool = True) -> None:
        """Load what a source with these words will load; do it before the first lane is made.

        With `enter` the nursery then takes on the harness's uid, where it runs as root.
        """
        modules = [name for word, names in zygote.PRELOADED.items() if word in words for name in names]
        self._ask({"do": "prepare", "modules": modules, "enter": enter}, ())

    def lane(self, cpus: Collection[int]) -> socket.socket:
        """Fork the zygote of a lane, pinned to `cpus`; returns the socket to it."""
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            self.zygotes.append(self._ask({"do": "lane", "cpus": list(cpus)}, (theirs.fileno(),)))
        return ours

    def _ask(self, request: dict[str, object], fds: Sequence[int]) -> int:
        socket.send_fds(self.control, [marshal.dumps(request)], list(fds))
        return int(self.control.recv(1024))

    def close(self) -> None:
        """End the nursery. The zygotes of lanes end when their sockets are closed."""
        self.control.close()
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)
        for zygote_pid in self.zygotes:
            # A subreaper inherits them, ended as they are; to another process they are nobody's children.
            with suppress(ChildProcessError, ProcessLookupError):
                os.kill(zygote_pid, signal.SIGKILL)
                os.waitpid(zygote_pid, 0)
        self.zygotes.clear()

    def __enter__(self) -> Nursery:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _keep_only(wanted: int) -> None:
    """Close every descriptor but `wanted`: what the harness speaks through is no student's."""
    null = os.open(os.devnull, os.O_RDWR)
    for standard in range(3):
        os.dup2(null, standard)
    highest = max(map(int, os.listdir("/proc/self/fd")))
    os.closerange(3, wanted)
    os.closerange(wanted + 1, highest + 1)
