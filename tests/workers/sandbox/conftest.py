"""What the sandbox tests share: all real kinds, and the proof that nothing is left behind."""

from __future__ import annotations

import os
import tempfile
import uuid
from collections.abc import Iterator
from pathlib import Path

import docker
import pytest

from graders.job import Job
from tests.workers.sandbox.jobs import RIGHT, job_of
from workers.sandbox import engine, image
from workers.sandbox.base import SandboxKind
from workers.sandbox.docker import DockerKind
from workers.sandbox.local import LocalKind
from workers.sandbox.oci import cgroups
from workers.sandbox.oci.kind import OciKind
from workers.sandbox.oci.store import Store


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


@pytest.fixture(scope="session")
def unpacked(sandbox_image: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """The sandbox image, unpacked for the oci kind."""
    # Not below pytest's folders, which are closed to the uids of a user namespace.
    with tempfile.TemporaryDirectory(prefix="interleave-oci-") as folder:
        Path(folder).chmod(0o711)
        store = Store(Path(folder))
        store.add_from_docker(sandbox_image)
        yield store


@pytest.fixture
def oci_kind(unpacked: Store) -> Iterator[OciKind]:
    """The oci kind, of whose containers none may outlive the test."""
    yield OciKind(store=unpacked, first_uid=2_000_000_000)
    assert remains(unpacked) == []


@pytest.fixture(
    params=[
        pytest.param("docker", marks=pytest.mark.docker),
        pytest.param("oci", marks=pytest.mark.oci),
        "local",
    ]
)
def kind(request: pytest.FixtureRequest) -> SandboxKind:
    """All real kinds, one after the other."""
    made: SandboxKind = request.getfixturevalue(f"{request.param}_kind")
    return made


def containers_of(client: docker.DockerClient, owner: str) -> list[str]:
    found = client.api.containers(all=True, filters={"label": f"{engine.OWNER_LABEL}={owner}"})
    return [container["Id"] for container in found]


def remains(store: Store, *pids: int) -> list[str]:
    """What is left of the containers of these processes: bundles, the runtime's state, groups, mounts."""
    names = [path.name for folder in (store.runs, store.state) for path in folder.glob("*")]
    groups = [str(group) for pid in pids or (os.getpid(),) for group in cgroups.groups(f"interleave-{pid}-*")]
    mounts = [
        line for line in Path("/proc/self/mounts").read_text().splitlines() if str(store.folder) in line
    ]
    return names + groups + mounts
