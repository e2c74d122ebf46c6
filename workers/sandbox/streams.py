"""The byte streams a conversation goes over: pipes, and the one socket that Docker multiplexes."""

from __future__ import annotations

import os
import socket
import ssl

from graders.errors import ProtocolError
from workers.sandbox.conversation import CHUNK, ERR, OUT

_NOT_NOW = (BlockingIOError, InterruptedError, ssl.SSLWantReadError, ssl.SSLWantWriteError)


class PipeReader:
    """The reading end of a pipe that carries one stream (`OUT` or `ERR`)."""

    def __init__(self, descriptor: int, stream: int) -> None:
        os.set_blocking(descriptor, False)
        self._descriptor = descriptor
        self._stream = stream

    def fileno(self) -> int:
        """Return the descriptor."""
        return self._descriptor

    def read(self) -> list[tuple[int, bytes]] | None:
        """Return what has come; `None` at the end."""
        try:
            data = os.read(self._descriptor, CHUNK)
        except _NOT_NOW:
            return []
        return [(self._stream, data)] if data else None


class PipeWriter:
    """The writing end of a pipe."""

    def __init__(self, descriptor: int) -> None:
        os.set_blocking(descriptor, False)
        self._descriptor = descriptor

    def fileno(self) -> int:
        """Return the descriptor."""
        return self._descriptor

    def write(self, data: memoryview) -> int:
        """Write what fits."""
        try:
            return os.write(self._descriptor, data)
        except _NOT_NOW:
            return 0


class AttachedSocket:
    """The hijacked socket of Docker's attach call: raw bytes in, multiplexed frames out."""

    def __init__(self, connection: socket.socket) -> None:
        connection.setblocking(False)
        self._socket = connection
        self._frames = Frames()

    def fileno(self) -> int:
        """Return the socket's descriptor."""
        return self._socket.fileno()

    def read(self) -> list[tuple[int, bytes]] | None:
        """Return what has come; `None` at the end."""
        data = self._receive()
        if data is None:
            return []
        # TLS may have decrypted more than was asked for; the selector would not tell.
        while isinstance(self._socket, ssl.SSLSocket) and data and self._socket.pending():
            data += self._socket.recv(self._socket.pending())
        return self._frames.feed(data) if data else None

    def write(self, data: memoryview) -> int:
        """Send what fits."""
        try:
            return self._socket.send(data[:CHUNK])
        except _NOT_NOW:
            return 0

    def _receive(self) -> bytes | None:
        try:
            return self._socket.recv(CHUNK)
        except _NOT_NOW:
            return None
        except ConnectionError:
            return b""


class Frames:
    """Parser of Docker's stream format: 8 bytes of header (stream, 3 zeros, length), then the payload.

    It never holds more than a header back: payload is passed on as it comes, whatever length the
    header claims.
    """

    def __init__(self) -> None:
        self._header = bytearray()
        self._stream = 0
        self._left = 0

    def feed(self, data: bytes) -> list[tuple[int, bytes]]:
        """Return the pieces of payload in `data`; raises `ProtocolError` on anything but frames."""
        pieces = []
        rest = memoryview(data)
        while rest:
            if self._left:
                pieces.append((self._stream, bytes(rest[: self._left])))
                taken = min(self._left, len(rest))
                self._left -= taken
            else:
                taken = min(8 - len(self._header), len(rest))
                self._header += rest[:taken]
                self._begin_frame()
            rest = rest[taken:]
        return pieces

    def _begin_frame(self) -> None:
        if len(self._header) < 8:
            return
        stream, zeros = self._header[0], self._header[1:4]
        if stream not in (OUT, ERR) or any(zeros):
            raise ProtocolError(f"not a frame of Docker's attach stream: {bytes(self._header)!r}")
        self._stream = stream
        self._left = int.from_bytes(self._header[4:], "big")
        self._header.clear()
