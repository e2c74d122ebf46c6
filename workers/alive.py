"""The sign of life for health checks that must cost nothing: a file whose age tells."""

from __future__ import annotations

from pathlib import Path


def touch(path: str) -> None:
    """Say that this process is at work; nothing is said without a path."""
    if path:
        Path(path).touch()
