"""What the doctor finds out, one finding at a time."""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import workers.sandbox
from graders.errors import InfrastructureError
from graders.limits import Limits
from workers.cli import boundaries
from workers.cli.choose import outdated
from workers.cli.findings import Finding, Mark
from workers.sandbox import engine
from workers.sandbox.confine.kernel import NAMESPACES
from workers.sandbox.confine.spec import Spec
from workers.sandbox.docker import DockerKind
from workers.sandbox.interpreter import base_interpreter, our_environment
from workers.sandbox.launch import UnavailableError, launched
from workers.sandbox.local import LADDER, LocalKind, describe, spec_for

SMALL = Limits(memory_bytes=64 * 1024**2, processes=32, tmp_bytes=8 * 1024**2)
"""Limits that are quickly run into."""
TOO_MUCH_MEMORY = 256 * 1024**2
TOO_MANY_PROCESSES = 128
_PROBE = Path(workers.sandbox.__file__).with_name("probe.py")
_PROBE_SECONDS = 60.0


def machine_findings() -> Iterator[Finding]:
    """What kind of machine this is."""
    yield Finding("Linux", Mark.GOOD, f"{platform.release()}, {platform.machine()}")
    yield Finding("Python", Mark.GOOD, platform.python_version())
    yield Finding("CPUs", Mark.GOOD, str(len(os.sched_getaffinity(0))))
    groups = Path("/sys/fs/cgroup")
    version = "2" if (groups / "cgroup.controllers").exists() else "1" if (groups / "memory").exists() else ""
    advice = "" if version else "mount /sys/fs/cgroup; Docker needs it for its limits"
    yield Finding(
        "control groups", Mark.GOOD if version else Mark.WEAK, f"version {version}" if version else "", advice
    )


def docker_findings(name: str, runtime: str) -> Iterator[Finding]:
    """Try Docker from the daemon to a container that runs into its limits."""
    if trouble := engine.problem_of_daemon():
        yield Finding("daemon", Mark.MISSING, advice=trouble)
        return
    yield Finding("daemon", Mark.GOOD, _engine())
    kind = DockerKind(name, runtime, command=("python3", "-I", "-c", *_probe_arguments()))
    if trouble := kind.problem():
        yield Finding("image and runtime", Mark.MISSING, advice=trouble)
        return
    yield _image_finding(name)
    try:
        with kind.open(SMALL) as sandbox:
            found = json.loads(sandbox.conversation.greeting)
            yield Finding("container", Mark.GOOD, f"runtime {sandbox.info.runtime}")
            yield from _findings(found, Mark.MISSING)
        yield from boundaries.tried(DockerKind(name, runtime).open(Limits()), Mark.MISSING)
        yield _uids_finding()
    except InfrastructureError as problem:
        yield Finding("container", Mark.MISSING, advice=str(problem))


def local_findings() -> Iterator[Finding]:
    """Try each namespace by itself, then the whole sandbox."""
    for name in NAMESPACES:
        alone = (name,) if os.geteuid() == 0 or name == "user" else ("user", name)
        yield _namespace_finding(name, alone)
    for step in LADDER:
        with suppress(UnavailableError):
            spec = spec_for(step, SMALL, (base_interpreter().executable, "-I", "-c", *_probe_arguments()))
            with launched(spec) as conversation:
                conversation.wait_ready(_PROBE_SECONDS)
                yield Finding(
                    "sandbox", Mark.GOOD, ", ".join(describe(spec).isolation) or "resource limits alone"
                )
                yield from _findings(json.loads(conversation.greeting), Mark.WEAK)
            yield from boundaries.tried(LocalKind(ladder=(step,)).open(Limits()), Mark.WEAK)
            return
    yield Finding(
        "sandbox", Mark.MISSING, advice=LocalKind().problem() or "no step of isolation is to be had"
    )


def _probe_arguments() -> tuple[str, ...]:
    return (_PROBE.read_text(), str(TOO_MANY_PROCESSES), str(TOO_MUCH_MEMORY))


def _namespace_finding(name: str, namespaces: tuple[str, ...]) -> Finding:
    spec = Spec(namespaces, command=("/bin/true",), environment=our_environment())
    try:
        with launched(spec):
            return Finding(f"{name} namespace", Mark.GOOD)
    except InfrastructureError as problem:
        advice = ""
        if name == "user":
            advice = (
                "allow user namespaces (sysctl kernel.unprivileged_userns_clone=1, on Ubuntu "
                "kernel.apparmor_restrict_unprivileged_userns=0), or use Docker"
            )
        return Finding(f"{name} namespace", Mark.WEAK, str(problem), advice)


def _engine() -> str:
    with engine.daemon() as client, engine.as_sandbox_errors():
        version: dict[str, Any] = client.version()
    return f"version {version['Version']}"


def _uids_finding() -> Finding:
    """Whether the sandbox's uids, root's among them, are nobody's on the host."""
    with engine.daemon() as client, engine.as_sandbox_errors():
        options = [str(option) for option in client.info().get("SecurityOptions") or ()]
    found = [
        name for name in ("rootless", "userns") if f"name={name}" in {o.partition(",")[0] for o in options}
    ]
    if found:
        return Finding(
            "uids outside the host's", Mark.GOOD, "rootless" if "rootless" in found else "userns-remap"
        )
    advice = 'set "userns-remap": "default" in /etc/docker/daemon.json and restart Docker, or run it rootless'
    return Finding("uids outside the host's", Mark.WEAK, "root in a container is the host's root", advice)


def _image_finding(name: str) -> Finding:
    if not outdated(name):
        return Finding("image", Mark.GOOD, name)
    return Finding(
        "image",
        Mark.WEAK,
        f"{name} is older than the graders here",
        "python -m workers.sandbox.image builds it anew",
    )


def _findings(found: dict[str, Any], serious: Mark) -> Iterator[Finding]:
    """Judge what a probe found; `serious` marks what a course must not do without."""

    def finding(
        subject: str, holds: bool, detail: str = "", advice: str = "", mark: Mark = serious
    ) -> Finding:
        return Finding(subject, Mark.GOOD if holds else mark, detail, "" if holds else advice)

    yield finding("programs under another uid", found["uid"], advice="start as root, or use Docker")
    yield finding("process numbers of its own", found["pid"])
    yield finding("read-only file system", found["read_only"])
    bounded = found["processes"] < TOO_MANY_PROCESSES
    detail = f"{found['processes']} processes, then refused" if bounded else "more than allowed"
    yield finding("limit on processes", bounded, detail, "the pids control group is needed")
    held = not found["memory"]
    yield finding(
        "limit on memory", held, "" if held else "not by the kernel; the grader watches", _MEMORY_ADVICE
    )
    yield finding("bounded /tmp", found["tmp"] <= SMALL.tmp_bytes, f"{found['tmp'] // 1024**2} MiB")


_MEMORY_ADVICE = "Docker needs the memory control group (on a Raspberry Pi: cgroup_enable=memory at boot)"
