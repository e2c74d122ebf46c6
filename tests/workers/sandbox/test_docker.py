"""The Docker sandbox: what confines it, and that nothing is left of it on any path."""

from __future__ import annotations

import re
import threading
import time
import uuid
from dataclasses import replace
from pathlib import Path

import docker
import pytest

from graders.errors import ProtocolError, SandboxError
from graders.job import Event, Job
from graders.limits import Limits
from service.settings import Settings
from tests.workers.sandbox.conftest import containers_of
from tests.workers.sandbox.jobs import probe_of
from workers.sandbox import engine, room, seccomp
from workers.sandbox.choice import choose_for
from workers.sandbox.docker import DockerKind, options
from workers.sandbox.ownership import deployment_id
from workers.sandbox.reaper import reap

MIB = 1024**2
READY = f"print({Event('ready').encode().decode().strip()!r}, flush=True)\n"


def test_every_limit_of_the_lab_is_in_the_options() -> None:
    limits = Limits(cpus=3, memory_bytes=100 * MIB, processes=20, tmp_bytes=5 * MIB, open_files=99)
    made = options(limits)
    assert made["nano_cpus"] == 3_000_000_000
    assert made["mem_limit"] == made["memswap_limit"] == 164 * MIB
    assert made["pids_limit"] == 36
    assert f"size={5 * MIB}" in made["tmpfs"]["/tmp"]
    assert f"size={5 * MIB}" in made["tmpfs"]["/dev/shm"]
    assert {limit.name: limit.hard for limit in made["ulimits"]} == {
        "nofile": 611,
        "core": 0,
        "fsize": 5 * MIB,
    }


def test_gvisors_own_threads_are_not_the_programs() -> None:
    limits = Limits(processes=20)
    assert options(limits, "runsc")["pids_limit"] - options(limits)["pids_limit"] == 512


def test_a_container_gets_no_more_than_it_needs() -> None:
    made = options(Limits())
    assert made["network_mode"] == "none"
    assert made["read_only"]
    assert made["cap_drop"] == ["ALL"]
    assert made["cap_add"] == ["SETUID", "SETGID", "KILL"]
    assert made["security_opt"] == ["no-new-privileges", seccomp.security_option()]
    assert all({"nosuid", "nodev", "noexec"} <= set(mount.split(",")) for mount in made["tmpfs"].values())


@pytest.mark.docker
def test_the_daemon_was_told_all_of_it(docker_kind: DockerKind, docker_client: docker.DockerClient) -> None:
    with docker_kind.open(Limits()):
        (container,) = containers_of(docker_client, docker_kind.owner)
        made = docker_client.api.inspect_container(container)
    config, host = made["Config"], made["HostConfig"]
    assert config["Labels"]["interleave"] == "sandbox"
    assert config["Labels"]["interleave.image"] == made["Image"]
    assert abs(int(config["Labels"]["interleave.created"]) - time.time()) < 60
    assert host["NetworkMode"] == "none"
    assert host["ReadonlyRootfs"]
    assert host["LogConfig"]["Type"] == "none"
    assert host["IpcMode"] == "private"
    assert host["PidsLimit"] == 80
    assert host["Memory"] == host["MemorySwap"] == 320 * MIB
    assert host["NanoCpus"] == 2_000_000_000
    assert not host["Binds"]
    assert not made["Mounts"]


@pytest.mark.docker
def test_a_container_that_is_killed_in_mid_run_is_our_fault(
    docker_kind: DockerKind, docker_client: docker.DockerClient
) -> None:
    def kill(event: Event) -> None:
        if event.event == "started":
            docker_client.api.kill(containers_of(docker_client, docker_kind.owner)[0])

    died = pytest.raises(SandboxError, match=r"ended without a report.*exit status 137")
    with docker_kind.open(Limits()) as sandbox, died:
        sandbox.grade(probe_of("import time\ntime.sleep(60)"), kill)
    assert not containers_of(docker_client, docker_kind.owner)


@pytest.mark.docker
@pytest.mark.parametrize(
    ("command", "message"),
    [
        (("no-such-program",), "no-such-program"),
        (("python3", "-c", "import sys; sys.exit('no graders here')"), "no graders here"),
        (("python3", "-c", "import time; time.sleep(60)"), "did not get ready within 1 s"),
        (("python3", "-c", "print('hello')"), "not an event"),
    ],
    ids=["no program", "no harness", "silence", "garbage"],
)
def test_a_sandbox_that_does_not_open_leaves_no_container(
    docker_kind: DockerKind,
    docker_client: docker.DockerClient,
    monkeypatch: pytest.MonkeyPatch,
    command: tuple[str, ...],
    message: str,
) -> None:
    if "1 s" in message:
        monkeypatch.setattr(room, "READY_SECONDS", 1.0)
    broken = replace(docker_kind, command=command)
    with pytest.raises((SandboxError, ProtocolError), match=message), broken.open(Limits()):
        pass
    assert not containers_of(docker_client, docker_kind.owner)


@pytest.mark.docker
@pytest.mark.parametrize("exception", [KeyboardInterrupt, SystemExit, ZeroDivisionError])
def test_no_exception_leaves_a_container(
    docker_kind: DockerKind, docker_client: docker.DockerClient, exception: type[BaseException]
) -> None:
    seen = []

    def fail_inside() -> None:
        with docker_kind.open(Limits()):
            seen.extend(containers_of(docker_client, docker_kind.owner))
            raise exception

    with pytest.raises(exception):
        fail_inside()
    assert len(seen) == 1
    assert not containers_of(docker_client, docker_kind.owner)


@pytest.mark.docker
def test_an_interruption_while_the_container_is_made_leaves_none(
    docker_kind: DockerKind, docker_client: docker.DockerClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(client: docker.DockerClient, container: str) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(engine, "attach", interrupted)
    with pytest.raises(KeyboardInterrupt), docker_kind.open(Limits()):
        pass
    assert not containers_of(docker_client, docker_kind.owner)


@pytest.mark.docker
def test_a_hostile_harness_cannot_flood_the_worker(
    docker_kind: DockerKind, docker_client: docker.DockerClient, job: Job
) -> None:
    flood = READY + "import sys\nwhile True: sys.stdout.write('x' * 65536)"
    hostile = replace(docker_kind, command=("python3", "-c", flood))
    with pytest.raises(ProtocolError, match="a line of more than"), hostile.open(Limits()) as sandbox:
        sandbox.grade(job)
    assert not containers_of(docker_client, docker_kind.owner)


@pytest.mark.docker
def test_a_container_that_somebody_else_removed_is_fine(
    docker_kind: DockerKind, docker_client: docker.DockerClient
) -> None:
    with docker_kind.open(Limits()):
        engine.remove(docker_client, containers_of(docker_client, docker_kind.owner)[0])


@pytest.mark.docker
def test_sandboxes_work_side_by_side_from_several_threads(docker_kind: DockerKind) -> None:
    names: list[str] = []

    def one() -> None:
        with docker_kind.open(Limits()) as sandbox:
            report = sandbox.grade(probe_of("tell(ok=True)"))
            names.append(report.verdict)

    threads = [threading.Thread(target=one) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert names == ["passed"] * 3


@pytest.mark.docker
def test_a_missing_image_is_told_with_what_to_do(owner: str) -> None:
    kind = DockerKind("interleave-no-such-image", owner=owner)
    problem = kind.problem()
    assert problem is not None
    assert "docker build --target sandbox --tag interleave-no-such-image ." in problem
    with pytest.raises(SandboxError, match="docker build --target sandbox"), kind.open(Limits()):
        pass


@pytest.mark.docker
def test_an_unknown_runtime_is_told_with_the_known_ones(sandbox_image: str) -> None:
    problem = DockerKind(sandbox_image, runtime="no-such-runtime").problem()
    assert problem is not None
    assert "'no-such-runtime'" in problem
    assert "runc" in problem


@pytest.mark.docker
def test_docker_that_is_there_is_no_problem(sandbox_image: str) -> None:
    assert DockerKind(sandbox_image).problem() is None


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("unix:///no/such/docker.sock", "No Docker daemon answers"),
        ("tcp://127.0.0.1:1", "No Docker daemon answers"),
        ("ssh://somewhere", "ssh"),
        ("nonsense", "No Docker daemon answers"),
    ],
)
def test_a_daemon_that_is_not_there_is_told_at_once(
    monkeypatch: pytest.MonkeyPatch, address: str, words: str
) -> None:
    monkeypatch.setenv("DOCKER_HOST", address)
    began = time.monotonic()
    problem = DockerKind().problem()
    assert problem is not None
    assert words in problem
    assert "\n" not in problem
    assert time.monotonic() - began < 4
    if "ssh" not in address:
        with pytest.raises(SandboxError), DockerKind().open(Limits()):
            pass


@pytest.fixture
def label(monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """A label of this test's own: the sandboxes of a service on this machine are not to be reaped."""
    monkeypatch.setattr(engine, "LABEL_VALUE", f"test-{uuid.uuid4().hex}")
    return {engine.LABEL: engine.LABEL_VALUE}


@pytest.mark.docker
def test_the_reaper_removes_what_nobody_owns_and_leaves_the_rest_and_other_deployments(
    sandbox_image: str, docker_client: docker.DockerClient, owner: str, label: dict[str, str]
) -> None:
    names = {}
    for name, who, age, where in (
        ("young", "gone", 10, "here"),
        ("orphan", "gone", 500, "here"),
        ("ours", owner, 500, "here"),
        ("old", owner, 9000, "here"),
        ("theirs", "another's worker", 500, "there"),
        ("theirs, old", "another's worker", 9000, "there"),
    ):
        labels = label | {
            engine.OWNER_LABEL: who,
            engine.DEPLOYMENT_LABEL: where,
            engine.CREATED_LABEL: str(int(time.time()) - age),
        }
        made = docker_client.containers.create(sandbox_image, ["sleep", "60"], labels=labels)
        made.start()
        names[name] = made.name
    try:
        assert set(reap("here", {owner}, older_than=8000)) == {names["orphan"], names["old"]}
        left = docker_client.api.containers(
            all=True, filters={"label": f"{engine.LABEL}={engine.LABEL_VALUE}"}
        )
        stay = {names[name] for name in ("young", "ours", "theirs", "theirs, old")}
        assert {found["Names"][0].lstrip("/") for found in left} == stay
    finally:
        for name in names.values():
            engine.remove(docker_client, str(name))


@pytest.mark.docker
def test_the_reaper_removes_what_has_ended_even_without_an_owner(
    sandbox_image: str, docker_client: docker.DockerClient, label: dict[str, str]
) -> None:
    """A command line that was killed: the harness has seen the end of its input, and ended."""
    labels = label | {engine.CREATED_LABEL: str(int(time.time()) - 500)}
    ended = docker_client.containers.create(sandbox_image, ["true"], labels=labels)
    asleep = docker_client.containers.create(sandbox_image, ["sleep", "60"], labels=labels)
    try:
        for container in (ended, asleep):
            container.start()
        ended.wait()
        assert reap("here", set(), older_than=8000) == [ended.name]
    finally:
        for container in (ended, asleep):
            engine.remove(docker_client, str(container.id))


@pytest.mark.docker
def test_a_container_that_vanishes_in_mid_run_is_our_fault(
    docker_kind: DockerKind, docker_client: docker.DockerClient
) -> None:
    def vanish(event: Event) -> None:
        if event.event == "started":
            engine.remove(docker_client, containers_of(docker_client, docker_kind.owner)[0])

    died = pytest.raises(SandboxError, match=r"ended without a report.*cannot be looked at")
    with docker_kind.open(Limits()) as sandbox, died:
        sandbox.grade(probe_of("import time\ntime.sleep(60)"), vanish)


@pytest.mark.docker
def test_a_container_names_its_worker_and_its_deployment(
    sandbox_image: str, docker_client: docker.DockerClient, owner: str
) -> None:
    kind = choose_for(Settings(sandbox="docker", database_url="postgresql://u:secret@host/here"), owner)
    with kind.open(Limits()):
        (container,) = containers_of(docker_client, owner)
        labels = docker_client.containers.get(container).labels
    assert labels[engine.OWNER_LABEL] == owner
    assert labels[engine.DEPLOYMENT_LABEL] == deployment_id(
        Settings(database_url="postgresql://u:secret@host/here")
    )


def test_each_database_makes_a_deployment_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    relative, absolute = "sqlite:///interleave.db", f"sqlite:///{tmp_path}/interleave.db"
    assert deployment_id(Settings(database_url=relative)) == deployment_id(Settings(database_url=absolute))
    others = ("postgresql://u:one@host/here", "postgresql://u:two@host/here", "postgresql://u:one@host/there")
    found = {deployment_id(Settings(database_url=address)) for address in (relative, *others)}
    assert len(found) == 4
    assert all(re.fullmatch("[0-9a-f]{16}", name) for name in found)
