"""Archives of every kind that somebody may send, made by hand where zipfile would refuse."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib


def archive(*entries: tuple[str | zipfile.ZipInfo, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """Return a zip archive with these entries, in this order."""
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", method) as file:
        for name, content in entries:
            file.writestr(name, content, compress_type=method)
    return data.getvalue()


def special(name: str, mode: int) -> zipfile.ZipInfo:
    """Return an entry with a Unix mode, such as that of a symbolic link."""
    entry = zipfile.ZipInfo(name)
    entry.create_system = 3
    entry.external_attr = mode << 16
    return entry


def lying(name: str, content: bytes, declared: int) -> bytes:
    """Return an archive whose one entry declares another size than it unpacks to."""
    honest = archive((name, content))
    size = struct.pack("<L", len(content))
    assert honest.count(size) == 2, "once in the local header, once in the directory"
    return honest.replace(size, struct.pack("<L", declared))


def with_checksum_of(data: bytes, content: bytes, pretended: bytes) -> bytes:
    """Return the archive with the checksum of `content` replaced by that of `pretended`."""
    return data.replace(struct.pack("<L", zlib.crc32(content)), struct.pack("<L", zlib.crc32(pretended)))


def encrypted(data: bytes) -> bytes:
    """Return the archive with the flag of encryption set in both of its headers."""
    changed = bytearray(data)
    changed[6] |= 1
    directory = data.index(b"PK\x01\x02")
    changed[directory + 8] |= 1
    return bytes(changed)
