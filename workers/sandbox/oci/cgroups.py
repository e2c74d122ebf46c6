"""The control groups of containers, by their name, under version 1, version 2 and both at once.

The runtime makes one group of the container's name right below each hierarchy it uses.
"""

from __future__ import annotations

import os
import signal
from contextlib import suppress
from pathlib import Path

ROOT = Path("/sys/fs/cgroup")


def groups(name: str, root: Path = ROOT) -> list[Path]:
    """Return the folders of the container's group that are there: one, or one in each hierarchy."""
    return [folder for folder in (root / name, *root.glob(f"*/{name}")) if folder.is_dir()]


def kill(name: str, root: Path = ROOT) -> int:
    """Kill every process in the group, of a container the whole container; returns how many there were."""
    pids = {pid for folder in groups(name, root) for pid in _processes(folder)}
    for pid in pids:
        # It may end by itself before we come to it.
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    return len(pids)


def remove(name: str, root: Path = ROOT) -> None:
    """Remove the group once nothing runs in it; raises `OSError` when something still does."""
    for folder in groups(name, root):
        with suppress(FileNotFoundError):
            folder.rmdir()


def counts_swap(root: Path = ROOT) -> bool:
    """Whether the kernel can limit swap: version 2 always, version 1 where it was built so."""
    version_1 = root / "memory"
    return not version_1.is_dir() or (version_1 / "memory.memsw.limit_in_bytes").exists()


def _processes(folder: Path) -> list[int]:
    try:
        return [int(line) for line in (folder / "cgroup.procs").read_text().split()]
    except OSError:
        # It goes at this moment.
        return []
