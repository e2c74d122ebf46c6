"""Zip archives, opened without trusting a word they say about themselves.

Nothing is ever written to disk. Sizes are bounded three times: the archive as sent, what it declares,
and what really comes out of it, counted while it comes.
"""

from __future__ import annotations

import io
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator

from graders.errors import HandInError
from graders.handin.bounds import Bounds, size
from graders.handin.names import printable

_RUBBISH = {"__MACOSX", "__pycache__", ".git", ".idea", ".vscode", ".venv"}
"""Folders that operating systems and editors put into archives behind the student's back."""
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
"""The others unpack a whole block at once, so that its size cannot be bounded while reading."""
_ENCRYPTED = 0x1
_BROKEN = (zipfile.BadZipFile, zlib.error, struct.error, EOFError, NotImplementedError, ValueError)


def is_zip(name: str, data: bytes) -> bool:
    """Whether a part is meant as a zip archive; one that pretends to be Python is not."""
    return name.lower().endswith(".zip") or (data.startswith(b"PK\x03\x04") and not name.endswith(".py"))


HAND_IN = Bounds()
"""What students may send."""


def unpack(name: str, data: bytes, bounds: Bounds = HAND_IN) -> Iterator[tuple[str, bytes]]:
    """Yield the archive's files; raises `HandInError`.

    A single folder around everything is taken off, as archives of a folder have one.
    """
    shown = printable(name)
    if len(data) > bounds.archive:
        raise _too_large(shown, f"has {size(len(data))}; an archive", bounds.archive)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = [entry for entry in archive.infolist() if not _is_rubbish(entry)]
            _check(shown, entries, bounds)
            prefix = _common_folder(entries)
            left = bounds.total
            for entry in entries:
                content = _read(archive, entry, shown, min(bounds.file, left), bounds.file)
                left -= len(content)
                yield entry.filename.removeprefix(prefix), content
    except _BROKEN:
        raise HandInError(
            "bad-archive", f"{shown} is damaged, or no zip archive. Pack it again.", 422, shown
        ) from None


def _is_rubbish(entry: zipfile.ZipInfo) -> bool:
    if entry.filename.endswith("/"):
        return True
    folders = entry.filename.split("/")
    return not _RUBBISH.isdisjoint(folders) or folders[-1] in (".DS_Store", "Thumbs.db")


def _check(shown: str, entries: list[zipfile.ZipInfo], bounds: Bounds) -> None:
    if len(entries) > bounds.files:
        raise HandInError(
            "too-many-files",
            f"{shown} holds {len(entries)} files; send at most {bounds.files}.",
            413,
            shown,
        )
    for entry in entries:
        _check_entry(shown, entry)
    if sum(entry.file_size for entry in entries) > bounds.total:
        raise _too_large(shown, "unpacks to more than allowed; all files together", bounds.total)


def _check_entry(shown: str, entry: zipfile.ZipInfo) -> None:
    name = printable(entry.filename)
    # The name as it was packed: `filename` has its backslashes turned on some systems.
    parts = entry.orig_filename.replace("\\", "/").split("/")
    if ".." in parts or parts[0] == "" or ":" in parts[0] or "\\" in entry.orig_filename:
        raise HandInError(
            "bad-name", f"{shown} holds {name}, a name that leads out of it. Pack it again.", 422, name
        )
    mode = entry.external_attr >> 16
    if stat.S_IFMT(mode) not in (0, stat.S_IFREG):
        raise HandInError(
            "bad-archive", f"{name} in {shown} is a link or a device. Pack the file itself.", 422, name
        )
    if entry.flag_bits & _ENCRYPTED:
        raise HandInError("bad-archive", f"{shown} has a password. Pack it without one.", 422, shown)
    if entry.compress_type not in _METHODS:
        raise HandInError(
            "bad-archive", f"{shown} is packed by an unusual method. Pack it as a plain zip.", 422, shown
        )


def _common_folder(entries: list[zipfile.ZipInfo]) -> str:
    folders = {entry.filename.rpartition("/")[0] for entry in entries}
    return f"{folders.pop()}/" if len(folders) == 1 and "" not in folders else ""


def _read(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, shown: str, bound: int, most: int) -> bytes:
    with archive.open(entry) as file:
        content = file.read(bound + 1)
        if len(content) > bound:
            raise _too_large(f"{printable(entry.filename)} in {shown}", "is too large; a file", most)
        if len(content) != entry.file_size or file.read(1):
            raise zipfile.BadZipFile("the declared size is not the real one")
    return content


def _too_large(what: str, how: str, bound: int) -> HandInError:
    return HandInError("too-large", f"{what} {how} may have at most {size(bound)}.", 413, what)
