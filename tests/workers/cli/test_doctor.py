"""`interleave doctor`: tried for real on this machine."""

from __future__ import annotations

import pytest

from tests.workers.cli.conftest import Run
from workers.cli.examine import TOO_MANY_PROCESSES, Mark, docker_findings, local_findings
from workers.sandbox import image
from workers.sandbox.launch import UnavailableError


@pytest.mark.docker
def test_docker_isolates_all_that_it_should() -> None:
    image.ensure()
    found = {finding.subject: finding for finding in docker_findings(image.DEFAULT_IMAGE, "")}
    bad = [finding for finding in found.values() if finding.mark is not Mark.GOOD]
    assert not bad
    assert {"daemon", "image", "container", "no network", "limit on memory", "limit on processes"} <= set(
        found
    )
    # The lab's 32 and the harness's 16, less the probe itself and what it counts in.
    count = int(found["limit on processes"].detail.split()[0])
    assert 32 <= count < 48 < TOO_MANY_PROCESSES


def test_the_local_sandbox_is_tried_too() -> None:
    found = {finding.subject: finding for finding in local_findings()}
    assert found["sandbox"].mark is Mark.GOOD
    assert "user namespace" in found
    assert found["limit on memory"].mark is Mark.WEAK


def test_a_refused_namespace_is_told_with_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(spec: object) -> None:
        raise UnavailableError("unshare user: Operation not permitted")

    monkeypatch.setattr("workers.cli.examine.launched", refused)
    found = list(local_findings())
    user = next(finding for finding in found if finding.subject == "user namespace")
    assert user.mark is Mark.WEAK
    assert "Operation not permitted" in user.detail
    assert "kernel.apparmor_restrict_unprivileged_userns" in user.advice
    assert found[-1].mark is Mark.MISSING


def test_without_docker_it_says_so_and_the_rest_is_tried(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOCKER_HOST", "unix:///no/such/docker.sock")
    result = run("doctor")
    assert result.exit_code == 0, result.output
    assert "No Docker daemon answers" in result.stdout
    assert "Submissions can run in the local sandbox only" in result.stdout
