"""The program that is measured, alone and in a plain container: what everything else is compared with."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from graders.content import load_course
from graders.job import Job
from graders.lab import Lab
from graders.limits import Limits
from scripts.bench.timing import Sustained, median_of, sustain
from workers.sandbox import room

ROOT = Path(__file__).parents[2]
COURSE = ROOT / "courses" / "shared-data"
PROGRAM = COURSE / "labs" / "counter" / "submissions" / "passed" / "with_lock.py"
IMAGE = "interleave-sandbox"


def lab() -> Lab:
    """Return the lab of the textbook's counter."""
    return next(lab for lab in load_course(COURSE).items if isinstance(lab, Lab) and lab.slug == "counter")


def job() -> Job:
    """Return a job that hands the right counter in."""
    wanted = lab()
    return Job(wanted, {wanted.file: PROGRAM.read_text()}, wanted.file, seed=7)


def plain_seconds(times: int) -> float:
    """Return the median of running the program with this machine's Python, nothing else."""
    return median_of(times, partial(_run, [sys.executable, "-I", str(PROGRAM)]))


def container_seconds(times: int) -> float:
    """Return the median of ``docker run --rm`` of the program under a lab's default limits."""
    with _command() as command:
        return median_of(times, partial(_run, command))


def containers_per_second(in_flight: int, seconds: float) -> Sustained:
    """Return how many ``docker run --rm`` a second there are with so many at once."""
    with _command() as command:
        return sustain(in_flight, seconds, partial(_run, command))


@contextmanager
def _command() -> Iterator[list[str]]:
    """Give the command of a container like ours, with the program where it can be read."""
    limits = Limits()
    memory = str(room.memory_bytes(limits))
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        (Path(folder) / "counter.py").write_text(PROGRAM.read_text())
        yield [
            *("docker", "run", "--rm", "--network=none", "--read-only", "--cap-drop=ALL", "--user=64101"),
            *(f"--memory={memory}", f"--memory-swap={memory}", f"--cpus={limits.cpus}"),
            *(f"--pids-limit={room.processes(limits)}", f"--tmpfs=/tmp:size={limits.tmp_bytes}"),
            *("--security-opt=no-new-privileges", f"--volume={folder}:/program:ro"),
            *(IMAGE, "python3", "-I", "/program/counter.py"),
        ]


def _run(command: list[str]) -> None:
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)
    if done.stdout.split()[-1] != "100":
        raise RuntimeError(f"the right counter printed {done.stdout!r}")
