"""A command that is told to end takes its sandbox with it."""

from __future__ import annotations

import io
import os
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from workers.sandbox import engine, image


@pytest.fixture
def own_image() -> Iterator[str]:
    """The sandbox image under an id of its own, by which a container of this test is known."""
    image.ensure()
    name = f"interleave-test-{uuid.uuid4().hex[:12]}"
    source = f"FROM {image.DEFAULT_IMAGE}\nLABEL interleave.test={name}\n"
    with engine.daemon() as client:
        client.images.build(fileobj=io.BytesIO(source.encode()), tag=name, rm=True)
        yield name
        client.images.remove(name)


@pytest.mark.docker
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_a_grading_that_is_told_to_end_leaves_no_container(
    courses: Path, tmp_path: Path, own_image: str, number: signal.Signals
) -> None:
    (tmp_path / "mine.py").write_text("import time\ntime.sleep(60)\n")
    grade = [sys.executable, "-m", "workers.cli", "grade", "small/counter", str(tmp_path / "mine.py")]
    command = subprocess.Popen(
        [*grade, "--courses", str(courses), "--sandbox", "docker"],
        env=os.environ | {"INTERLEAVE_SANDBOX_IMAGE": own_image},
        stderr=subprocess.PIPE,
        text=True,
    )
    with command:
        wait_until(lambda: containers(own_image, running=True) == 1)
        command.send_signal(number)
        _, errors = command.communicate(timeout=30)
    assert command.returncode == 130
    assert "interrupted" in errors
    assert containers(own_image, running=False) == 0


def containers(own_image: str, *, running: bool) -> int:
    with engine.daemon() as client:
        return len(client.api.containers(all=not running, filters={"ancestor": own_image}))


def wait_until(condition: Callable[[], bool], seconds: float = 60.0) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not come true in time"
        time.sleep(0.05)
