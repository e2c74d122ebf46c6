"""Health checks: ``healthy.py web`` and ``docker`` ask that server, ``FILE SECONDS`` a sign of life's age."""

from __future__ import annotations

import http.client
import os
import socket
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


def docker(path: str = "/run/interleave/docker/docker.sock") -> str | None:
    """Return why no Docker daemon answers behind the proxy, or `None`."""
    connection = http.client.HTTPConnection("docker", timeout=5)
    try:
        with socket.socket(socket.AF_UNIX) as connection.sock:
            connection.sock.settimeout(5)
            connection.sock.connect(path)
            connection.request("GET", "/_ping")
            answer = connection.getresponse()
            said = answer.read(1000).decode(errors="replace")
            return None if answer.status == 200 else said
    except (OSError, http.client.HTTPException) as problem:
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
    if arguments in (["web"], ["docker"]):
        return web() if arguments == ["web"] else docker()
    path, seconds = arguments
    return alive(path, float(seconds))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
