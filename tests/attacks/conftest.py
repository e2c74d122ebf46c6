"""A sandbox to attack, as a worker opens it, and the runtimes that this machine has."""

from __future__ import annotations

import os
from functools import cache

import pytest

from workers.sandbox import engine, image
from workers.sandbox.docker import DockerKind

IMAGE = os.environ.get("INTERLEAVE_SANDBOX_IMAGE") or image.DEFAULT_IMAGE


@cache
def has_gvisor() -> bool:
    """Whether the daemon knows the runtime `runsc`."""
    if engine.problem_of_daemon():
        return False
    with engine.daemon() as client:
        return "runsc" in client.info().get("Runtimes", {})


@pytest.fixture(scope="session")
def sandbox_image() -> str:
    """The sandbox image, built from the graders as they are."""
    image.ensure(IMAGE)
    return IMAGE


@pytest.fixture
def kind(sandbox_image: str) -> DockerKind:
    """As the settings of the machine ask for it."""
    runtime = os.environ.get("INTERLEAVE_DOCKER_RUNTIME", "")
    return DockerKind(sandbox_image, runtime, owner=f"attacks-{os.getpid()}")
