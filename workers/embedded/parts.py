"""The web server and the worker, as parts of the embedded service."""

from __future__ import annotations

import errno
import socket
import sys
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path

import requests
from sqlalchemy import select

from graders.errors import CallerError
from service.store.database import Database
from service.store.models import WorkerBeat
from workers.embedded.part import Part

PORTS_TO_TRY = 50
WEB_THREADS = 24
_ASK_SECONDS = 5


def listen(host: str, port: int) -> socket.socket:
    """Return a listening socket on `port`, or on the next port that is free.

    The socket is handed to the web server, so nobody can take the port in between. Raises `CallerError`.
    """
    for candidate in range(port, min(port + PORTS_TO_TRY, 65536)):
        listener = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((host, candidate))
            listener.listen(128)
        except PermissionError as problem:
            listener.close()
            raise CallerError(
                f"Port {port} is not for this user: choose one above 1023 with --port."
            ) from problem
        except OSError as problem:
            listener.close()
            if candidate == port and problem.errno != errno.EADDRINUSE:
                raise CallerError(f"Nothing can listen on {host}: {problem.strerror}.") from problem
            continue
        return listener
    raise CallerError(f"No port from {port} on is free: choose another with --port.")


def web_part(listener: socket.socket, address: str, log: Path, environment: Mapping[str, str]) -> Part:
    """Return gunicorn on a socket that listens already."""
    command = [
        *(sys.executable, "-m", "gunicorn", "service.app:serve()"),
        *("--bind", f"fd://{listener.fileno()}", "--no-control-socket"),
        *("--worker-class", "gthread", "--workers", "1", "--threads", str(WEB_THREADS)),
        *("--graceful-timeout", "2", "--timeout", "90"),
    ]
    return Part(
        "web server", command, log, lambda: _ask(f"{address}/readyz"), environment, (listener.fileno(),)
    )


def worker_part(
    name: str,
    database: Database,
    since: datetime,
    log: Path,
    environment: Mapping[str, str],
    trouble: Callable[[], str | None],
) -> Part:
    """Return one Celery worker with embedded beat; it is ready with its first sign of life after `since`."""
    command = [
        *(sys.executable, "-m", "celery", "--quiet", "--app", "workers.celery_app", "worker", "--beat"),
        *("--hostname", name, "--without-mingle", "--without-gossip"),
    ]
    return Part("worker", command, log, lambda: _beats(database, name, since), environment, trouble=trouble)


def _ask(url: str) -> str | None:
    with requests.Session() as session:
        session.trust_env = False
        try:
            answer = session.get(url, timeout=_ASK_SECONDS)
        except requests.RequestException as problem:
            return f"{url} does not answer: {problem}"
    return None if answer.ok else f"{url} answers {answer.status_code}: {answer.text[:300]}"


def _beats(database: Database, name: str, since: datetime) -> str | None:
    with database.read() as session:
        seen = session.scalar(select(WorkerBeat.seen_at).where(WorkerBeat.name == name))
    return None if seen and seen >= since else "it has not written its sign of life yet"
