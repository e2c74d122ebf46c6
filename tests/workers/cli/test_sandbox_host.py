"""`interleave sandbox`: what a grading host needs done by hand; and `--sandbox oci` where Docker is too."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.workers.cli.conftest import Run
from tests.workers.sandbox.oci.test_archive import BASE, docker_archive
from workers.cli.group import OUR_FAULT
from workers.sandbox import image
from workers.sandbox.oci.store import Store


@pytest.fixture
def folder(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    # Not below pytest's folders, which are closed to the uids of a user namespace.
    with tempfile.TemporaryDirectory(prefix="interleave-oci-") as made:
        Path(made).chmod(0o711)
        monkeypatch.setenv("INTERLEAVE_OCI_DIR", made)
        yield Path(made)


@pytest.fixture
def no_docker(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOCKER_HOST", "unix:///no/such/docker.sock")


@pytest.mark.usefixtures("no_docker")
def test_an_archive_is_unpacked_without_docker(run: Run, folder: Path, tmp_path: Path) -> None:
    path, digest = docker_archive(tmp_path / "image.tar", BASE)
    done = run("sandbox", "unpack", path)
    assert done.exit_code == 0, done.stderr
    assert digest in done.stdout
    assert Store(folder).current().digest == digest


@pytest.mark.usefixtures("no_docker", "folder")
def test_what_is_no_archive_is_told_and_is_our_fault(run: Run, tmp_path: Path) -> None:
    (tmp_path / "image.tar").write_text("no tar")
    done = run("sandbox", "unpack", tmp_path / "image.tar")
    assert done.exit_code == OUR_FAULT
    assert "image.tar cannot be unpacked as an image" in done.stderr


@pytest.mark.usefixtures("no_docker", "folder")
def test_without_an_archive_and_without_docker_it_says_so(run: Run) -> None:
    done = run("sandbox", "unpack")
    assert done.exit_code == OUR_FAULT
    assert "/no/such/docker.sock" in done.stderr


@pytest.mark.usefixtures("no_docker", "folder")
def test_a_program_is_not_graded_without_an_image_and_it_says_what_to_do(
    run: Run, courses: Path, program: Path
) -> None:
    done = run("grade", "small/counter", program, "--courses", courses, "--sandbox", "oci")
    assert done.exit_code == OUR_FAULT
    assert "interleave sandbox unpack" in done.stderr or "needs root" in done.stderr


@pytest.mark.oci
@pytest.mark.usefixtures("folder")
def test_a_program_is_graded_in_dockers_image_without_docker_running_it(
    run: Run, courses: Path, program: Path
) -> None:
    image.ensure()
    done = run("grade", "small/counter", program, "--courses", courses, "--sandbox", "oci", "--json")
    assert done.exit_code == 0, done.stderr
    report = json.loads(done.stdout)
    assert report["sandbox"]["kind"] == "oci"
    assert report["sandbox"]["image"].startswith("sha256:")
    assert not report["sandbox"]["warning"]


@pytest.mark.oci
@pytest.mark.usefixtures("folder")
def test_there_is_nothing_to_reap_on_a_host_where_nothing_was_killed(run: Run) -> None:
    image.ensure()
    assert run("sandbox", "unpack").exit_code == 0
    assert run("sandbox", "reap").stdout == "Nothing was left.\n"
