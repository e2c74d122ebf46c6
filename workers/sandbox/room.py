"""What the harness is started with, and what it needs beside the submission, in every container."""

from __future__ import annotations

from graders.limits import Limits

HARNESS = ("python3", "-I", "-m", "graders.harness")
HARNESS_UID = 64100
READY_SECONDS = 60.0
"""A loaded machine may starve an interpreter that starts."""

HARNESS_MEMORY = 64 * 1024**2
HARNESS_PROCESSES = 16
HARNESS_FILES = 512
WORK_BYTES = 4 * 1024**2

CAPABILITIES = ("SETUID", "SETGID", "KILL")
"""The harness starts as root and leaves it at once; it keeps what changes uids and kills, nothing else."""


def memory_bytes(limits: Limits) -> int:
    """Return the memory of the whole container; there is no swap beside it."""
    return limits.memory_bytes + HARNESS_MEMORY


def processes(limits: Limits) -> int:
    """Return how many processes and threads the whole container may have."""
    return limits.processes + HARNESS_PROCESSES


def rlimits(limits: Limits) -> dict[str, int]:
    """Return the limits of each process: names of setrlimit(2) in lower case, soft and hard alike."""
    return {"nofile": limits.open_files + HARNESS_FILES, "core": 0, "fsize": limits.tmp_bytes}


def mounts(limits: Limits) -> dict[str, str]:
    """Return the folders that can be written, each with the options of its tmpfs."""
    scratch = f"rw,nosuid,nodev,noexec,size={limits.tmp_bytes},nr_inodes=4096,mode=1777"
    work = f"rw,nosuid,nodev,noexec,size={WORK_BYTES},nr_inodes=256,mode=0755"
    return {
        "/tmp": scratch,  # noqa: S108  a mount point inside the container
        "/dev/shm": scratch,  # noqa: S108
        "/work": f"{work},uid={HARNESS_UID},gid={HARNESS_UID}",
    }
