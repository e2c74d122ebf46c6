"""The course deployment, really started: graded in containers, restarted, scaled, and taken down."""

from __future__ import annotations

import json
import os
import re
import secrets
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

pytestmark = [pytest.mark.compose, pytest.mark.timeout(900)]

REPOSITORY = Path(__file__).parents[2]
SAMPLES = REPOSITORY / "courses/shared-data/labs/counter/submissions"


class Project:
    """One deployment under a name and a port of its own."""

    def __init__(self) -> None:
        self.name = f"interleave-test-{secrets.token_hex(4)}"
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.address = f"http://127.0.0.1:{self.port}"

    def compose(self, *arguments: str) -> str:
        environment = {**os.environ, "INTERLEAVE_PORT": str(self.port), "INTERLEAVE_BIND": "127.0.0.1"}
        done = subprocess.run(
            ["docker", "compose", "--ansi", "never", "-p", self.name, *arguments],
            cwd=REPOSITORY,
            env=environment,
            capture_output=True,
            text=True,
            timeout=600,
            check=False,
        )
        assert done.returncode == 0, (
            f"{arguments} ended with {done.returncode}:\n{done.stdout}\n{done.stderr}"
        )
        return done.stdout

    def interleave(self, *arguments: str) -> str:
        return self.compose("exec", "-T", "--user", "64000", "worker", "interleave", *arguments).strip()

    def containers(self, service: str) -> list[dict[str, Any]]:
        listed = self.compose("ps", "--all", "--format", "json", service)
        return [json.loads(line) for line in listed.splitlines()]

    def hand_in(self, token: str, path: Path) -> str:
        answer = requests.post(
            f"{self.address}/api/v1/courses/shared-data/labs/counter/submissions",
            headers={"Authorization": f"Bearer {token}"},
            files={"files": ("counter.py", path.read_bytes())},
            timeout=30,
        )
        assert answer.status_code == 202, answer.text
        return answer.headers["Location"]

    def wait(self, token: str, location: str) -> dict[str, Any]:
        deadline = time.monotonic() + 180
        while time.monotonic() < deadline:
            answer = requests.get(
                location, params={"wait": 20}, headers={"Authorization": f"Bearer {token}"}, timeout=60
            )
            submission: dict[str, Any] = answer.json()
            if submission["state"] not in {"queued", "running"}:
                return submission
        raise AssertionError(f"{location} was not graded: {self.compose('logs', 'worker', 'beat')}")


@pytest.fixture(scope="module")
def project() -> Iterator[Project]:
    project = Project()
    try:
        # The images are built once for all tests, see scripts/prepare-tests.
        project.compose("up", "--wait", "--no-build")
        yield project
    finally:
        project.compose("down", "--volumes", "--timeout", "10")
        left = subprocess.run(
            ["docker", "ps", "-aq", "--filter", f"label=com.docker.compose.project={project.name}"],
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        volumes = subprocess.run(
            ["docker", "volume", "ls", "-q", "--filter", f"label=com.docker.compose.project={project.name}"],
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        assert (left, volumes) == ("", "")


@pytest.fixture(scope="module")
def token(project: Project) -> str:
    project.interleave("user", "add", "ada", "--student", "shared-data")
    return project.interleave("user", "token", "ada")


def test_the_first_administrator_is_told_once_and_can_log_in(project: Project) -> None:
    told = re.findall(r"Login admin, password (\S+)", project.compose("logs", "migrate"))
    assert len(told) == 1
    with requests.Session() as browser:
        page = browser.get(f"{project.address}/login", timeout=30).text
        guard = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
        assert guard
        answer = browser.post(
            f"{project.address}/login",
            data={"login": "admin", "password": told[0], "csrf_token": guard[1]},
            headers={"Referer": f"{project.address}/login"},
            timeout=30,
        )
        assert answer.status_code == 200
        assert not answer.url.endswith("/login")


@pytest.mark.parametrize(
    ("verdict", "sample"), [("passed", "with_lock.py"), ("deadlock", "never_released.py")]
)
def test_a_program_is_graded_in_a_container(project: Project, token: str, verdict: str, sample: str) -> None:
    submission = project.wait(token, project.hand_in(token, SAMPLES / verdict / sample))
    assert submission["verdict"] == verdict
    assert submission["report"]["sandbox"]["kind"] == "docker"
    assert submission["attempts"] == 1


def test_our_own_containers_are_confined_and_not_root(project: Project) -> None:
    for service, uid in {"web": "64000", "worker": "64000", "beat": "64000"}.items():
        (container,) = project.containers(service)
        (inspected,) = json.loads(
            subprocess.run(["docker", "inspect", container["ID"]], capture_output=True, check=True).stdout
        )
        host = inspected["HostConfig"]
        assert host["ReadonlyRootfs"], service
        assert host["CapDrop"] == ["ALL"], service
        assert "no-new-privileges:true" in host["SecurityOpt"], service
        status = project.compose("exec", "-T", service, "sh", "-c", "cat /proc/[0-9]*/status")
        running = re.findall(r"Name:\s+(celery|gunicorn)\n(?:.*\n)*?Uid:\s+(\d+)", status)
        assert running, status
        assert {found for _, found in running} == {uid}, service
    sockets = [
        service
        for service in ("web", "beat", "worker", "docker")
        if "/docker.sock"
        in subprocess.run(
            ["docker", "inspect", "--format", "{{json .Mounts}}", project.containers(service)[0]["ID"]],
            capture_output=True,
            text=True,
            check=True,
        ).stdout
    ]
    assert sockets == ["docker"]
    proxy = "/run/interleave/docker/docker.sock"
    assert project.compose("exec", "-T", "worker", "stat", "-c", "%U %a", proxy).split() == [
        "interleave",
        "660",
    ]


def test_a_worker_that_was_taken_over_gets_no_more_than_sandboxes_from_docker(project: Project) -> None:
    script = (
        "import docker, json\n"
        "client, tried = docker.from_env(), {}\n"
        "def attempt(name, act):\n"
        "    try: act(); tried[name] = 'done'\n"
        "    except docker.errors.APIError as problem: tried[name] = problem.status_code\n"
        "run = lambda **rest: client.containers.create('interleave-sandbox', name='interleave-x', **rest)\n"
        "attempt('privileged', lambda: run(privileged=True))\n"
        "attempt('bind', lambda: run(volumes=['/:/host']))\n"
        "attempt('plain', run)\n"
        "attempt('exec', lambda: client.api.exec_create('interleave-x', ['id']))\n"
        "attempt('pull', lambda: client.api.pull('debian'))\n"
        "tried['seen'] = [found['Image'] for found in client.api.containers(all=True)]\n"
        "print(json.dumps(tried))"
    )
    told = json.loads(project.compose("exec", "-T", "worker", "python3", "-c", script))
    assert not [
        image for image in told.pop("seen") if not image.startswith(("interleave-sandbox", "sha256:"))
    ]
    assert set(told.values()) == {403}
    mounted = project.compose("exec", "-T", "worker", "cat", "/proc/mounts")
    assert "/var/run/docker.sock" not in mounted


def test_secrets_are_in_no_environment_and_no_process_list(project: Project) -> None:
    password = project.compose(
        "exec", "-T", "postgres", "cat", "/run/interleave/stores/postgres_password"
    ).strip()
    assert len(password) >= 32
    for service in ("web", "worker", "postgres", "redis"):
        seen = project.compose("exec", "-T", service, "sh", "-c", "cat /proc/[0-9]*/cmdline; env")
        assert password not in seen


def test_a_restarted_worker_and_two_more_lose_nothing(project: Project, token: str) -> None:
    waiting = [project.hand_in(token, SAMPLES / "passed" / "with_lock.py") for _ in range(3)]
    project.compose("restart", "worker")
    project.compose("up", "--wait", "--no-build", "--scale", "worker=3")
    assert [container["Health"] for container in project.containers("worker")] == ["healthy"] * 3
    for location in waiting:
        submission = project.wait(token, location)
        assert submission["verdict"] == "passed"
    assert project.compose("logs", "migrate").count("password") == 1


def test_the_stores_are_killed_with_submissions_on_their_way(project: Project, token: str) -> None:
    waiting = [project.hand_in(token, SAMPLES / "passed" / "with_lock.py") for _ in range(3)]
    project.compose("kill", "redis", "postgres")
    project.compose("up", "--wait", "--no-build", "--scale", "worker=3")
    for location in waiting:
        submission = project.wait(token, location)
        assert submission["verdict"] == "passed"
