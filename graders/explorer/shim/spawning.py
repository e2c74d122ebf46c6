"""The start methods spawn and forkserver.

A spawned process is a fresh interpreter that is handed a pickle. The zygote *is* a fresh
interpreter, so such a process is forked from it, by the controller, and handed the same pickle:
the program sees the same semantics at a tenth of the cost.
"""

from __future__ import annotations

import io
import os
from multiprocessing import (
    context,
    forkserver,
    popen_forkserver,
    popen_spawn_posix,
    resource_tracker,
    spawn,
    util,
)
from typing import Any

from graders.explorer.points import MAX_DESCRIPTORS, STATUS_OFFSET, Kind, Op
from graders.explorer.shim.channel import BOARD
from graders.explorer.shim.processes import wait_process

_real = {
    popen_spawn_posix.Popen: popen_spawn_posix.Popen._launch,  # type: ignore[attr-defined]
    popen_forkserver.Popen: popen_forkserver.Popen._launch,  # type: ignore[attr-defined]
}


def launch(self: Any, process_obj: Any) -> None:
    """Take the place of `_launch` in both classes."""
    channel = BOARD.here()
    if channel is None:
        _real[type(self)](self, process_obj)
        return
    line = BOARD.line()
    payload = _pickled(self, process_obj)
    if len(self._fds) > MAX_DESCRIPTORS - 8:
        raise ValueError("too many fds")
    memory = os.memfd_create("spawn", os.MFD_CLOEXEC)
    os.write(memory, payload)
    os.lseek(memory, 0, os.SEEK_SET)
    self.sentinel, ours = os.pipe()
    parent, theirs = os.pipe()
    channel.point(int(Op.FORK), 0, line)
    slot, self.pid = channel.request_spawn([memory, parent, ours, *self._fds])
    channel.record(int(Op.FORK), slot, line, 0)
    for fd in (memory, parent, ours):
        os.close(fd)
    self.finalizer = util.Finalize(self, vars(util)["close_fds"], (theirs, self.sentinel))


def _pickled(self: Any, process_obj: Any) -> bytes:
    data = spawn.get_preparation_data(process_obj._name)
    buffer = io.BytesIO()
    context.set_spawning_popen(self)
    try:
        context.reduction.dump(data, buffer)  # type: ignore[attr-defined]
        context.reduction.dump(process_obj, buffer)  # type: ignore[attr-defined]
    finally:
        context.set_spawning_popen(None)
    return buffer.getvalue()


def duplicate_for_child(self: Any, fd: int) -> int:
    """Number the descriptors that the child inherits, as the forkserver does."""
    self._fds.append(fd)
    return len(self._fds) - 1


def poll(self: Any, flag: int = os.WNOHANG) -> int | None:
    """Take the place of `Popen.poll`: the process is the zygote's child, so the controller is asked."""
    if self.returncode is None:
        channel = BOARD.here()
        if channel is None:
            return None
        line = BOARD.line()
        op = int(Op.CHECK_END if flag == os.WNOHANG else Op.JOIN)
        answer = channel.ask(op, self.pid, line, kind=Kind.STATUS)
        channel.record(op, self.pid, line, 0)
        if flag == 0 or answer:
            self.returncode = answer - STATUS_OFFSET if answer else 0
    return self.returncode


def become(fds: list[int]) -> int:
    """In the new process: unpickle and run; returns the exit status."""
    memory, parent, _sentinel, *inherited = fds
    server: Any = forkserver._forkserver
    server._inherited_fds = inherited
    return int(spawn._main(memory, parent))


def install() -> None:
    """Put the hooks in place."""
    for popen in (popen_spawn_posix.Popen, popen_forkserver.Popen):
        cls: Any = popen
        cls.DupFd = popen_forkserver._DupFd
        cls._launch = launch
        cls.duplicate_for_child = duplicate_for_child
        cls.poll = poll
        cls.wait = wait_process
    tracker: Any = resource_tracker
    # It would be one more interpreter in every run. What semaphores are left is swept by the lane.
    tracker.register = tracker.unregister = lambda _name, _kind: None
    tracker.ensure_running = lambda: None
    tracker.getfd = lambda: os.open(os.devnull, os.O_WRONLY)
