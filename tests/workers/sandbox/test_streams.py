"""Docker's multiplexed stream, whole and in pieces."""

from __future__ import annotations

import socket

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graders.errors import ProtocolError
from workers.sandbox.conversation import ERR, OUT
from workers.sandbox.streams import AttachedSocket, Frames


def frame(stream: int, payload: bytes) -> bytes:
    return bytes([stream, 0, 0, 0]) + len(payload).to_bytes(4, "big") + payload


@given(st.lists(st.tuples(st.sampled_from([OUT, ERR]), st.binary(max_size=40))), st.integers(1, 60))
def test_frames_come_out_as_they_went_in_however_the_bytes_are_cut(
    frames: list[tuple[int, bytes]], size: int
) -> None:
    raw = b"".join(frame(*each) for each in frames)
    parser, pieces = Frames(), []
    for at in range(0, len(raw), size):
        pieces += parser.feed(raw[at : at + size])
    for stream in (OUT, ERR):
        assert b"".join(p for s, p in pieces if s == stream) == b"".join(p for s, p in frames if s == stream)


@pytest.mark.parametrize("header", [b"\x00\0\0\0", b"\x03\0\0\0", b"\x01\1\0\0", b"HTTP"])
def test_anything_but_a_frame_is_a_protocol_error(header: bytes) -> None:
    with pytest.raises(ProtocolError, match="not a frame"):
        Frames().feed(header + b"\0\0\0\1x")


def test_a_frame_that_claims_four_gigabytes_is_passed_on_as_it_comes() -> None:
    parser = Frames()
    assert parser.feed(b"\1\0\0\0\xff\xff\xff\xffabc") == [(OUT, b"abc")]
    assert parser.feed(b"def") == [(OUT, b"def")]


def test_an_attached_socket_tells_not_yet_from_the_end() -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        attached = AttachedSocket(ours)
        assert attached.read() == []
        theirs.sendall(frame(OUT, b"hello"))
        assert attached.read() == [(OUT, b"hello")]
        theirs.close()
        assert attached.read() is None


def test_an_attached_socket_that_nobody_reads_says_not_now_instead_of_blocking() -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        attached = AttachedSocket(ours)
        block = memoryview(bytes(65536))
        while attached.write(block):
            pass
        assert attached.write(block) == 0
