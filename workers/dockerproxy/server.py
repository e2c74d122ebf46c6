"""The proxy itself: a thread for each connection, a connection for each call."""

from __future__ import annotations

import json
import logging
import os
import socket
import socketserver
import threading
from collections import OrderedDict
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs

from workers.dockerproxy import messages
from workers.dockerproxy.daemon import Answer, Daemon, connected
from workers.dockerproxy.inspection import Policy, parse, problems
from workers.dockerproxy.routes import Call, Kind, RefusedError, route

log = logging.getLogger(__name__)

MODE = 0o660
PIECE = 64 * 1024
MOST_REMEMBERED = 4096
HEAD_SECONDS = 30.0
"""How long a client may take to say what it wants."""


@dataclass(frozen=True, slots=True)
class Rules:
    """What one deployment's workers may do."""

    daemon: Daemon
    image: str
    runtimes: frozenset[str]
    seccomp: dict[str, Any]
    made: OrderedDict[str, str] = field(default_factory=OrderedDict)
    """The ids of containers that were made here, by name and by id: they are ours, and stay so."""

    def carry_out(self, call: Call, body: bytes) -> Answer:
        """Look at what is to be looked at and make the call; raises `RefusedError`."""
        match call.kind:
            case Kind.IMAGE:
                self._check_image(call.subject)
            case Kind.CREATE:
                body = self._inspected(body)
            case Kind.CONTAINER:
                call = self.resolved(call)
        if body and call.kind is not Kind.CREATE:
            raise RefusedError("this call has no body", 400)
        answer = self.daemon.ask(call.method, call.target, body)
        if call.kind is Kind.CREATE and answer.status == 201:
            self._remember(call, str(answer.json()["Id"]))
        return answer

    def _remember(self, call: Call, container: str) -> None:
        (name,) = parse_qs(call.query)["name"]
        self.made.update({name: container, container: container})
        while len(self.made) > MOST_REMEMBERED:
            self.made.popitem(last=False)

    def resolved(self, call: Call) -> Call:
        """Return the call with the container's id for its name, which another container could take on."""
        container = self.made.get(call.subject) or self.daemon.own_container(call.subject)
        return Call(call.kind, call.method, call.path, call.query, container)

    def _check_image(self, name: str) -> None:
        if tagged(name) != self.image and name != self.daemon.digest(self.image):
            raise RefusedError(f"the image is none of the workers': they have {self.image}")

    def _inspected(self, body: bytes) -> bytes:
        digest = self.daemon.digest(self.image)
        policy = Policy(frozenset(filter(None, (self.image, digest))), self.runtimes, self.seccomp)
        try:
            wanted = parse(body)
        except ValueError as problem:
            raise RefusedError(f"the body cannot be read: {problem}", 400) from None
        if found := list(problems(wanted, policy)):
            raise RefusedError("; ".join(found[:8]))
        return json.dumps(wanted).encode()


class _Handler(socketserver.StreamRequestHandler):
    server: Server
    connection: socket.socket
    timeout = HEAD_SECONDS

    def handle(self) -> None:
        """Serve one call; the connection ends with it."""
        with suppress(ConnectionError, TimeoutError):
            try:
                request = messages.read_request(self.rfile)  # type: ignore[arg-type]
                if request is None:
                    return
                call = route(request.method, request.target)
                if call.kind is Kind.ATTACH:
                    self._attach(self.server.rules.resolved(call))
                else:
                    self._answer(call, self.server.rules.carry_out(call, request.body))
            except RefusedError as problem:
                if problem.status == 403:
                    log.warning("refused: %s", problem)
                self.connection.sendall(messages.refusal(problem))

    def _answer(self, call: Call, said: Answer) -> None:
        length = len(said.body) if call.method != "HEAD" else 0
        self.connection.sendall(messages.answer(said.status, said.content_type, said.body, length))

    def _attach(self, call: Call) -> None:
        """Hand the streams through in both directions until both have ended."""
        with connected(self.server.rules.daemon.path) as upstream:
            upstream.sendall(
                f"POST {call.target} HTTP/1.1\r\nHost: docker\r\nContent-Length: 0\r\n"
                "Connection: Upgrade\r\nUpgrade: tcp\r\n\r\n".encode()
            )
            # Unbuffered, so that nothing of the streams is read with the head.
            head = messages.read_head(upstream.makefile("rb", buffering=0))  # type: ignore[arg-type]
            self.connection.sendall(head)
            if messages.status_of(head) not in (101, 200):
                upstream.settimeout(1.0)
                with suppress(TimeoutError):
                    _hand_on(upstream, self.connection)
                return
            for side in (upstream, self.connection):
                side.settimeout(None)
            back = threading.Thread(target=_hand_on, args=(self.connection, upstream), daemon=True)
            back.start()
            _hand_on(upstream, self.connection)
            # Whoever listened is told; what it still says goes nowhere.
            with suppress(OSError):
                self.connection.shutdown(socket.SHUT_RDWR)
            back.join()


def _hand_on(source: socket.socket, target: socket.socket) -> None:
    """Copy until `source` ends, then end that direction of `target`; an end of `target` ends it too."""
    try:
        while piece := source.recv(PIECE):
            target.sendall(piece)
    except ConnectionError:
        with suppress(OSError):
            source.shutdown(socket.SHUT_RDWR)
    with suppress(OSError):
        target.shutdown(socket.SHUT_WR)


class Server(socketserver.ThreadingUnixStreamServer):
    """Listens on a Unix socket; `shutdown` and leaving the context remove it."""

    daemon_threads = True
    request_queue_size = 64

    def __init__(self, path: str, rules: Rules) -> None:
        self.rules = rules
        with suppress(FileNotFoundError):
            os.unlink(path)  # Of a proxy that was killed.
        super().__init__(path, _Handler)
        os.chmod(path, MODE)

    def server_close(self) -> None:
        """Stop listening and take the socket away."""
        super().server_close()
        with suppress(FileNotFoundError):
            os.unlink(str(self.server_address))


def rules_for(daemon: str, image: str, runtimes: Iterable[str], seccomp: dict[str, Any]) -> Rules:
    """Return the rules of a deployment whose sandboxes are made from `image`."""
    return Rules(Daemon(daemon), tagged(image), frozenset(filter(None, runtimes)), seccomp)


def tagged(image: str) -> str:
    """Return an image's name with its tag: without one it is ``latest``, as for Docker."""
    return image if ":" in image.rpartition("/")[2] or "@" in image else f"{image}:latest"
