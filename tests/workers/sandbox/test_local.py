"""The local sandbox: its ladder, an ordinary user's one, and that nothing outlives the worker."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import textwrap
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from graders.errors import SandboxError
from graders.job import Event
from graders.limits import Limits
from graders.verdict import Verdict
from tests.workers.sandbox.jobs import RIGHT, job_of, probe_of
from workers.sandbox.confine.spec import Spec
from workers.sandbox.interpreter import our_environment
from workers.sandbox.launch import UnavailableError, launched
from workers.sandbox.local import LADDER, WORDS, LocalKind, describe, spec_for

REPOSITORY = Path(__file__).resolve().parents[3]
AS_ROOT = os.geteuid() == 0
NOBODY = 65534


def test_a_course_does_not_get_it_unless_told() -> None:
    refusing = LocalKind("course")
    problem = refusing.problem()
    assert problem is not None
    assert "INTERLEAVE_ALLOW_LOCAL_SANDBOX" in problem
    with pytest.raises(SandboxError, match="for trying out"), refusing.open(Limits()):
        pass
    assert LocalKind("course", allowed=True).problem() is None
    assert LocalKind("embedded").problem() is None


def test_the_report_names_what_held_and_warns_of_what_did_not() -> None:
    full = describe(spec_for(LADDER[0], Limits()))
    assert {"user-namespace", "pid-namespace", "network-namespace", "mount-namespace"} <= set(full.isolation)
    assert "memory together" in full.warning
    nothing = describe(spec_for((), Limits()))
    assert not [name for name in nothing.isolation if name.endswith("namespace")]
    for name, words in WORDS.items():
        assert (words in nothing.warning) == (name not in nothing.isolation)


@pytest.mark.parametrize("step", [LADDER[2], LADDER[4]], ids=["no file system of its own", "limits alone"])
def test_on_a_lower_step_programs_are_still_graded(step: tuple[str, ...]) -> None:
    kind = LocalKind(ladder=(step,))
    with kind.open(Limits()) as sandbox:
        report = sandbox.grade(job_of(RIGHT))
    assert report.verdict is Verdict.PASSED
    assert report.sandbox is not None
    assert "pid-namespace" not in report.sandbox.isolation


def test_a_step_that_is_not_to_be_had_is_left_out_from_then_on(monkeypatch: pytest.MonkeyPatch) -> None:
    impossible = ("user", "mount", "pid")
    kind = LocalKind(ladder=(impossible, LADDER[2]))
    # A file is no folder to bind: the kernel refuses this root.
    monkeypatch.setattr("workers.sandbox.local.graders_folder", lambda: "/no/such/folder")
    for _ in range(2):
        with kind.open(Limits()) as sandbox:
            assert "mount-namespace" not in sandbox.info.isolation
    assert list(kind.refused) == [impossible]
    assert "/no/such/folder" in kind.refused[impossible]


def test_when_no_step_is_left_the_reasons_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("workers.sandbox.local.graders_folder", lambda: "/no/such/folder")
    kind = LocalKind(ladder=(LADDER[0],))
    with pytest.raises(SandboxError, match="/no/such/folder"), kind.open(Limits()):
        pass


def test_a_command_that_cannot_start_is_told() -> None:
    spec = Spec((), command=("/no/such/program",), environment=our_environment())
    with pytest.raises(UnavailableError, match="No such file"), launched(spec):
        pass


def test_the_interpreters_home_is_shown_and_nothing_beside_it() -> None:
    job = probe_of(
        """
        import os, sys
        prefix = os.path.realpath(sys.base_prefix)
        parents = []
        while prefix not in ("/", "/usr"):
            prefix, child = os.path.split(prefix)
            if prefix not in ("/", "/usr"):
                parents.append(sorted(os.listdir(prefix)) == [child])
        site = [path for path in sys.path if path.endswith("-packages") and os.path.isdir(path)]
        tell(parents=parents, packages=sorted({name for path in site for name in os.listdir(path)}))
        """
    )
    with LocalKind(ladder=(LADDER[0],)).open(Limits()) as sandbox:
        report = sandbox.grade(job)
    found = json.loads(report.output.splitlines()[-1])
    assert all(found["parents"])
    assert found["packages"] == ["graders"]


def test_a_harness_that_is_killed_is_our_fault() -> None:
    def kill(event: Event) -> None:
        if event.event == "started":
            (harness,) = [pid for pid in descendants(os.getpid()) if is_first_of_its_namespace(pid)]
            os.kill(harness, signal.SIGKILL)

    died = pytest.raises(SandboxError, match="ended without a report")
    with LocalKind().open(Limits()) as sandbox, died:
        sandbox.grade(probe_of("import time\ntime.sleep(60)"), kill)


def test_nothing_outlives_a_worker_that_is_killed() -> None:
    script = """
        import sys, time
        from graders.limits import Limits
        from workers.sandbox.local import LocalKind
        from tests.workers.sandbox.jobs import probe_of
        with LocalKind().open(Limits()) as sandbox:
            job = probe_of("import time; time.sleep(60)")
            sandbox.grade(job, lambda event: print(event.event, flush=True))
    """
    worker = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(script)],
        stdout=subprocess.PIPE,
        env=os.environ | {"PYTHONPATH": str(REPOSITORY)},
    )
    with worker:
        assert worker.stdout is not None
        assert worker.stdout.readline() == b"started\n"
        below = descendants(worker.pid)
        assert len(below) >= 2
        worker.kill()
    wait_until(lambda: not [pid for pid in below if runs(pid)])


@pytest.fixture
def for_all() -> Iterator[Path]:
    """A copy of our packages that every user can read, wherever the repository lies."""
    folder = Path(tempfile.mkdtemp(prefix="interleave-test-"))
    for package in ("graders", "workers"):
        ignore = shutil.ignore_patterns("__pycache__")
        shutil.copytree(REPOSITORY / package, folder / package, ignore=ignore)
    shutil.copytree(REPOSITORY / "tests/workers/sandbox", folder / "tests/workers/sandbox")
    subprocess.run(["chmod", "-R", "a+rX", str(folder)], check=True)
    yield folder
    shutil.rmtree(folder)


def test_an_ordinary_user_gets_namespaces_with_a_single_uid(for_all: Path) -> None:
    answer = as_ordinary_user(
        for_all,
        """
        with LocalKind().open(Limits()) as sandbox:
            report = sandbox.grade(job_of(RIGHT))
        assert report.verdict == "passed", report
        with LocalKind().open(Limits()) as sandbox:
            probe = probe_of('''
                import os, signal
                try:
                    os.kill(1, signal.SIGKILL)
                    os.kill(1, signal.SIGSTOP)
                except OSError: pass
                reached = []
                for name in ("mem", "environ", "fd/0"):
                    try:
                        open(f"/proc/1/{name}", "rb").read(1)
                        reached.append(name)
                    except OSError: pass
                tell(reached=reached, pids=len([n for n in os.listdir("/proc") if n.isdecimal()]))
            ''')
            walls = told(sandbox.grade(probe))
        print(json.dumps({"isolation": report.sandbox.isolation, "warning": report.sandbox.warning, **walls}))
        """,
    )
    assert "uid" not in answer["isolation"]
    assert {"user-namespace", "pid-namespace", "mount-namespace", "network-namespace"} <= set(
        answer["isolation"]
    )
    assert "another uid" in answer["warning"]
    assert answer["reached"] == []
    assert answer["pids"] <= 3


def as_ordinary_user(folder: Path, script: str) -> dict[str, Any]:
    head = """
        import json
        from graders.limits import Limits
        from workers.sandbox.local import LocalKind
        from tests.workers.sandbox.jobs import *
    """
    done = subprocess.run(
        [python_for_all(), "-c", textwrap.dedent(head) + textwrap.dedent(script)],
        capture_output=True,
        text=True,
        cwd="/",
        env={"PATH": os.defpath, "PYTHONPATH": str(folder), "PYTHONDONTWRITEBYTECODE": "1"},
        timeout=120,
        check=False,
        **({"user": NOBODY, "group": NOBODY, "extra_groups": ()} if AS_ROOT else {}),
    )
    assert done.returncode == 0, done.stderr
    answer: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return answer


def python_for_all() -> str:
    """A Python that an ordinary user can start: ours, unless it lies in a home that is closed to others."""
    if not AS_ROOT:
        return sys.executable
    for python in (sys.executable, "/usr/bin/python3"):
        try:
            subprocess.run(
                [python, "-c", "from enum import StrEnum"],
                check=True,
                capture_output=True,
                user=NOBODY,
                group=NOBODY,
                extra_groups=(),
                cwd="/",
            )
        except (OSError, subprocess.CalledProcessError):
            continue
        return python
    pytest.skip("needs Python 3.11 or newer that ordinary users can start")


def descendants(root: int) -> set[int]:
    found: set[int] = set()
    for task in Path(f"/proc/{root}/task").glob("*/children"):
        for child in map(int, task.read_text().split()):
            found |= {child} | descendants(child)
    return found


def is_first_of_its_namespace(pid: int) -> bool:
    status = Path(f"/proc/{pid}/status").read_text()
    (numbers,) = [line for line in status.splitlines() if line.startswith("NSpid:")]
    return numbers.split()[2:] == ["1"]


def runs(pid: int) -> bool:
    try:
        return ") Z" not in Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return False


def wait_until(condition: Callable[[], bool], seconds: float = 10.0) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not come true in time"
        time.sleep(0.05)
