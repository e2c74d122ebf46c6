"""Runs the real harness as a process, the way a sandbox does."""

from __future__ import annotations

import os
import resource
import shutil
import subprocess
import sys
import tempfile
import textwrap
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from graders.harness.capabilities import STUDENT_UID
from graders.harness.privileges import tasks_of
from graders.job import Event, Job
from graders.lab import CallGroup, CheckSpec, ExploreBudget, FunctionSpec, Lab, Range, Style
from graders.limits import Limits
from graders.report import Check, Report

ROOT = Path(__file__).resolve().parents[3]
NOBODY = 65534
MOST_PROCESSES = 150

NO_EXPLORING = ExploreBudget(0, 0.0)
"""These tests are about free runs; the explored ones have their own."""


def program_lab(free_runs: int = 1, adds: int = 100, **limits: Any) -> Lab:
    """The counter: ten processes, and an integer that ends 100 higher."""
    checks = (
        CheckSpec("value", "Ends right", 4, "final-value", {"adds": adds}),
        CheckSpec("ends", "Ends", 4, "finishes"),
    )
    given = Limits(**{"run_seconds": 10.0, **limits})
    return Lab(
        "course",
        "counter",
        "Counter",
        Style.PROGRAM,
        "counter.py",
        "",
        "",
        checks,
        given,
        free_runs=free_runs,
        explore=NO_EXPLORING,
    )


def function_lab(spec: FunctionSpec | None = None, free_runs: int = 2, **limits: Any) -> Lab:
    """The increment: F(r, lock) adds ten in every process."""
    function = spec or FunctionSpec(
        "F", {"r": Range(100, 999)}, ("lock",), (CallGroup(Range(3, 6), ("r", "lock"), {"r": 10}),)
    )
    checks = (
        CheckSpec("value", "Ends right", 4, "final-value"),
        CheckSpec("ends", "Ends", 4, "finishes"),
    )
    return Lab(
        "course",
        "increment",
        "Increment",
        Style.FUNCTION,
        "increment.py",
        "",
        "",
        checks,
        Limits(**{"run_seconds": 10.0, **limits}),
        free_runs=free_runs,
        explore=NO_EXPLORING,
        function=function,
    )


@dataclass
class Served:
    """What the harness said."""

    events: list[Event] = field(default_factory=list)
    status: int = 0
    seconds: float = 0.0
    """From `started` to the end."""
    ended: float = 0.0
    """When that was, on the monotonic clock."""

    @property
    def report(self) -> Report:
        last = self.events[-1]
        assert last.report is not None, last
        return last.report

    @property
    def verdict(self) -> str:
        return self.report.verdict.value

    def check(self, name: str) -> Check:
        return next(check for check in self.report.checks if check.id == name)

    def message(self, name: str = "ends") -> str:
        return self.check(name).message


def grade(source: str, lab: Lab | None = None, seed: int = 7, mode: str = "namespace") -> Served:
    """Grade one program, indented as it may be, in the best isolation this user can have."""
    lab = lab or program_lab()
    job = Job(lab, {lab.file: textwrap.dedent(source)}, lab.file, seed)
    return serve(job.encode(), mode)


def serve(line: bytes, mode: str = "namespace") -> Served:
    """Give the harness one line and read all it says."""
    served = Served()
    with started(mode) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        served.events.append(Event.decode(process.stdout.readline()))
        process.stdin.write(line)
        process.stdin.close()
        begin = time.monotonic()
        for said in process.stdout:
            event = Event.decode(said)
            served.events.append(event)
            if event.event == "started":
                begin = time.monotonic()
        served.ended = time.monotonic()
        served.seconds = served.ended - begin
        served.status = process.wait(10)
    return served


@contextmanager
def started(mode: str = "namespace") -> Iterator[subprocess.Popen[bytes]]:
    """Start the harness in one of four ways.

    In a PID ``namespace`` of its own; ``plain``, directly on the machine; as an ordinary ``user``; or
    as one in a user namespace that maps a ``single`` uid.
    """
    command = [python(), "-m", "graders.harness"]
    if mode in ("namespace", "single"):
        own = ["--user", "--map-root-user"] if os.geteuid() != 0 or mode == "single" else []
        mounts = "mount -t tmpfs -o mode=1777 none /tmp && mount -t tmpfs -o mode=1777 none /dev/shm"
        script = f'{mounts} && exec "$@"'
        unshare = ["unshare", *own, "--pid", "--fork", "--kill-child", "--mount-proc"]
        command = [*unshare, "sh", "-c", script, "sh", *command]
    uid = NOBODY if mode in ("user", "single") and os.geteuid() == 0 else None
    with subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=_copy(),
        user=uid,
        group=uid,
        extra_groups=None if uid is None else (),
        env={"PATH": "/usr/bin:/bin:/usr/sbin:/sbin"},
        preexec_fn=_bound_processes,
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def _bound_processes() -> None:
    """Keep a fork bomb that the harness should fail to end from taking the machine."""
    uid = STUDENT_UID if os.geteuid() == 0 else os.geteuid()
    bound = tasks_of(uid) + MOST_PROCESSES
    resource.setrlimit(resource.RLIMIT_NPROC, (bound, bound))


@cache
def python() -> str:
    """A Python that every uid may start: this one may lie in a closed home directory."""
    if os.geteuid() != 0:
        return sys.executable
    reachable = subprocess.run(["/usr/bin/python3", "--version"], capture_output=True, text=True, check=True)
    assert tuple(map(int, reachable.stdout.split()[1].split(".")[:2])) >= (3, 11)
    return "/usr/bin/python3"


@cache
def _copy() -> str:
    """A copy of the package that every uid may read, wherever the repository lies."""
    # Not in /tmp: a namespace has a /tmp of its own.
    folder = tempfile.TemporaryDirectory(prefix="interleave-test-", dir="/var/tmp")
    _KEPT.append(folder)
    Path(folder.name).chmod(0o755)
    skipped = shutil.ignore_patterns("__pycache__")
    shutil.copytree(ROOT / "graders", Path(folder.name) / "graders", ignore=skipped)
    for path in Path(folder.name).rglob("*"):
        path.chmod(0o755 if path.is_dir() else 0o644)
    return folder.name


_KEPT: list[tempfile.TemporaryDirectory[str]] = []


def processes_holding(word: str) -> list[int]:
    """Return the processes of this machine whose command line holds `word`."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal():
            try:
                line = (entry / "cmdline").read_bytes()
            except (FileNotFoundError, ProcessLookupError):
                continue
            if word.encode() in line:
                found.append(int(entry.name))
    return found
