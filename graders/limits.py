"""The limits of one attempt: one table, with units."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """What a submission may use. A lab's ``[limits]`` table overrides single entries."""

    cpus: int = 2
    """CPUs of the sandbox."""
    memory_bytes: int = 256 * 1024**2
    """Memory of all the submission's processes together; no swap."""
    processes: int = 64
    """Processes and threads alive at once."""
    wall_seconds: float = 30.0
    """Wall time of the whole attempt, all runs together; starting the sandbox does not count."""
    run_seconds: float = 10.0
    """Wall time of a single run."""
    cpu_seconds: float = 20.0
    """CPU time of a single run, all processes together."""
    output_bytes: int = 64 * 1024
    """What one run may print, standard output and standard error together."""
    tmp_bytes: int = 16 * 1024**2
    """Size of /tmp, and of /dev/shm."""
    open_files: int = 256
    """Descriptors per process."""
