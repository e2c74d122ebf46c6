"""The daemon behind the proxy."""

from __future__ import annotations

import http.client
import json
import socket
from dataclasses import dataclass
from typing import Any

from workers.dockerproxy.inspection import LABEL, LABEL_VALUE
from workers.dockerproxy.routes import RefusedError

SECONDS = 90.0
"""Above what a client waits for one call."""
MAX_ANSWER_BYTES = 16 * 1024**2


@dataclass(frozen=True, slots=True)
class Answer:
    """What the daemon said."""

    status: int
    content_type: str
    body: bytes

    def json(self) -> dict[str, Any]:
        """Return its object."""
        loaded: dict[str, Any] = json.loads(self.body)
        return loaded


class _Connection(http.client.HTTPConnection):
    def __init__(self, path: str) -> None:
        super().__init__("docker", timeout=SECONDS)
        self._path = path

    def connect(self) -> None:
        """Connect to the socket instead of the host."""
        self.sock = connected(self._path)


def connected(path: str) -> socket.socket:
    """Return a connection to the daemon's socket; raises `RefusedError`, status 502, when there is none."""
    found = socket.socket(socket.AF_UNIX)
    found.settimeout(SECONDS)
    try:
        found.connect(path)
    except OSError as problem:
        found.close()
        raise RefusedError(f"no Docker daemon answers ({problem.strerror})", 502) from None
    return found


@dataclass(frozen=True, slots=True)
class Daemon:
    """The daemon's socket. Each call has a connection of its own."""

    path: str

    def ask(self, method: str, target: str, body: bytes = b"") -> Answer:
        """Make one call; raises `RefusedError`, status 502, when nothing sensible comes back."""
        connection = _Connection(self.path)
        try:
            kind = {"Content-Type": "application/json"} if body else {}
            connection.request(method, target, body or None, {**kind, "Connection": "close"})
            found = connection.getresponse()
            read = found.read(MAX_ANSWER_BYTES + 1)
        except (OSError, http.client.HTTPException) as problem:
            raise RefusedError(f"the Docker daemon broke off: {problem!r}", 502) from problem
        finally:
            connection.close()
        if len(read) > MAX_ANSWER_BYTES:
            raise RefusedError("the Docker daemon says too much", 502)
        return Answer(found.status, found.headers.get("Content-Type", "text/plain"), read)

    def own_container(self, name: str) -> str:
        """Return the id of a container of ours; raises `RefusedError`, status 404 where there is none."""
        found = self.ask("GET", f"/containers/{name}/json")
        if found.status == 404:
            raise RefusedError(f"No such container: {name}", 404)
        inspected = found.json() if found.status == 200 else {}
        if (inspected.get("Config", {}).get("Labels") or {}).get(LABEL) != LABEL_VALUE:
            raise RefusedError("this container is none of the workers'")
        return str(inspected["Id"])

    def digest(self, image: str) -> str | None:
        """Return the id of a local image, if it is there."""
        found = self.ask("GET", f"/images/{image}/json")
        return str(found.json()["Id"]) if found.status == 200 else None
