"""The systemd unit: what it leaves the worker of root's power is enough, and no more than its page tells."""

from __future__ import annotations

import configparser
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from workers.sandbox import image
from workers.sandbox.oci.store import Store

ROOT = Path(__file__).parents[4]
UNIT = ROOT / "deploy" / "interleave-worker.service"


@pytest.fixture
def service() -> configparser.SectionProxy:
    unit = configparser.ConfigParser(strict=False, interpolation=None)
    unit.optionxform = str  # type: ignore[method-assign, assignment]
    unit.read(UNIT)
    return unit["Service"]


def capabilities(service: configparser.SectionProxy) -> list[str]:
    return [name.removeprefix("CAP_") for name in service["CapabilityBoundingSet"].split()]


def test_the_page_tells_each_capability_that_the_unit_leaves(service: configparser.SectionProxy) -> None:
    page = (ROOT / "docs" / "grading-host.md").read_text()
    rows = re.findall(r"^\| (`[A-Z_`, ]+`) \|", page, re.MULTILINE)
    told = {name for row in rows for name in re.findall(r"[A-Z_]+", row)}
    assert told == set(capabilities(service))


@pytest.mark.oci
@pytest.mark.parametrize("first_uid", [2_000_000_000, 0], ids=["own uids", "host uids"])
def test_sandboxes_work_and_end_with_these_capabilities_alone(
    service: configparser.SectionProxy, unpacked: Store, tmp_path: Path, first_uid: int
) -> None:
    held = ",".join(f"+{name.lower()}" for name in capabilities(service))
    assert service["NoNewPrivileges"] == "yes"
    confined = ["setpriv", "--bounding-set", f"-all,{held}", "--inh-caps=-all", "--no-new-privs"]
    interleave = [*confined, sys.executable, "-m", "workers.cli"]
    # Unpacked anew, as the unit does: no Docker is asked.
    archive = tmp_path / "sandbox.tar"
    subprocess.run(["docker", "save", "--output", archive, image.DEFAULT_IMAGE], check=True, timeout=120)
    environment = os.environ | {
        "PYTHONPATH": str(ROOT),
        "DOCKER_HOST": "unix:///no/such/docker.sock",
        "INTERLEAVE_OCI_DIR": str(unpacked.folder / "unit"),
        "INTERLEAVE_OCI_FIRST_UID": str(first_uid),
    }
    program = ROOT / "courses/shared-data/labs/counter/submissions"
    for arguments, status in (
        (["sandbox", "unpack", str(archive)], 0),
        (["grade", "shared-data/counter", str(program / "passed/with_lock.py"), "--sandbox=oci"], 0),
        (["grade", "shared-data/counter", str(program / "deadlock/acquired_twice.py"), "--sandbox=oci"], 1),
        (["sandbox", "reap"], 0),
    ):
        done = subprocess.run(
            [*interleave, *arguments], cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120
        )
        assert done.returncode == status, done.stdout + done.stderr
    assert done.stdout == "Nothing was left.\n"
