"""Pipes and queues: `Connection` underlies Pipe, Queue, SimpleQueue, Pool and ProcessPoolExecutor.

Whether a pipe can be read or written only the process itself can see. So a slot whose turn comes
looks, and answers that it would block; the controller asks it again when another has sent,
received, or ended.
"""

from __future__ import annotations

import io
import os
import select
import selectors
import sys
from multiprocessing import connection
from typing import Any

from graders.explorer.points import Kind, Op
from graders.explorer.shim.channel import BOARD

_CHUNK = 4096
"""What a pipe that is writable takes without blocking (PIPE_BUF)."""

_SEND, _RECEIVE, _POLL = int(Op.SEND), int(Op.RECEIVE), int(Op.POLL)
_real_wait = connection.wait
_real_send = connection.Connection._send  # type: ignore[attr-defined]
_real_recv = connection.Connection._recv  # type: ignore[attr-defined]
_counts: dict[int, int] = {}


def _ready(fd: int, event: int) -> bool:
    poll = select.poll()
    poll.register(fd, event)
    return bool(poll.poll(0))


def _number(conn: Any, direction: str) -> int:
    """Number a pipe by its maker and count when that is known, else by its inode."""
    known = conn.__dict__.get("_pipe_numbers")
    if known:
        return int(known[direction])
    return 0x40000000 | (os.fstat(conn._handle).st_ino & 0xFFFFFF)


def _send(self: Any, buf: Any, write: Any = os.write) -> None:
    channel = BOARD.here()
    if channel is None:
        _real_send(self, buf)
        return
    line, number = BOARD.line(), _number(self, "out")
    view = memoryview(buf).cast("B")
    channel.point(_SEND, number, line)
    while True:
        if not _ready(self._handle, select.POLLOUT):
            channel.ask(_SEND, number, line, kind=Kind.BLOCKED)
            continue
        view = view[write(self._handle, view[:_CHUNK]) :]
        if not view:
            channel.record(_SEND, number, line, len(buf))
            return
        channel.record(_SEND, number, line, 0)


def _recv(self: Any, size: int, read: Any = os.read) -> Any:
    channel = BOARD.here()
    if channel is None or size == 0:
        return _real_recv(self, size)
    line, number = BOARD.line(), _number(self, "in")
    channel.point(_RECEIVE, number, line)
    while not _ready(self._handle, select.POLLIN):
        channel.ask(_RECEIVE, number, line, kind=Kind.BLOCKED)
    channel.record(_RECEIVE, number, line, size)
    # The rest of a message that has begun comes without another point: its sender sends it whole.
    buffer = io.BytesIO()
    remaining = size
    while remaining > 0:
        while not _ready(self._handle, select.POLLIN):
            channel.ask(_RECEIVE, number, line, kind=Kind.BLOCKED)
        chunk = read(self._handle, remaining)
        if not chunk:
            if remaining == size:
                raise EOFError
            raise OSError("got end of file during message")
        buffer.write(chunk)
        remaining -= len(chunk)
    return buffer


def _look(objects: list[Any]) -> list[Any]:
    # Not the original with a timeout of 0: that one loops until the clock moves, and ours stands still.
    with selectors.PollSelector() as selector:
        for item in objects:
            selector.register(item, selectors.EVENT_READ)
        return [key.fileobj for key, _ in selector.select(0)]


def wait(object_list: Any, timeout: float | None = None) -> list[Any]:
    """Take the place of `connection.wait`, on which `poll`, Pool and the executors stand."""
    channel = BOARD.here()
    if channel is None:
        return list(_real_wait(object_list, timeout))
    objects = list(object_list)
    line = BOARD.line()
    micros = 0 if timeout is None else max(1, int(timeout * 1e6))
    time_is_up = channel.point(_POLL, 0, line, micros)
    while not (ready := _look(objects)) and not time_is_up and timeout != 0:
        time_is_up = channel.ask(_POLL, 0, line, micros, kind=Kind.BLOCKED)
    channel.record(_POLL, 0, line, len(ready))
    return ready


_real_pipe = connection.Pipe


def pipe(duplex: bool = True) -> Any:
    """Take the place of `connection.Pipe`: number both directions."""
    first, second = _real_pipe(duplex)
    channel = BOARD.here()
    if channel is not None:
        count = _counts[channel.slot] = _counts.get(channel.slot, 0) + 2
        there = 0x40000000 | (channel.slot << 16) | count
        first.__dict__["_pipe_numbers"] = {"in": there, "out": there + 1}
        second.__dict__["_pipe_numbers"] = {"in": there + 1, "out": there}
    return first, second


def install() -> None:
    """Put the hooks in place."""
    module: Any = connection
    module.Connection._send = _send
    module.Connection._recv = _recv
    module.wait = wait
    module.Pipe = pipe


def install_in_pool() -> None:
    """Put `wait` where `multiprocessing.pool` has taken the name for its own before we came."""
    pool: Any = sys.modules["multiprocessing.pool"]
    pool.wait = wait
