"""The hostile programs of this folder, as `manifest.toml` lists them."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any

from graders.handin import read_files
from graders.job import Job
from graders.lab import ExploreBudget, Lab
from graders.verdict import Verdict
from tests.graders.course.shipped import LABS

FOLDER = Path(__file__).parent
MANIFEST = FOLDER / "manifest.toml"
RIGHT = FOLDER.parents[1] / "courses" / "shared-data" / "labs" / "counter" / "submissions/passed/with_lock.py"


@dataclass(frozen=True, slots=True)
class Attack:
    """One hostile program."""

    path: str
    """From this folder; the folder it lies in is its kind."""
    lab: str
    kind: str
    tries: str
    verdicts: tuple[Verdict, ...]
    """The right ones."""
    open: str = ""
    """Why it may get `passed` all the same; empty: it must not."""
    gvisor: tuple[Verdict, ...] = ()
    """Further ones that are right where gVisor is the kernel."""
    also: dict[str, str] = field(default_factory=dict)
    """Further files that are handed in with it, by name."""

    def right(self, runtime: str) -> tuple[Verdict, ...]:
        """Return the verdicts that are right under a container runtime."""
        return self.verdicts + (self.gvisor if runtime == "runsc" else ())

    @property
    def source(self) -> str:
        """The program."""
        return (FOLDER / self.path).read_text()

    def job(self, seed: int) -> Job:
        """Return the job, made as the service makes it from what is handed in."""
        lab = small(self.lab)
        parts = {lab.file or "counter.py": self.source, **self.also}
        files, main = read_files([(name, text.encode()) for name, text in parts.items()], lab)
        return Job(lab, files, main, seed)


@cache
def attacks() -> tuple[Attack, ...]:
    """Return the manifest, in its order."""
    entries = tomllib.loads(MANIFEST.read_text())["attack"]
    return tuple(
        Attack(**entry | {key: _verdicts(entry, key) for key in ("verdicts", "gvisor")}) for entry in entries
    )


def _verdicts(entry: dict[str, Any], key: str) -> tuple[Verdict, ...]:
    return tuple(map(Verdict, entry.get(key, ())))


@cache
def small(slug: str) -> Lab:
    """Return a lab of the course with limits that are soon reached: nobody waits for a bomb."""
    lab = next(lab for lab in LABS if lab.slug == slug)
    limits = replace(lab.limits, run_seconds=1.5, wall_seconds=12.0)
    return replace(lab, limits=limits, free_runs=2, explore=ExploreBudget(runs=30, seconds=1.0))


def right_job(seed: int) -> Job:
    """Return a job that must pass, and is soon done."""
    lab = replace(small("counter"), free_runs=1, explore=ExploreBudget(runs=4, seconds=1.0))
    return Job(lab, {lab.file: RIGHT.read_text()}, lab.file, seed)
