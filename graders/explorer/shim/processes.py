"""Processes: every fork is a new slot, every join waits under control, every end is told."""

from __future__ import annotations

import os
import random
import sys
from multiprocessing import popen_fork
from multiprocessing.process import BaseProcess
from typing import Any, NoReturn

from graders.explorer.points import ANY_CHILD, Kind, Op
from graders.explorer.shim.channel import BOARD, Channel

_fork_exit = os._exit
_waitpid = os.waitpid
_close = os.close

_real_fork = os.fork
_children: set[int] = set()
"""Processes this one has forked under control; others, such as a manager's server, run free."""


def fork() -> int:
    """Take the place of `os.fork`, on which `Process` stands: the child is a new slot."""
    channel = BOARD.here()
    if channel is None:
        return _real_fork()
    line = BOARD.line()
    channel.point(int(Op.FORK), 0, line)
    slot, fd = channel.request(Kind.SLOT, 0)
    channel.record(int(Op.FORK), slot, line, 0)
    BOARD.suspend()
    pid = _real_fork()
    if pid:
        _close(fd)
        BOARD.resume()
        _children.add(pid)
        return pid
    _children.clear()
    caller = sys._getframe(1)
    if caller.f_code.co_filename == popen_fork.__file__:
        BOARD.floor = caller
    own = Channel(fd, slot)
    BOARD.adopt(own)
    own.tell(Kind.FORKED, os.getpid())
    own.ask(int(Op.START), slot, line)
    own.record(int(Op.START), slot, 0, 0)
    random.seed(BOARD.seed + slot)
    return 0


def leave(status: int) -> NoReturn:
    """Tell the controller of the end, then end."""
    channel = BOARD.here()
    if channel is not None:
        channel.tell(Kind.END, status if isinstance(status, int) else 1)
        BOARD.channels = {}
    _fork_exit(status)


def waitpid(pid: int, options: int) -> tuple[int, int]:
    """Take the place of `os.waitpid`: wait under control, then reap for real."""
    channel = BOARD.here()
    if channel is None or (pid > 0 and pid not in _children):
        return _waitpid(pid, options)
    target = pid if pid > 0 else ANY_CHILD
    line = BOARD.line()
    if options & os.WNOHANG:
        ended = channel.ask(int(Op.CHECK_END), target, line)
        # The controller may not have seen the end yet, and then nobody may.
        found = _waitpid(pid, options & ~os.WNOHANG) if ended else (0, 0)
        channel.record(int(Op.CHECK_END), found[0] or target, line, ended)
        return found
    channel.ask(int(Op.JOIN), target, line)
    found = _waitpid(pid, options)
    channel.record(int(Op.JOIN), found[0], line, 0)
    return found


def wait_process(self: Any, timeout: float | None = None) -> int | None:
    """Take the place of `Popen.wait`: a join with a timeout may give up, but only under control."""
    if self.returncode is not None:
        return int(self.returncode)
    channel = BOARD.here()
    controlled = self.pid in _children or hasattr(self, "_fds")
    if channel is not None and controlled and timeout is not None and timeout > 0:
        line = BOARD.line()
        gave_up = channel.ask(int(Op.JOIN), self.pid, line, max(1, int(timeout * 1e6)))
        channel.record(int(Op.JOIN), self.pid, line, gave_up)
        if gave_up:
            return None
    return self.poll(os.WNOHANG if timeout == 0.0 else 0)  # type: ignore[no-any-return]


_kill = os.kill


def kill(pid: int, number: int) -> None:
    """Take the place of `os.kill`: who is killed may let another go on."""
    channel = BOARD.here()
    if channel is None or number == 0:
        _kill(pid, number)
        return
    line = BOARD.line()
    channel.point(int(Op.SIGNAL), pid & 0xFFFFFFFF, line, int(number))
    if pid == os.getpid():
        # Afterwards there may be nobody left to tell of it.
        channel.record(int(Op.SIGNAL), pid & 0xFFFFFFFF, line, int(number))
        channel.ask(int(Op.YIELD), 0, line)
        _kill(pid, number)
        return
    _kill(pid, number)
    channel.record(int(Op.SIGNAL), pid & 0xFFFFFFFF, line, int(number))
    # The controller has to see what became of the other before anybody goes on.
    channel.ask(int(Op.YIELD), 0, line)
    channel.record(int(Op.YIELD), 0, line, 0)


def show_cpus(cpus: set[int]) -> None:
    """Let programs see the CPUs of the sandbox, though controlled runs are pinned to one."""
    plain = os.sched_getaffinity

    def sched_getaffinity(pid: int) -> set[int]:
        return set(cpus) if pid == 0 and BOARD.here() is not None else plain(pid)

    module: Any = os
    module.sched_getaffinity = sched_getaffinity
    if hasattr(os, "process_cpu_count"):
        module.process_cpu_count = lambda: len(cpus)


def install() -> None:
    """Put the hooks in place."""
    module: Any = os
    module.fork = fork
    module._exit = leave
    module.waitpid = waitpid
    module.kill = kill
    module.wait = lambda: waitpid(-1, 0)
    popen: Any = popen_fork.Popen
    popen.wait = wait_process
    # Sets of processes are walked in the order of their hashes, which are addresses otherwise.
    process: Any = BaseProcess
    process.__hash__ = lambda self: hash(self._identity)
