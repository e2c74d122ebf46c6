"""Health checks: ``healthy.py web`` asks the web server, ``healthy.py FILE SECONDS`` the age of a file."""

from __future__ import annotations

import os
import sys
import time
import urllib.error
import urllib.request


def web() -> str | None:
    """Return why the web server is not ready, or `None`."""
    try:
        with urllib.request.urlopen("http://127.0.0.1:8000/readyz", timeout=5):
            return None
    except (urllib.error.URLError, OSError) as problem:
        return str(problem)


def alive(path: str, seconds: float) -> str | None:
    """Return why the sign of life is none, or `None`."""
    try:
        age = time.time() - os.stat(path).st_mtime
    except FileNotFoundError:
        return f"there is no {path} yet"
    return f"{path} is {age:.0f} s old" if age > seconds else None


def main(arguments: list[str]) -> str | None:
    """Return the problem; as an exit status that is 1."""
    if arguments == ["web"]:
        return web()
    path, seconds = arguments
    return alive(path, float(seconds))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
