"""What a sandbox could leave behind on the machine and in the worker, counted."""

from __future__ import annotations

import gc
import os
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from workers.sandbox import engine

STUDENT_UIDS = {64100, 64101}
SCRATCH = ("/tmp", "/dev/shm", "/dev/mqueue", "/var/tmp")


@dataclass(frozen=True, slots=True)
class Trace:
    """What Docker made for one container, by which its remains are known."""

    container: str
    first_pid: int
    folders: tuple[str, ...]
    volumes: tuple[str, ...]

    @classmethod
    def of(cls, container: str) -> Trace:
        """Look at a container that runs."""
        with engine.daemon() as client:
            found: dict[str, Any] = client.api.inspect_container(container)
        layers = found.get("GraphDriver", {}).get("Data") or {}
        return cls(
            container=found["Id"],
            first_pid=found["State"]["Pid"],
            folders=tuple(
                sorted({layers[key] for key in ("MergedDir", "UpperDir", "WorkDir") if key in layers})
            ),
            volumes=tuple(mount["Name"] for mount in found["Mounts"] if "Name" in mount),
        )


def of_container(trace: Trace) -> list[str]:
    """Return what is left of a container: itself, its processes, mounts, folders, groups and volumes."""
    with engine.daemon() as client:
        there = [found["Id"] for found in client.api.containers(all=True)]
    left = [f"container {name[:12]}" for name in there if name == trace.container]
    left += [f"process {pid}: {words}" for pid, words in _processes(trace.container)]
    mounted = Path("/proc/self/mountinfo").read_text()
    left += [f"mount {folder}" for folder in trace.folders if folder in mounted]
    left += [f"folder {folder}" for folder in trace.folders if os.path.exists(folder)]
    left += [f"cgroup {path}" for path in Path("/sys/fs/cgroup").glob(f"*/docker/{trace.container}")]
    left += [f"volume {name}" for name in trace.volumes if name in _volumes()]
    return left


def _processes(container: str) -> list[tuple[int, str]]:
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if container in (folder / "cgroup").read_text():
                found.append((int(folder.name), (folder / "comm").read_text().strip()))
        except OSError:
            continue
    return found


@dataclass(frozen=True, slots=True)
class Census:
    """What is counted before and after."""

    files: frozenset[str]
    """Of the sandbox's uids, in the machine's own places for passing files."""
    threads: frozenset[str]
    descriptors: int
    children: frozenset[str]
    volumes: frozenset[str]

    def more_than(self, before: Census) -> list[str]:
        """Return what was not there before."""
        left = [f"file {name}" for name in self.files - before.files]
        left += [f"thread {name}" for name in self.threads - before.threads]
        left += [f"child {pid}" for pid in self.children - before.children]
        left += [f"volume {name}" for name in self.volumes - before.volumes]
        grown = self.descriptors - before.descriptors
        return left + ([f"{grown} descriptors"] if grown > 0 else [])


def census() -> Census:
    """Count now."""
    volumes = _volumes()
    gc.collect()  # The Docker client leaves its last connection to the collector.
    own = os.getpid()
    return Census(
        files=frozenset(_files()),
        threads=frozenset(thread.name for thread in threading.enumerate()),
        descriptors=len(os.listdir("/proc/self/fd")),
        children=frozenset(Path(f"/proc/{own}/task/{own}/children").read_text().split()),
        volumes=volumes,
    )


def _volumes() -> frozenset[str]:
    # A client of its own: the pool of one that stays keeps some more connections after each call.
    with engine.daemon() as client:
        return frozenset(volume["Name"] for volume in client.api.volumes()["Volumes"] or ())


def _files() -> list[str]:
    found = []
    for folder in SCRATCH:
        if os.path.isdir(folder):
            with os.scandir(folder) as entries:
                for entry in entries:
                    try:
                        # A harness without a sandbox, of some other test, works in folders of that name.
                        other = entry.name.startswith("interleave-")
                        if not other and entry.stat(follow_symlinks=False).st_uid in STUDENT_UIDS:
                            found.append(entry.path)
                    except FileNotFoundError:
                        continue
    return found
