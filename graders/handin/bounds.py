"""How much may be handed in."""

from __future__ import annotations

from dataclasses import dataclass

MAX_FILE_BYTES = 64 * 1024
"""One source."""
MAX_TOTAL_BYTES = 256 * 1024
"""All sources together."""
MAX_FILES = 20
MAX_ARCHIVE_BYTES = 1024**2
"""A zip archive as it is sent; what it holds is bounded like any other files."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """How much an archive may hold."""

    archive: int = MAX_ARCHIVE_BYTES
    """Bytes of the archive itself."""
    file: int = MAX_FILE_BYTES
    total: int = MAX_TOTAL_BYTES
    files: int = MAX_FILES
    """How many files."""


def size(number: int) -> str:
    """Return a number of bytes in words: ``64 KiB``, ``9.5 MiB``, ``12 bytes``."""
    for unit, scale in (("MiB", 1024**2), ("KiB", 1024)):
        if number >= scale:
            return f"{number / scale:.1f}".removesuffix(".0") + f" {unit}"
    return f"{number} byte" + ("" if number == 1 else "s")
