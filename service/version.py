"""Which Interleave this is."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version


def _installed() -> str:
    try:
        return version("interleave")
    except PackageNotFoundError:
        return "unknown"


VERSION = _installed()
