"""What the launcher is told, as one JSON argument."""

from __future__ import annotations

import json
from dataclasses import dataclass, field

from graders import wire

HARNESS_UID = 64100


@dataclass(frozen=True)
class NewRoot:
    """The file system that the sandbox sees."""

    prefixes: tuple[str, ...]
    """Folders of the interpreter, at their own paths, read-only."""
    site: tuple[str, ...]
    """Its folders for installed packages: all are hidden, and `graders` stands alone in the first."""
    graders: str
    """The package's folder on this machine."""
    scratch_bytes: int
    """Size of /tmp, and of /dev/shm."""
    work_bytes: int
    """Size of /work."""


@dataclass(frozen=True)
class Spec:
    """One sandbox to make."""

    namespaces: tuple[str, ...]
    """Of `kernel.NAMESPACES`; each must succeed."""
    command: tuple[str, ...]
    environment: dict[str, str] = field(default_factory=dict)
    root: NewRoot | None = None
    """Needs the mount and the PID namespace."""
    rlimits: dict[str, int] = field(default_factory=dict)
    """Names of `resource`, as ``RLIMIT_NOFILE``; soft and hard limit alike."""
    cpus: tuple[int, ...] = ()
    lifeline: int = -1
    """Descriptor whose end of file means that the worker is gone, or done with the sandbox."""
    status: int = -1
    """Descriptor that is told ``ok`` just before the command begins, or what was refused or failed."""

    def encode(self) -> str:
        """Return the argument."""
        return json.dumps(wire.dump(self))

    @classmethod
    def decode(cls, text: str) -> Spec:
        """Read the argument; raises `wire.WireError`."""
        return wire.load(cls, json.loads(text))
