"""Which sandbox is used, and what is said about it."""

from __future__ import annotations

import logging
import subprocess
import sys
from pathlib import Path

import pytest

from graders.errors import CallerError, SandboxError
from service.settings import Settings
from workers import sandbox
from workers.sandbox.choice import choose
from workers.sandbox.docker import DockerKind
from workers.sandbox.local import LocalKind
from workers.sandbox.oci.kind import OciKind
from workers.sandbox.oci.store import Store
from workers.sandbox.ownership import deployment_id


@pytest.fixture
def no_docker(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOCKER_HOST", "unix:///no/such/docker.sock")


@pytest.mark.docker
def test_auto_takes_docker_where_it_can_be_used(sandbox_image: str) -> None:
    kind, reason = choose("auto", image=sandbox_image, runtime="runc", owner="me")
    assert kind == DockerKind(sandbox_image, "runc", "me")
    assert sandbox_image in reason


@pytest.mark.docker
def test_auto_says_that_the_image_is_missing_when_it_goes_local() -> None:
    kind, reason = choose("auto", image="interleave-no-such-image")
    assert kind.name == "local"
    assert "interleave-no-such-image is not there" in reason


@pytest.mark.usefixtures("no_docker")
def test_auto_goes_local_without_a_daemon_and_says_why() -> None:
    kind, reason = choose("auto")
    assert isinstance(kind, LocalKind)
    assert "local sandbox" in reason
    assert "/no/such/docker.sock" in reason


@pytest.mark.usefixtures("no_docker")
def test_a_course_without_docker_gets_nothing_unless_told() -> None:
    with pytest.raises(SandboxError, match=r"No Docker daemon answers.*for trying out"):
        choose("auto", deployment="course")
    assert choose("auto", deployment="course", allow_local=True).kind.name == "local"


@pytest.mark.usefixtures("no_docker")
def test_what_was_asked_for_is_what_one_gets() -> None:
    assert choose("docker").kind.name == "docker"
    assert choose("local").kind.name == "local"


def test_another_name_is_refused_with_the_known_ones() -> None:
    with pytest.raises(CallerError, match="choose from auto, docker, oci, local"):
        choose("podman")


def test_the_settings_decide_and_the_log_tells(caplog: pytest.LogCaptureFixture) -> None:
    settings = Settings(sandbox="docker", sandbox_image="image:1", docker_runtime="runsc")
    with caplog.at_level(logging.INFO):
        kind = sandbox.choose(settings, owner="worker-1")
    assert kind == DockerKind("image:1", "runsc", "worker-1", deployment_id(settings))
    assert "Submissions run in Docker" in caplog.text


def test_the_launcher_does_not_import_a_docker_client() -> None:
    script = (
        "import sys, workers.sandbox.confine.__main__\n"
        "print('docker' in sys.modules, 'pydantic' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout == "False False\n"


def test_the_oci_kind_is_taken_when_it_is_asked_for_and_made_as_the_settings_say(tmp_path: Path) -> None:
    settings = Settings(
        sandbox="oci", oci_runtime="runsc", oci_dir=tmp_path, oci_first_uid=7, database_url="sqlite:///x"
    )
    kind = sandbox.choose(settings, owner="worker-1")
    assert kind == OciKind("runsc", Store(tmp_path), 7, "worker-1", deployment_id(settings))
