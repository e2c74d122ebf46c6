"""The Docker daemon: a client for one errand, and its errors as ours."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

import docker
import requests
from docker.errors import APIError, DockerException, ImageNotFound, NotFound

from graders.errors import SandboxError

LABEL = "interleave"
LABEL_VALUE = "sandbox"
OWNER_LABEL = "interleave.owner"
DEPLOYMENT_LABEL = "interleave.deployment"
PROCESS_LABEL = "interleave.process"
CREATED_LABEL = "interleave.created"
IMAGE_LABEL = "interleave.image"

ANSWER_SECONDS = 2
"""A daemon that is there answers a ping at once."""
CALL_SECONDS = 60
"""A loaded daemon may take its time to create and start."""


@contextmanager
def daemon(seconds: int = CALL_SECONDS) -> Iterator[docker.DockerClient]:
    """Give a client whose calls take at most `seconds`; raises `SandboxError` when no daemon answers.

    Each errand has its own client: the HTTP session in it is not made for several threads, nor to
    live on through a fork.
    """
    address = os.environ.get("DOCKER_HOST") or "unix:///var/run/docker.sock"
    path = address.removeprefix("unix://")
    if path != address and not os.path.exists(path):
        raise SandboxError(f"there is no socket {path}")
    with as_sandbox_errors():
        client = docker.from_env(timeout=seconds, version=_version(address, seconds))
    try:
        yield client
    except SandboxError:
        # Another daemon may be there by now, which speaks another version.
        _version.cache_clear()
        raise
    finally:
        client.close()


@cache
def _version(address: str, seconds: int) -> str:
    """Return the newest version of the API that both sides speak; the daemon takes 8 ms to tell."""
    del address
    client = docker.from_env(timeout=seconds)
    try:
        return str(client.api.api_version)
    finally:
        client.close()


@contextmanager
def as_sandbox_errors() -> Iterator[None]:
    """Turn what docker-py and the HTTP client beneath it raise into `SandboxError`."""
    try:
        yield
    except (DockerException, requests.RequestException, OSError) as problem:
        raise SandboxError(f"Docker: {in_words(problem)}") from problem


def in_words(problem: Exception) -> str:
    """Return the daemon's own explanation where there is one."""
    if isinstance(problem, APIError) and problem.explanation:
        return str(problem.explanation)
    return str(problem) or type(problem).__name__


def problem_of_daemon() -> str | None:
    """Why no Docker daemon can be used from here, and what to do; `None` when one answers."""
    if os.environ.get("DOCKER_HOST", "").startswith("ssh://"):
        return (
            "DOCKER_HOST is an ssh address, which sandboxes cannot use: give a unix socket, or tcp with TLS."
        )
    try:
        with daemon(ANSWER_SECONDS) as client, as_sandbox_errors():
            client.ping()
    except SandboxError as problem:
        if "Permission" in str(problem):
            return "This user may not use Docker: join the group that owns its socket (often `docker`)."
        return f"No Docker daemon answers: start one, or set DOCKER_HOST ({_cause(problem)})."
    return None


def _cause(problem: BaseException) -> str:
    """Return the innermost reason, which is the readable one."""
    while problem.__cause__ or problem.__context__:
        problem = problem.__cause__ or problem.__context__ or problem
    return str(problem) or type(problem).__name__


def image_id(client: docker.DockerClient, image: str) -> str:
    """Return the digest of a local image; raises `SandboxError` saying how to build it."""
    try:
        with as_sandbox_errors():
            return str(client.images.get(image).id)
    except SandboxError as problem:
        if isinstance(problem.__cause__, ImageNotFound):
            raise SandboxError(missing(image)) from None
        raise


def missing(image: str) -> str:
    """Say what to do about an image that is not there."""
    build = f"docker build --target sandbox --tag {image} ."
    return f"The image {image} is not there: run `{build}` in the repository."


def attach(client: docker.DockerClient, container: str) -> tuple[socket.socket, Any]:
    """Attach to stdin, stdout and stderr; returns the hijacked socket and the response that owns it.

    To be called before the container starts, so that nothing it says is missed.
    """
    raw: Any = client.api.attach_socket(container, params={"stdin": 1, "stdout": 1, "stderr": 1, "stream": 1})
    # docker-py hands out the file object over the socket (over TLS the socket itself) and
    # hangs the response on it, which must live as long as the socket.
    return getattr(raw, "_sock", raw), raw._response


def remove(client: docker.DockerClient, container: str) -> None:
    """Kill and remove a container, by name or id. One that is gone already is fine."""
    with as_sandbox_errors():
        try:
            client.api.remove_container(container, force=True, v=True)
        except NotFound:
            pass
        except APIError as problem:
            # Somebody else, the reaper perhaps, is removing it at this moment.
            if problem.status_code != 409:
                raise
