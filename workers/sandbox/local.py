"""The sandbox for trying out: Linux namespaces and resource limits, as far as this machine allows."""

from __future__ import annotations

import logging
import os
import random
import re
import sys
from collections.abc import Callable, Collection, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from graders.errors import SandboxError
from graders.job import Event, Job
from graders.limits import Limits
from graders.report import Report, SandboxInfo
from workers.sandbox.confine.spec import NewRoot, Spec
from workers.sandbox.conversation import Conversation
from workers.sandbox.interpreter import base_interpreter, graders_folder, our_environment, run_module
from workers.sandbox.launch import UnavailableError, launched

log = logging.getLogger(__name__)

READY_SECONDS = 60.0
WORK_BYTES = 4 * 1024**2
HARNESS_PROCESSES = 16
HARNESS_FILES = 512
MACHINE_GUARD = 8192
"""Processes of one uid where a sandbox's own cannot be counted: a fork bomb leaves the machine some air."""
ADDRESS_SPACE = 2 * 1024**3
"""Beside the lab's memory: what a process with many threads reserves and never touches."""

LADDER: tuple[tuple[str, ...], ...] = (
    ("user", "mount", "pid", "network", "ipc", "uts"),
    ("mount", "pid", "network", "ipc", "uts"),
    ("user", "network", "ipc", "uts"),
    ("network", "ipc", "uts"),
    (),
)
"""Namespaces to try for, best first. Without a user namespace only root gets the others."""

WORDS = {
    "uid": "another uid for programs than for the grader",
    "user-namespace": "uids of their own",
    "mount-namespace": "a file system of their own",
    "pid-namespace": "process numbers of their own",
    "network-namespace": "being cut off from the network",
    "ipc-namespace": "System V memory and queues of their own",
    "uts-namespace": "a host name of their own",
    "process-limit": "a number of processes that the kernel enforces",
    "memory-limit": "a limit on all their memory together that the kernel enforces",
}
"""What may stand in `SandboxInfo.isolation`, and how it is told. The last one no local sandbox has."""

_CHANGES_UID = 1 << 5 | 1 << 6 | 1 << 7
"""The capabilities KILL, SETGID and SETUID."""


class LocalKind:
    """Makes local sandboxes. The first one that is opened finds out what this machine allows."""

    name = "local"

    def __init__(
        self,
        deployment: str = "embedded",
        *,
        allowed: bool = False,
        ladder: tuple[tuple[str, ...], ...] = LADDER,
    ) -> None:
        """`allowed`: a course deployment may use it all the same."""
        self._forbidden = deployment == "course" and not allowed
        self._ladder = ladder
        self.refused: dict[tuple[str, ...], str] = {}
        """The steps of the ladder that were not to be had, and why."""

    def problem(self) -> str | None:
        """Why this machine, or this deployment, cannot use it."""
        if not sys.platform.startswith("linux"):
            return "The local sandbox needs Linux: use Docker."
        if self._forbidden:
            return (
                "The local sandbox is for trying out, not for a course: use Docker, "
                "or set INTERLEAVE_ALLOW_LOCAL_SANDBOX=true if you know why."
            )
        return None

    @contextmanager
    def open(self, limits: Limits) -> Iterator[LocalSandbox]:
        """Start a sandbox on the best step of the ladder that holds; everything ends with the context."""
        if trouble := self.problem():
            raise SandboxError(trouble)
        with ExitStack() as stack:
            spec, conversation = self._climb(stack, limits)
            conversation.wait_ready(READY_SECONDS)
            yield LocalSandbox(conversation, describe(spec))

    def made_of(self) -> str:
        """Return nothing: it is made of this installation, which does not change under a running worker."""
        return ""

    def reap(self, alive: Collection[str] | None, older_than: float) -> list[str]:
        """Remove nothing: all of a local sandbox ends with its worker, by the kernel's doing."""
        del alive, older_than
        return []

    def _climb(self, stack: ExitStack, limits: Limits) -> tuple[Spec, Conversation]:
        for step in self._ladder:
            if step in self.refused:
                continue
            spec = spec_for(step, limits)
            try:
                return spec, stack.enter_context(launched(spec))
            except UnavailableError as problem:
                log.info("local sandbox without %s: %s", ", ".join(step), problem)
                self.refused[step] = str(problem)
        raise SandboxError("; ".join(self.refused.values()) or "no step of the ladder is left")


@dataclass
class LocalSandbox:
    """A harness in namespaces that waits for its one job."""

    conversation: Conversation
    info: SandboxInfo
    used: bool = False

    def grade(self, job: Job, on_event: Callable[[Event], None] = lambda _: None) -> Report:
        """Run the job; raises `InfrastructureError`."""
        if self.used:
            raise SandboxError("a sandbox serves one job")
        self.used = True
        return self.conversation.hold(job, on_event).within(self.info)


def spec_for(namespaces: tuple[str, ...], limits: Limits, command: tuple[str, ...] = ()) -> Spec:
    """Return the launcher's orders for one step of the ladder; `command` replaces the harness."""
    root, harness, environment = None, run_module("graders.harness"), our_environment()
    if {"mount", "pid"} <= set(namespaces):
        python = base_interpreter()
        root = NewRoot(python.prefixes, python.site, graders_folder(), limits.tmp_bytes, WORK_BYTES)
        harness = (python.executable, "-I", "-m", "graders.harness")
        del environment["PYTHONPATH"]
    return Spec(
        namespaces=namespaces,
        command=command or harness,
        environment=environment,
        root=root,
        rlimits=_rlimits(limits, counts_apart=_counts_apart(namespaces)),
        cpus=_some_cpus(limits.cpus),
    )


def describe(spec: Spec) -> SandboxInfo:
    """Say what holds in a sandbox made to `spec`, and warn of what does not."""
    held = {f"{name}-namespace" for name in spec.namespaces}
    held |= {"uid"} if _may_change_uid() else set()
    held |= {"process-limit"} if _counts_apart(spec.namespaces) else set()
    missing = "; ".join(words for name, words in WORDS.items() if name not in held)
    trying = "The local sandbox is for trying out, not for a course."
    return SandboxInfo(
        kind="local",
        isolation=tuple(name for name in WORDS if name in held),
        warning=f"{trying} Programs here do not have: {missing}.",
    )


def _rlimits(limits: Limits, *, counts_apart: bool) -> dict[str, int]:
    rlimits = {
        "RLIMIT_CORE": 0,
        "RLIMIT_NOFILE": limits.open_files + HARNESS_FILES,
        "RLIMIT_FSIZE": limits.tmp_bytes,
        "RLIMIT_AS": limits.memory_bytes + ADDRESS_SPACE,
    }
    rlimits["RLIMIT_NPROC"] = limits.processes + HARNESS_PROCESSES if counts_apart else MACHINE_GUARD
    return rlimits


def _counts_apart(namespaces: tuple[str, ...]) -> bool:
    """Whether the processes of one sandbox are counted by themselves.

    Before Linux 5.14, and without a user namespace, every process of the uid on the machine counts.
    """
    return "user" in namespaces and _kernel() >= (5, 14)


def _kernel() -> tuple[int, int]:
    major, minor = re.findall(r"\d+", os.uname().release)[:2]
    return int(major), int(minor)


def _some_cpus(number: int) -> tuple[int, ...]:
    """Choose at random, so that sandboxes side by side do not all take the first ones."""
    available = sorted(os.sched_getaffinity(0))
    return tuple(random.SystemRandom().sample(available, min(number, len(available))))


def _may_change_uid() -> bool:
    status = Path("/proc/self/status").read_text()
    effective = int(re.findall(r"^CapEff:\s*(\w+)", status, re.MULTILINE)[0], 16)
    return os.geteuid() == 0 and effective & _CHANGES_UID == _CHANGES_UID
