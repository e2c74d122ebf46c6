"""What the kernel counted against the sandbox's limits, where its control group can be read."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

_ROOT = Path("/sys/fs/cgroup")
# Version 2, then version 1.
_OUT_OF_MEMORY = (_ROOT / "memory.events", _ROOT / "memory/memory.oom_control")
_TOO_MANY = (_ROOT / "pids.events", _ROOT / "pids/pids.events")


@dataclass(frozen=True, slots=True)
class Counters:
    """How often a limit of the control group was hit since the sandbox was made."""

    oom_kills: int = 0
    refused_forks: int = 0

    def since(self, before: Counters) -> Counters:
        """Return what was counted since `before`."""
        return Counters(self.oom_kills - before.oom_kills, self.refused_forks - before.refused_forks)


def read(private: bool) -> Counters:
    """Return the counters now; zeros outside of a sandbox, where they would be other people's."""
    if not private:
        return Counters()
    return Counters(_count(_OUT_OF_MEMORY, "oom_kill"), _count(_TOO_MANY, "max"))


def _count(files: tuple[Path, ...], key: str) -> int:
    for file in files:
        try:
            lines = file.read_text().splitlines()
        except OSError:
            continue
        for line in lines:
            name, _, value = line.partition(" ")
            if name == key:
                return int(value)
    return 0
