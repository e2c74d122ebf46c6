"""Building the sandbox image."""

from __future__ import annotations

import subprocess
import uuid
from collections.abc import Iterator
from pathlib import Path

import docker
import pytest

from graders.errors import SandboxError
from workers.sandbox import image


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A tiny repository whose image is built at once."""
    (tmp_path / "graders").mkdir()
    (tmp_path / "graders" / "a.py").write_text("A = 1\n")
    (tmp_path / "secret.txt").write_text("not for images")
    (tmp_path / "Dockerfile").write_text("FROM debian:trixie-slim AS sandbox\nCOPY . /all\n")
    return tmp_path


@pytest.fixture
def tag(docker_client: docker.DockerClient) -> Iterator[str]:
    name = f"interleave-test-{uuid.uuid4().hex[:12]}"
    yield name
    for found in docker_client.images.list(name=name):
        docker_client.images.remove(str(found.id), force=True)


def test_the_digest_follows_the_sources_and_nothing_else(repository: Path) -> None:
    before = image.source_digest(repository)
    (repository / "secret.txt").write_text("other")
    (repository / "graders" / "__pycache__").mkdir()
    (repository / "graders" / "__pycache__" / "a.pyc").write_bytes(b"x")
    assert image.source_digest(repository) == before
    (repository / "graders" / "a.py").write_text("A = 2\n")
    assert image.source_digest(repository) != before


def test_the_digest_sees_a_file_that_only_changes_its_name(repository: Path) -> None:
    before = image.source_digest(repository)
    (repository / "graders" / "a.py").rename(repository / "graders" / "b.py")
    assert image.source_digest(repository) != before


@pytest.mark.docker
def test_what_prepares_a_machine_makes_an_image_that_counts_as_current() -> None:
    program = ". scripts/lib.sh && . scripts/machine/images.sh && build_sandbox_image"
    subprocess.run(["bash", "-c", program], cwd=image.REPOSITORY, check=True, timeout=200)
    assert image.is_current()


@pytest.mark.docker
def test_an_image_is_built_once_and_again_after_a_change(repository: Path, tag: str) -> None:
    assert not image.is_current(tag, repository)
    assert image.ensure(tag, repository)
    assert image.is_current(tag, repository)
    assert not image.ensure(tag, repository)
    (repository / "graders" / "a.py").write_text("A = 2\n")
    assert not image.is_current(tag, repository)
    assert image.ensure(tag, repository)


@pytest.mark.docker
def test_the_image_before_is_removed(repository: Path, tag: str, docker_client: docker.DockerClient) -> None:
    image.ensure(tag, repository)
    first = docker_client.images.get(tag).id
    (repository / "graders" / "a.py").write_text("A = 2\n")
    image.ensure(tag, repository)
    with pytest.raises(docker.errors.ImageNotFound):
        docker_client.images.get(str(first))


@pytest.mark.docker
def test_only_the_dockerfile_and_the_graders_reach_the_daemon(
    repository: Path, tag: str, docker_client: docker.DockerClient
) -> None:
    image.ensure(tag, repository)
    listing = docker_client.containers.run(
        tag, ["find", "/all", "-type", "f"], remove=True, network_mode="none"
    )
    assert sorted(listing.decode().split()) == ["/all/Dockerfile", "/all/graders/a.py"]


@pytest.mark.docker
def test_a_missing_base_image_is_told_with_what_to_do(repository: Path, tag: str) -> None:
    (repository / "Dockerfile").write_text("FROM localhost:1/no-such-base AS sandbox\n")
    with pytest.raises(SandboxError, match=r"base image localhost:1/no-such-base is not here.*docker load"):
        image.ensure(tag, repository)


@pytest.mark.docker
def test_a_build_that_fails_shows_the_end_of_its_log(repository: Path, tag: str) -> None:
    (repository / "Dockerfile").write_text(
        "FROM debian:trixie-slim AS sandbox\nRUN echo the reason; exit 7\n"
    )
    with pytest.raises(SandboxError, match=r"(?s)could not be built.*the reason"):
        image.ensure(tag, repository)


def test_outside_of_a_repository_it_says_so(tmp_path: Path) -> None:
    with pytest.raises(SandboxError, match="There is no Dockerfile"):
        image.ensure("x", tmp_path)


@pytest.mark.docker
def test_the_sandbox_image_holds_python_and_the_graders_and_nothing_with_special_rights(
    sandbox_image: str, docker_client: docker.DockerClient
) -> None:
    script = (
        "find / -xdev -type f -perm /6000; "
        "python3 -I -c 'import graders.harness, importlib.util as u; "
        'print([name for name in ("pip", "flask", "docker", "service", "workers") if u.find_spec(name)])\''
    )
    said = docker_client.containers.run(sandbox_image, ["sh", "-c", script], remove=True, network_mode="none")
    assert said.decode().strip() == "[]"
