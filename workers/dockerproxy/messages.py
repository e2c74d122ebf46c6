"""As much of HTTP/1.1 as Docker's clients speak: one request on a connection, its body of a known length."""

from __future__ import annotations

import http
import json
import re
from dataclasses import dataclass
from typing import BinaryIO

from workers.dockerproxy.routes import RefusedError

MAX_HEAD_BYTES = 16 * 1024
MAX_BODY_BYTES = 256 * 1024

_REQUEST_LINE = re.compile(r"([A-Z]{3,7}) (/[!-~]*) HTTP/1\.[01]")
_HEADER = re.compile(r"([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*(.*?)[ \t]*")
_STATUS_LINE = re.compile(rb"HTTP/1\.[01] ([0-9]{3})[^\r\n]*")


@dataclass(frozen=True, slots=True)
class Request:
    """What a client asks."""

    method: str
    target: str
    body: bytes


def read_request(stream: BinaryIO) -> Request | None:
    """Read one request, `None` at the end of the stream; raises `RefusedError` on what we do not speak."""
    head = read_head(stream)
    if not head:
        return None
    first, *lines = head.decode("latin-1").removesuffix("\r\n\r\n").split("\r\n")
    start = _REQUEST_LINE.fullmatch(first)
    if start is None:
        raise RefusedError("this is no request", 400)
    length = _length([_header(line) for line in lines])
    body = stream.read(length) if length else b""
    if len(body) < length:
        raise RefusedError("the request ended in its middle", 400)
    return Request(start[1], start[2], body)


def read_head(stream: BinaryIO) -> bytes:
    """Return everything up to the empty line, that included; empty when nothing comes at all."""
    head = b""
    while not head.endswith(b"\r\n\r\n"):
        line = stream.readline(MAX_HEAD_BYTES - len(head))
        if not line:
            break
        head += line
    if head and not head.endswith(b"\r\n\r\n"):
        raise RefusedError("the head of this message is too long, or broken off", 431)
    return head


def _header(line: str) -> tuple[str, str]:
    match = _HEADER.fullmatch(line)
    if match is None:
        raise RefusedError("a header cannot be read", 400)
    return match[1].lower(), match[2]


def _length(headers: list[tuple[str, str]]) -> int:
    if any(name == "transfer-encoding" for name, _ in headers):
        raise RefusedError("a body must come with its length", 411)
    lengths = {value for name, value in headers if name == "content-length"} or {"0"}
    text = lengths.pop()
    if lengths or not re.fullmatch(r"[0-9]{1,9}", text):
        raise RefusedError("the length cannot be read", 400)
    if int(text) > MAX_BODY_BYTES:
        raise RefusedError("the body is too long", 413)
    return int(text)


def status_of(head: bytes) -> int:
    """Return the status in the head of an answer; 0 when there is none."""
    match = _STATUS_LINE.match(head)
    return int(match[1]) if match else 0


def answer(status: int, content_type: str, body: bytes, length: int | None = None) -> bytes:
    """Return a whole answer after which the connection ends; `length` differs from the body's for HEAD."""
    reason = http.HTTPStatus(status).phrase if status in set(http.HTTPStatus) else "Unknown"
    head = f"HTTP/1.1 {status} {reason}\r\n"
    if status not in (204, 304):
        size = len(body) if length is None else length
        head += f"Content-Type: {content_type}\r\nContent-Length: {size}\r\n"
    return f"{head}Connection: close\r\n\r\n".encode() + body


def refusal(problem: RefusedError) -> bytes:
    """Return a refusal in the daemon's own form, which clients show."""
    body = json.dumps({"message": f"interleave's Docker proxy: {problem}"}).encode()
    return answer(problem.status, "application/json", body)
