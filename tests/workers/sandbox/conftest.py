"""What the sandbox tests share: both real kinds, and the proof that nothing is left behind."""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator

import docker
import pytest

from graders.job import Job
from tests.workers.sandbox.jobs import RIGHT, job_of
from workers.sandbox import engine, image
from workers.sandbox.base import SandboxKind
from workers.sandbox.docker import DockerKind
from workers.sandbox.local import LocalKind


@pytest.fixture
def job() -> Job:
    return job_of(RIGHT)


@pytest.fixture(scope="session")
def sandbox_image() -> str:
    """The sandbox image, built from the graders as they are."""
    name = os.environ.get("INTERLEAVE_SANDBOX_IMAGE") or image.DEFAULT_IMAGE
    image.ensure(name)
    return name


@pytest.fixture
def docker_client() -> Iterator[docker.DockerClient]:
    with engine.daemon() as client:
        yield client


@pytest.fixture
def owner(docker_client: docker.DockerClient) -> Iterator[str]:
    """A name for the containers of one test, none of which may outlive it."""
    name = f"test-{uuid.uuid4().hex[:12]}"
    yield name
    left = containers_of(docker_client, name)
    for container in left:
        engine.remove(docker_client, container)
    assert not left


@pytest.fixture
def docker_kind(sandbox_image: str, owner: str) -> DockerKind:
    return DockerKind(sandbox_image, owner=owner)


@pytest.fixture(scope="session")
def local_kind() -> LocalKind:
    return LocalKind()


@pytest.fixture(params=[pytest.param("docker", marks=pytest.mark.docker), "local"])
def kind(request: pytest.FixtureRequest) -> SandboxKind:
    """Both real kinds, one after the other."""
    made: SandboxKind = request.getfixturevalue(f"{request.param}_kind")
    return made


def containers_of(client: docker.DockerClient, owner: str) -> list[str]:
    found = client.api.containers(all=True, filters={"label": f"{engine.OWNER_LABEL}={owner}"})
    return [container["Id"] for container in found]
