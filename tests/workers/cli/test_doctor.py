"""`interleave doctor`: tried for real on this machine."""

from __future__ import annotations

import json
import os
from contextlib import nullcontext
from types import SimpleNamespace

import pytest

from graders.limits import Limits
from graders.report import Check, Report
from graders.verdict import Verdict
from tests.workers.cli.conftest import Run
from workers.cli import boundaries, examine
from workers.cli.examine import TOO_MANY_PROCESSES, docker_findings, local_findings
from workers.cli.findings import Mark
from workers.sandbox import image
from workers.sandbox.launch import UnavailableError
from workers.sandbox.stub import StubKind


@pytest.mark.docker
def test_docker_isolates_all_that_it_should() -> None:
    name = os.environ.get("INTERLEAVE_SANDBOX_IMAGE") or image.DEFAULT_IMAGE
    image.ensure(name)
    found = {finding.subject: finding for finding in docker_findings(name, "")}
    uids = found.pop("uids outside the host's")
    assert uids.mark is Mark.GOOD or "userns-remap" in uids.advice
    assert not [finding for finding in found.values() if finding.mark is not Mark.GOOD]
    limits = {"limit on memory", "limit on processes", "read-only file system", "bounded /tmp"}
    walls = {wall.subject for wall in boundaries.WALLS.values()}
    assert {"daemon", "image", "container"} | limits | walls <= set(found)
    # The lab's 32 and the harness's 16, less the probe itself and what it counts in.
    count = int(found["limit on processes"].detail.split()[0])
    assert 32 <= count < 48 < TOO_MANY_PROCESSES


def test_the_local_sandbox_is_tried_too() -> None:
    found = {finding.subject: finding for finding in local_findings()}
    assert found["sandbox"].mark is Mark.GOOD
    assert "user namespace" in found
    assert found["limit on memory"].mark is Mark.WEAK
    assert {wall.subject for wall in boundaries.WALLS.values()} <= set(found)


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


def outcome(output: str) -> StubKind:
    check = Check("ends", "Ends", Verdict.PASSED, 1, 1)
    return StubKind(Report.of("doctor/walls", [check], output=output))


def test_each_wall_that_does_not_hold_is_told_with_what_was_reached_and_what_to_do() -> None:
    reached = {name: [f"way {number}" for number in range(7)] for name in boundaries.WALLS}
    found = list(boundaries.tried(outcome(json.dumps(reached)).open(Limits()), Mark.MISSING))
    assert [finding.subject for finding in found] == [wall.subject for wall in boundaries.WALLS.values()]
    for finding, wall in zip(found, boundaries.WALLS.values(), strict=True):
        assert finding.mark is (Mark.WEAK if wall.weak else Mark.MISSING)
        assert finding.detail == "way 0, way 1, way 2, way 3, way 4 and 2 more"
        assert finding.advice == wall.advice


def test_a_wall_that_nothing_is_known_of_does_not_count_as_one_that_holds() -> None:
    found = list(boundaries.tried(outcome("{}").open(Limits()), Mark.MISSING))
    assert {finding.mark for finding in found} == {Mark.MISSING, Mark.WEAK}
    (only,) = boundaries.tried(outcome("Traceback").open(Limits()), Mark.MISSING)
    assert "could not be tried" in only.detail


@pytest.mark.parametrize(
    ("options", "mark", "detail"),
    [
        (["name=seccomp,profile=default"], Mark.WEAK, "the host's root"),
        (["name=seccomp,profile=default", "name=userns"], Mark.GOOD, "userns-remap"),
        (["name=rootless", "name=cgroupns"], Mark.GOOD, "rootless"),
        (None, Mark.WEAK, "the host's root"),
    ],
)
def test_whose_uids_a_sandbox_has_is_told(
    monkeypatch: pytest.MonkeyPatch, options: list[str] | None, mark: Mark, detail: str
) -> None:
    client = SimpleNamespace(info=lambda: {"SecurityOptions": options})
    monkeypatch.setattr("workers.sandbox.engine.daemon", lambda: nullcontext(client))
    finding = examine._uids_finding()
    assert finding.mark is mark
    assert detail in finding.detail
