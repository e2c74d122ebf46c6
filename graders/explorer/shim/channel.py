"""The slot's end of the conversation with the controller."""

from __future__ import annotations

import errno
import os
import socket
import sys
import threading
from typing import Any

from graders.explorer.points import GO, MAX_RECORDS, MESSAGE, RECORD, Kind

_get_ident = threading.get_ident
_getframe = sys._getframe
_pack = RECORD.pack

# Before any student code runs, so that a replaced builtin or module function is not ours.
_read, _write, _close, _kill, _getpid = os.read, os.write, os.close, os.kill, os.getpid
_send_fds, _recv_fds, _socket = socket.send_fds, socket.recv_fds, socket.socket


class Channel:
    """One slot: asks before an operation, logs it afterwards, and runs on while it has budget.

    `fd` is a SOCK_SEQPACKET socket, whose messages plain `read` and `write` keep apart.
    """

    __slots__ = ("budget", "done", "fd", "log", "now", "reads", "slot")

    def __init__(self, fd: int, slot: int) -> None:
        self.fd = fd
        self.slot = slot
        self.budget = 0
        self.log = bytearray()
        self.done = 0
        self.now = 0
        """Virtual microseconds, as of the last turn."""
        self.reads = 0
        """How often the clock was looked at, see `shim.clock`."""

    def ask(self, op: int, obj: int, line: int, value: int = 0, kind: int = Kind.POINT) -> int:
        """Send what is logged and what comes next; wait for the turn. Returns the controller's result."""
        self._send(kind, 0, _pack(op, 0, line, obj, value))
        answer = _read(self.fd, GO.size)
        if not answer:
            # The run is over; nothing of this process matters any more.
            _kill(_getpid(), 9)
        self.budget, result, self.now = GO.unpack(answer)
        self.budget -= 1
        return int(result)

    def point(self, op: int, obj: int, line: int, value: int = 0) -> int:
        """Pass a schedule point: at once while there is budget, else when it is this slot's turn."""
        if self.budget and self.done < MAX_RECORDS:
            self.budget -= 1
            return 0
        return self.ask(op, obj, line, value)

    def record(self, op: int, obj: int, line: int, value: int, flags: int = 0) -> None:
        """Log an operation that has been done."""
        self.log += _pack(op, flags, line, obj, value)
        self.done += 1

    def request(self, kind: int, argument: int) -> tuple[int, int]:
        """Ask for a slot or an arena; returns its number and a descriptor.

        Raises `BlockingIOError` when the limit is reached, as the system would.
        """
        self._send(kind, argument)
        sock = self._borrow()
        try:
            data, fds, _, _ = _recv_fds(sock, GO.size, 1)
        finally:
            sock.detach()
        granted, number, _ = GO.unpack(data)
        if not granted:
            raise BlockingIOError(errno.EAGAIN, os.strerror(errno.EAGAIN))
        return number, fds[0]

    def request_spawn(self, fds: list[int]) -> tuple[int, int]:
        """Ask for a process forked from the zygote; returns its slot and its process id."""
        sock = self._borrow()
        try:
            _send_fds(sock, [MESSAGE.pack(Kind.SPAWN, 0, self.done, 0) + self.log], fds)
        finally:
            sock.detach()
        self.log.clear()
        self.done = 0
        granted, slot, pid = GO.unpack(_read(self.fd, GO.size))
        if not granted:
            raise BlockingIOError(errno.EAGAIN, os.strerror(errno.EAGAIN))
        return slot, pid

    def tell(self, kind: int, argument: int) -> None:
        """Send without waiting for an answer."""
        self._send(kind, argument)

    def close(self) -> None:
        """Give up this end."""
        _close(self.fd)

    def _borrow(self) -> Any:
        return _socket(socket.AF_UNIX, socket.SOCK_SEQPACKET, 0, fileno=self.fd)

    def _send(self, kind: int, argument: int, pending: bytes = b"") -> None:
        _write(self.fd, MESSAGE.pack(kind, 1 if pending else 0, self.done, argument) + self.log + pending)
        self.log.clear()
        self.done = 0


class Switchboard:
    """The channels of this process's threads, and where the student's files lie."""

    def __init__(self) -> None:
        self.channels: dict[int, Channel] = {}
        self.suspended: dict[int, Channel] = {}
        self.root = "\0"
        self.seed = 0
        """From which each slot's dice are seeded."""
        self.floor: Any = None
        """Frame at which `Process` began this process: what is below is the parent's."""

    def here(self) -> Channel | None:
        """Return the calling thread's channel; `None` in a thread nobody controls."""
        return self.channels.get(_get_ident())

    def suspend(self) -> None:
        """Control nothing for a while: a fork is under way, whose own hooks take locks."""
        self.suspended, self.channels = self.channels, {}

    def resume(self) -> None:
        """Control again what was suspended."""
        self.channels, self.suspended = self.suspended, {}

    def adopt(self, channel: Channel) -> None:
        """Make `channel` the calling thread's, the only one of this process (after a fork)."""
        for other in (*self.channels.values(), *self.suspended.values()):
            other.close()
        self.suspended = {}
        self.channels = {_get_ident(): channel}

    def line(self) -> int:
        """Return the line of the student's innermost frame; 0 when there is none."""
        frame: Any = _getframe(2)
        floor = self.floor
        while frame is not None and frame is not floor:
            if frame.f_code.co_filename.startswith(self.root):
                return int(frame.f_lineno) & 0xFFFF
            frame = frame.f_back
        return 0


BOARD = Switchboard()
