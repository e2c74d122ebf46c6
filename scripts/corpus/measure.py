"""Measured beside the gradings: replays of witnesses, explored runs per second, memory of the harness."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
import threading
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path

from graders.errors import InfrastructureError
from graders.job import Job
from graders.lab import Lab
from scripts.corpus.manifest import Program
from scripts.corpus.outcomes import Outcome
from workers.sandbox.base import SandboxKind

MOST_REPLAYS = 100
CALL_SECONDS = 120.0
RATE_SECONDS = 3.0
SAMPLE_SECONDS = 0.01
_ROOT = Path(__file__).parents[2]
_INTERLEAVE = (sys.executable, "-m", "workers.cli")


def replays(
    outcomes: Sequence[Outcome], labs: Mapping[str, Lab], sandbox: str | None
) -> tuple[int, int] | None:
    """Replay up to 100 witnesses; return how many gave the same verdict, and of how many.

    `None` where there is no such command.
    """
    help_ = _call([*_INTERLEAVE, "replay", "--help"])
    if help_ is None or help_.returncode != 0:
        return None
    where = ["--sandbox", sandbox] if sandbox and "--sandbox" in help_.stdout else []
    chosen = [outcome for outcome in outcomes if outcome.replayable][:MOST_REPLAYS]
    again = sum(_replay(outcome, labs[outcome.program.lab].file, where) for outcome in chosen)
    return again, len(chosen)


def _replay(outcome: Outcome, file: str, options: Sequence[str]) -> bool:
    assert outcome.report
    with tempfile.TemporaryDirectory() as place:
        report, program = Path(place, "report.json"), Path(place, file)
        report.write_text(json.dumps(outcome.report.to_json()), encoding="utf-8")
        program.write_text(outcome.program.source(), encoding="utf-8")
        done = _call([*_INTERLEAVE, "replay", *options, str(report), str(program)])
        return done is not None and done.returncode == 0


def runs_per_second(image: str = "") -> float | None:
    """Return how many explored runs of the textbook's ten processes one core makes in a second.

    In a container of `image`, on whose Python programs are explored there, else on this one; in a process
    that holds nothing but the graders. `None` when it fails.
    """
    command = [sys.executable, "-m", "scripts.corpus.rate", str(RATE_SECONDS)]
    if image:
        place = Path(__file__).with_name("rate.py")
        mounted = ["--volume", f"{place}:/rate.py:ro", image, "python3", "/rate.py", str(RATE_SECONDS)]
        command = ["docker", "run", "--rm", "--network", "none", *mounted]
    done = _call(command)
    return float(done.stdout) if done and done.returncode == 0 else None


def _call(command: Sequence[str]) -> subprocess.CompletedProcess[str] | None:
    """Run a command of this repository; `None` when it does not end in time."""
    environment = os.environ | {"PYTHONPATH": str(_ROOT)}
    try:
        return subprocess.run(
            command,
            cwd=_ROOT,
            env=environment,
            capture_output=True,
            text=True,
            timeout=CALL_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return None


def memory_mb(kind: SandboxKind, lab: Lab, program: Program) -> float | None:
    """Return the most memory, in MB, that a local sandbox's processes held together while grading.

    The sum of the proportional set sizes of everything that this process has started, sampled.
    `None` when nothing can be read: it needs the rights of root, as the students' uid is another.
    """
    seen: list[int] = []
    over = threading.Event()

    def sample() -> None:
        while not over.wait(SAMPLE_SECONDS):
            seen.append(sum(map(proportional_kb, descendants(os.getpid()))))

    watcher = threading.Thread(target=sample)
    watcher.start()
    try:
        with kind.open(lab.limits) as sandbox:
            sandbox.grade(Job(lab, {lab.file: program.source()}, lab.file, seed=1))
    except InfrastructureError:
        return None
    finally:
        over.set()
        watcher.join()
    most = max(seen, default=0)
    return most * 1024 / 1e6 if most else None


def descendants(root: int) -> list[int]:
    """Return the processes below `root`, as /proc shows them now."""
    children: dict[int, list[int]] = defaultdict(list)
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal():
            # The name in parentheses may hold anything, so the fields are counted from its end.
            fields = _read(entry / "stat").rpartition(")")[2].split()
            if fields:
                children[int(fields[1])].append(int(entry.name))
    found, todo = [], [root]
    while todo:
        below = children[todo.pop()]
        found += below
        todo += below
    return found


def proportional_kb(pid: int) -> int:
    """Return the proportional set size of a process, in KiB; 0 when it is gone or not ours to read."""
    match = re.search(r"^Pss:\s+(\d+) kB", _read(Path(f"/proc/{pid}/smaps_rollup")), re.MULTILINE)
    return int(match[1]) if match else 0


def _read(path: Path) -> str:
    try:
        return path.read_text()
    except OSError:
        return ""  # It has ended meanwhile.
