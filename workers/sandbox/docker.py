"""The sandbox for courses: one Docker container for one job."""

from __future__ import annotations

import logging
import time
import uuid
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any

import docker
import requests
from docker.types import LogConfig, Ulimit

from graders.errors import SandboxError
from graders.job import Event, Job
from graders.limits import Limits
from graders.report import Report, SandboxInfo
from workers.sandbox import engine, overrun, reaper, room, seccomp
from workers.sandbox.conversation import Conversation
from workers.sandbox.ownership import this_process
from workers.sandbox.streams import AttachedSocket

log = logging.getLogger(__name__)

DEFAULT_IMAGE = "interleave-sandbox:latest"
END_SECONDS = 2

GVISOR_THREADS = 512
"""Threads of the host's that gVisor's own kernel needs; programs within are counted by the harness."""


@dataclass(frozen=True)
class DockerKind:
    """Makes Docker sandboxes.

    `owner` names the worker, `deployment_id` its deployment: so a reaper knows the containers of a dead
    worker, and lets those of other deployments be. The command line has neither.
    """

    image: str = DEFAULT_IMAGE
    runtime: str = ""
    owner: str = ""
    deployment_id: str = ""
    command: tuple[str, ...] = room.HARNESS
    name: str = "docker"

    def problem(self) -> str | None:
        """Why Docker sandboxes cannot be made here; answers within seconds."""
        if trouble := engine.problem_of_daemon():
            return trouble
        try:
            with engine.daemon(engine.ANSWER_SECONDS) as client:
                engine.image_id(client, self.image)
                return self._problem_of_runtime(client)
        except SandboxError as problem:
            return str(problem)

    def _problem_of_runtime(self, client: docker.DockerClient) -> str | None:
        with engine.as_sandbox_errors():
            known = sorted(client.info().get("Runtimes", {}))
        if not self.runtime or self.runtime in known:
            return None
        choice = ", ".join(known)
        return (
            f"Docker has no runtime {self.runtime!r}: register it with the daemon, or choose from {choice}."
        )

    @contextmanager
    def open(self, limits: Limits) -> Iterator[DockerSandbox]:
        """Create, attach, start and wait for the harness; kill and remove on every way out."""
        with engine.daemon() as client:
            digest = engine.image_id(client, self.image)
            # Our own name: a creation that is interrupted half-way can still be undone.
            name = f"interleave-{uuid.uuid4().hex}"
            try:
                with self._started(client, name, digest, limits) as conversation:
                    yield DockerSandbox(client, name, conversation, _info(client, name))
            finally:
                _remove(client, name)

    def made_of(self) -> str:
        """Return the digest of the image as it is now."""
        with engine.daemon() as client:
            return engine.image_id(client, self.image)

    def reap(self, alive: Collection[str] | None, older_than: float) -> list[str]:
        """Remove this deployment's containers that nobody owns any more; see `reaper.reap`."""
        return reaper.reap(self.deployment_id, alive, older_than, own=self.owner)

    @contextmanager
    def _started(
        self, client: docker.DockerClient, name: str, digest: str, limits: Limits
    ) -> Iterator[Conversation]:
        with engine.as_sandbox_errors():
            client.containers.create(
                digest, list(self.command), name=name, **self._labels(digest), **options(limits, self.runtime)
            )
            connection, response = engine.attach(client, name)
        try:
            with engine.as_sandbox_errors():
                client.api.start(name)
            stream = AttachedSocket(connection)
            conversation = Conversation([stream], stream)
            conversation.wait_ready(room.READY_SECONDS)
            yield conversation
        finally:
            connection.close()
            response.close()

    def _labels(self, digest: str) -> dict[str, Any]:
        labels = {
            engine.LABEL: engine.LABEL_VALUE,
            engine.IMAGE_LABEL: digest,
            engine.CREATED_LABEL: str(int(time.time())),
        }
        if self.owner:
            labels[engine.PROCESS_LABEL] = this_process()
        known = {engine.OWNER_LABEL: self.owner, engine.DEPLOYMENT_LABEL: self.deployment_id}
        return {"labels": labels | {label: value for label, value in known.items() if value}}


@dataclass
class DockerSandbox:
    """A container whose harness waits for its one job."""

    client: docker.DockerClient
    container: str
    conversation: Conversation
    info: SandboxInfo
    used: bool = False

    def grade(self, job: Job, on_event: Callable[[Event], None] = lambda _: None) -> Report:
        """Run the job; raises `InfrastructureError`."""
        if self.used:
            raise SandboxError("a sandbox serves one job")
        self.used = True
        try:
            return self.conversation.hold(job, on_event).within(self.info)
        except SandboxError as problem:
            state = self._state_at_the_end()
            if overrun.took_all_memory(state):
                return overrun.report(job).within(self.info)
            raise SandboxError(f"{problem}{_post_mortem(state)}") from problem

    def _state_at_the_end(self) -> dict[str, Any]:
        """Return the container's state; an empty one when it cannot be looked at any more."""
        try:
            with engine.as_sandbox_errors():
                state = self._inspected()
                if state.get("Running"):
                    # Its streams end a moment before Docker knows how it ended.
                    with suppress(requests.RequestException):
                        self.client.api.wait(self.container, timeout=END_SECONDS)
                    state = self._inspected()
                return state
        except SandboxError:
            return {}

    def _inspected(self) -> dict[str, Any]:
        state: dict[str, Any] = self.client.api.inspect_container(self.container)["State"]
        return state


def _post_mortem(state: dict[str, Any]) -> str:
    if not state:
        return " (its container cannot be looked at any more)"
    if state.get("OOMKilled"):
        return " (out of memory)"
    return "" if state.get("Running") else f" (exit status {state.get('ExitCode')})"


def options(limits: Limits, runtime: str = "") -> dict[str, Any]:
    """Return everything that confines a container, as docker-py's keyword arguments."""
    memory = room.memory_bytes(limits)
    return {
        "user": "0:0",
        "cap_drop": ["ALL"],
        "cap_add": list(room.CAPABILITIES),
        "security_opt": ["no-new-privileges", seccomp.security_option()],
        "network_mode": "none",
        "ipc_mode": "private",
        "read_only": True,
        "tmpfs": room.mounts(limits),
        "mem_limit": memory,
        "memswap_limit": memory,
        "nano_cpus": limits.cpus * 10**9,
        "pids_limit": room.processes(limits) + (GVISOR_THREADS if runtime == "runsc" else 0),
        "ulimits": [_ulimit(name, value) for name, value in room.rlimits(limits).items()],
        "log_config": LogConfig(type="none"),
        "hostname": "sandbox",
        "init": False,
        "stdin_open": True,
        "runtime": runtime or None,
    }


def _info(client: docker.DockerClient, name: str) -> SandboxInfo:
    with engine.as_sandbox_errors():
        container = client.api.inspect_container(name)
    return SandboxInfo(kind="docker", runtime=container["HostConfig"]["Runtime"], image=container["Image"])


def _ulimit(name: str, value: int) -> Ulimit:
    return Ulimit(name=name, soft=value, hard=value)


def _remove(client: docker.DockerClient, name: str) -> None:
    try:
        engine.remove(client, name)
    except SandboxError as problem:
        # A report that is there must not be lost for this; the reaper comes back to it.
        log.warning("container %s could not be removed: %s", name, problem)
