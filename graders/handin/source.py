"""One file's bytes, read as Python source."""

from __future__ import annotations

import codecs

from graders.errors import HandInError
from graders.handin.bounds import MAX_FILE_BYTES, size


def read_source(name: str, data: bytes) -> str:
    """Return the text of a file; raises `HandInError`. A syntax error is not its business."""
    if len(data) > MAX_FILE_BYTES:
        raise HandInError(
            "too-large",
            f"{name} has {size(len(data))}; a file may have at most {size(MAX_FILE_BYTES)}. "
            "Send only the source of your program.",
            413,
            name,
        )
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise HandInError("not-utf8", f"{name} is saved as UTF-16. Save it as UTF-8.", 422, name)
    if data.startswith((b"PK\x03\x04", b"PK\x05\x06", b"\x1f\x8b", b"7z\xbc\xaf", b"Rar!", b"%PDF")):
        raise HandInError(
            "wrong-type", f"{name} is not Python source, whatever its name says. Send the source.", 415, name
        )
    if b"\0" in data:
        line = data.count(b"\n", 0, data.index(b"\0")) + 1
        raise HandInError(
            "nul-bytes",
            f"{name} holds a NUL byte in line {line}. Save it again as plain text, in UTF-8.",
            422,
            name,
        )
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        line = data.count(b"\n", 0, problem.start) + 1
        raise HandInError(
            "not-utf8", f"{name} is not UTF-8: see line {line}. Save it as UTF-8.", 422, name
        ) from None
    if not text.strip():
        raise HandInError("empty", f"{name} is empty. Did you save it before sending it?", 422, name)
    return text
