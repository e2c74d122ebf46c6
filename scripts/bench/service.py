"""The embedded service, started as ``interleave up`` does, and a client that hands in over HTTP."""

from __future__ import annotations

import http.client
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from graders.content import load_course
from scripts.bench.program import COURSE, PROGRAM, ROOT
from service.store.database import Database
from workers.embedded import people
from workers.ending import end_with_parent

START_SECONDS = 120.0
_BOUNDARY = "counter-counter-counter"


@dataclass(frozen=True)
class Answer:
    """One submission from the first byte out to the report's last byte in, and the harness's own time."""

    seconds: float
    harness: float
    verdict: str

    @property
    def beyond(self) -> float:
        """Seconds that the harness did not need."""
        return self.seconds - self.harness


class Service:
    """A running service: hand in from as many threads as you like."""

    def __init__(self, pid: int, address: str, token: str) -> None:
        self.pid = pid
        self._address = urlsplit(address)
        self._headers = {"Authorization": f"Bearer {token}"}

    def hand_in(self) -> Answer:
        """Hand in the right counter and wait for its report, over a connection of its own."""
        assert self._address.hostname
        begin = time.monotonic()
        with closing(http.client.HTTPConnection(self._address.hostname, self._address.port)) as connection:
            location = self._post(connection, "/api/v1/courses/shared-data/labs/counter/submissions")
            while True:
                found = self._ask(connection, "GET", f"{location}?wait=30")
                if found["state"] not in {"queued", "running"}:
                    break
        if found["verdict"] != "passed":
            raise RuntimeError(f"the right counter got {found}")
        return Answer(time.monotonic() - begin, found["report"]["seconds"], found["verdict"])

    def _post(self, connection: http.client.HTTPConnection, path: str) -> str:
        body = (
            f"--{_BOUNDARY}\r\nContent-Disposition: form-data; name=files; filename=counter.py\r\n"
            f"Content-Type: text/x-python\r\n\r\n{PROGRAM.read_text()}\r\n--{_BOUNDARY}--\r\n"
        )
        kind = {"Content-Type": f"multipart/form-data; boundary={_BOUNDARY}"}
        return str(urlsplit(self._ask(connection, "POST", path, body, kind)["links"]["self"]).path)

    def _ask(
        self,
        connection: http.client.HTTPConnection,
        method: str,
        path: str,
        body: str | None = None,
        headers: dict[str, str] | None = None,
    ) -> dict[str, Any]:
        connection.request(method, path, body, self._headers | (headers or {}))
        answer = connection.getresponse()
        content = answer.read()
        if answer.status >= 400:
            raise RuntimeError(f"{method} {path}: {answer.status} {content[:500]!r}")
        found: dict[str, Any] = json.loads(content)
        return found


@contextmanager
def running(sandbox: str, slots: int, **settings: object) -> Iterator[Service]:
    """Start a service with one worker of so many slots; everything ends with the context."""
    with tempfile.TemporaryDirectory(prefix="interleave-bench-") as folder:
        home = Path(folder)
        chosen = {
            "submission_limit": "100000 per minute",
            "worker_concurrency": slots,
            "wait_slots": 16,
            "log_level": "warning",
        }
        own = {f"INTERLEAVE_{name.upper()}": str(value) for name, value in (chosen | settings).items()}
        said = home / "said"
        with said.open("w") as file:
            process = subprocess.Popen(
                [
                    *(sys.executable, "-m", "workers.cli", "up", "--sandbox", sandbox),
                    *("--port", "8180", "--data", str(home / "data")),
                ],
                cwd=ROOT,
                env={**os.environ, "PYTHONPATH": str(ROOT), **own},
                stdin=subprocess.DEVNULL,
                stdout=file,
                stderr=file,
                preexec_fn=partial(end_with_parent, os.getpid()),
            )
        try:
            address = _await_start(process, said)
            yield Service(process.pid, address, _token(home / "data" / "interleave.db"))
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait()


def _await_start(process: subprocess.Popen[bytes], said: Path) -> str:
    deadline = time.monotonic() + START_SECONDS
    while "until Ctrl-C" not in (text := said.read_text()):
        if process.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError(f"the service did not start:\n{text}")
        time.sleep(0.1)
    found = re.search(r"Interleave is at (\S+)", text)
    assert found
    return found[1]


def _token(path: Path) -> str:
    database = Database(f"sqlite:///{path}")
    try:
        student, _ = people.demonstration(database, load_course(COURSE).slug)
        return student.token
    finally:
        database.dispose()


def tree(pid: int) -> list[int]:
    """Return the process and all below it."""
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except OSError:
        return []
    return [pid, *(one for child in children for one in tree(int(child)))]
