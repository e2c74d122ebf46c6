"""A proxy before the real daemon, and a worker that was taken over: it has the proxy's socket alone."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import docker
import pytest

from workers.sandbox import engine, image

IMAGE = os.environ.get("INTERLEAVE_SANDBOX_IMAGE") or image.DEFAULT_IMAGE


@pytest.fixture(scope="session")
def sandbox_image() -> str:
    image.ensure(IMAGE)
    return IMAGE


@pytest.fixture(scope="module")
def proxy(sandbox_image: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The socket of a proxy that runs."""
    path = tmp_path_factory.mktemp("proxy") / "docker.sock"
    command = [sys.executable, "-m", "workers.dockerproxy", "--listen", str(path), "--image", sandbox_image]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        deadline = time.monotonic() + 20
        while not path.exists() and process.poll() is None and time.monotonic() < deadline:
            time.sleep(0.02)
        assert process.poll() is None, process.communicate()[1]
        yield path
        process.terminate()
        assert process.wait(10) == 0
        assert not path.exists()


@pytest.fixture(scope="module")
def direct() -> Iterator[docker.DockerClient]:
    """The daemon itself, to look from the other side."""
    with engine.daemon() as client:
        yield client


@pytest.fixture
def worker(proxy: Path) -> Iterator[docker.DockerClient]:
    """Docker as a worker has it."""
    client = docker.DockerClient(base_url=f"unix://{proxy}", timeout=30)
    yield client
    client.close()
