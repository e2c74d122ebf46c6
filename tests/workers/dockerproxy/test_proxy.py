"""A worker that was taken over, with the real daemon behind the proxy: it can grade, and nothing else."""

from __future__ import annotations

import io
import json
import socket
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import docker
import pytest
from docker.errors import APIError

from graders.limits import Limits
from graders.verdict import Verdict
from tests.workers.dockerproxy.bodies import HOSTILE, asked, changed
from tests.workers.sandbox.conftest import containers_of
from tests.workers.sandbox.jobs import RIGHT, job_of
from workers.sandbox import engine
from workers.sandbox.docker import DockerKind
from workers.sandbox.reaper import reap

pytestmark = pytest.mark.docker


def names_of(client: docker.DockerClient) -> set[str]:
    return {name for found in client.api.containers(all=True) for name in found["Names"]}


@pytest.fixture
def kind(sandbox_image: str, proxy: Path, monkeypatch: pytest.MonkeyPatch) -> DockerKind:
    monkeypatch.setenv("DOCKER_HOST", f"unix://{proxy}")
    return DockerKind(sandbox_image, owner=f"test-{uuid.uuid4().hex[:8]}")


@pytest.fixture
def stranger(direct: docker.DockerClient, sandbox_image: str) -> Iterator[str]:
    """A container of somebody else's."""
    made = direct.containers.create(sandbox_image, ["sleep", "60"], labels={"interleave": "other"})
    yield str(made.id)
    engine.remove(direct, str(made.id))


def test_a_program_is_graded_through_it_and_nothing_is_left(
    kind: DockerKind, direct: docker.DockerClient
) -> None:
    assert kind.problem() is None
    with kind.open(Limits()) as sandbox:
        assert len(containers_of(direct, kind.owner)) == 1
        report = sandbox.grade(job_of(RIGHT))
    assert report.verdict is Verdict.PASSED
    assert containers_of(direct, kind.owner) == []


def test_a_large_job_goes_in_and_a_large_report_comes_out(kind: DockerKind) -> None:
    with kind.open(Limits()) as sandbox:
        report = sandbox.grade(job_of(RIGHT + "#" * 900_000 + "\nprint('x' * 60_000)\n"))
    assert len(report.output) > 60_000


def test_the_reaper_works_through_it(kind: DockerKind, direct: docker.DockerClient) -> None:
    with kind.open(Limits()):
        (container,) = containers_of(direct, kind.owner)
        name = direct.api.inspect_container(container)["Name"].lstrip("/")
        assert name not in reap("elsewhere", {kind.owner}, older_than=3600)


@pytest.mark.parametrize("what", HOSTILE)
def test_a_worker_cannot_start_a_container_with(
    what: str, worker: docker.DockerClient, direct: docker.DockerClient, sandbox_image: str
) -> None:
    name = f"interleave-hostile-{uuid.uuid4().hex[:8]}"
    body = changed(changed(asked(), ("Image",), sandbox_image), ("HostConfig", "Runtime"), "runc")
    path, value = HOSTILE[what]
    before = names_of(direct)
    with pytest.raises(APIError, match=r"interleave's Docker proxy: .*is (not|missing)") as caught:
        create(worker, name, changed(body, path, value))
    assert caught.value.status_code == 403
    assert f"/{name}" not in names_of(direct) - before


def create(client: docker.DockerClient, name: str, body: dict[str, Any]) -> str:
    answer = client.api._post_json(client.api._url("/containers/create"), data=body, params={"name": name})
    client.api._raise_for_status(answer)
    return str(answer.json()["Id"])


def test_the_body_that_the_attacks_start_from_is_a_good_one(
    worker: docker.DockerClient, direct: docker.DockerClient, sandbox_image: str
) -> None:
    body = changed(changed(asked(), ("Image",), sandbox_image), ("HostConfig", "Runtime"), "runc")
    made = create(worker, f"interleave-good-{uuid.uuid4().hex[:8]}", body)
    try:
        assert direct.api.inspect_container(made)["HostConfig"]["NetworkMode"] == "none"
    finally:
        worker.api.remove_container(made, force=True)
    assert made not in [found["Id"] for found in direct.api.containers(all=True)]


def test_a_worker_cannot_touch_or_see_containers_of_others(
    worker: docker.DockerClient, stranger: str
) -> None:
    api = worker.api
    assert stranger not in [found["Id"] for found in api.containers(all=True)]
    for touch in (api.inspect_container, api.start, api.kill, api.stop, api.wait, api.remove_container):
        with pytest.raises(APIError) as caught:
            touch(stranger)
        assert caught.value.status_code == 403
    with pytest.raises(APIError, match="none of the workers'"):
        api.attach_socket(stranger, params={"stdin": 1, "stream": 1})


def test_a_worker_cannot_run_anything_in_a_container_that_runs(
    kind: DockerKind, worker: docker.DockerClient, direct: docker.DockerClient
) -> None:
    with kind.open(Limits()):
        (container,) = containers_of(direct, kind.owner)
        with pytest.raises(APIError) as caught:
            worker.api.exec_create(container, ["id"], privileged=True)
        assert caught.value.status_code == 403
        for touch in (worker.api.logs, worker.api.top, worker.api.commit, worker.api.diff):
            with pytest.raises(APIError) as caught:
                touch(container)
            assert caught.value.status_code == 403
        with pytest.raises(APIError):
            list(worker.api.export(container))
        with pytest.raises(APIError):
            worker.api.update_container(container, mem_limit="2g")
        with pytest.raises(APIError):
            worker.api.get_archive(container, "/etc/shadow")


def test_a_worker_cannot_build_pull_list_or_remove_images(
    worker: docker.DockerClient, sandbox_image: str
) -> None:
    for touch in (
        lambda: worker.images.list(),
        lambda: worker.images.get("debian:trixie-slim"),
        lambda: worker.api.pull("debian", tag="trixie-slim"),
        lambda: worker.api.remove_image(sandbox_image),
        lambda: worker.api.tag(sandbox_image, "other"),
        lambda: list(worker.api.build(fileobj=io.BytesIO(b"FROM scratch"))),
        lambda: worker.volumes.create("x"),
        lambda: worker.networks.create("x"),
        lambda: worker.swarm.init(),
    ):
        with pytest.raises(APIError) as caught:
            touch()
        assert caught.value.status_code == 403
    assert worker.images.get(sandbox_image).id


def said(proxy: Path, text: bytes) -> bytes:
    with socket.socket(socket.AF_UNIX) as client:
        client.settimeout(20)
        client.connect(str(proxy))
        client.sendall(text)
        answer = b""
        while piece := client.recv(65536):
            answer += piece
        return answer


def test_a_second_request_on_the_same_connection_is_not_heard(proxy: Path) -> None:
    answer = said(proxy, b"GET /_ping HTTP/1.1\r\nHost: d\r\n\r\nGET /events HTTP/1.1\r\nHost: d\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 200")
    assert answer.count(b"HTTP/1.1") == 1
    assert answer.endswith(b"OK")


def test_nonsense_is_answered_and_the_proxy_lives_on(proxy: Path) -> None:
    assert said(proxy, b"\x16\x03\x01\r\n\r\n").startswith(b"HTTP/1.1 400")
    body = b'{"Image": NaN}'
    head = b"POST /containers/create?name=interleave-x HTTP/1.1\r\nContent-Length: %d\r\n\r\n" % len(body)
    answer = said(proxy, head + body)
    assert answer.startswith(b"HTTP/1.1 400")
    assert "cannot be read" in json.loads(answer.partition(b"\r\n\r\n")[2])["message"]
    assert said(proxy, b"GET /_ping HTTP/1.1\r\n\r\n").endswith(b"OK")


def test_a_container_that_does_not_exist_is_not_found(worker: docker.DockerClient) -> None:
    engine.remove(worker, "interleave-no-such-container")
    with pytest.raises(docker.errors.NotFound):
        worker.api.inspect_container("interleave-no-such-container")
