"""Whether a container ran out of memory, told by its control group before that is gone.

The runtime removes the group as soon as the harness has ended, and with it the count of what the kernel
killed. So somebody must listen meanwhile: by an eventfd under version 1 of control groups (see "OOM control"
in the kernel's cgroup-v1/memory documentation), by inotify(7) under version 2.
"""

from __future__ import annotations

import ctypes
import os
from pathlib import Path
from types import TracebackType

from graders.errors import SandboxError
from workers.sandbox.oci.cgroups import ROOT

_IN_MODIFY = 0x2
_LIBC = ctypes.CDLL(None, use_errno=True)


class Listener:
    """Hears of a control group that no memory is left for: a listener of a `Conversation`, which wakes it."""

    def __init__(self, name: str, root: Path = ROOT) -> None:
        self._group = root / "memory" / name
        self._old = (root / "memory").is_dir()
        if not self._old:
            self._group = root / name
        self.ran_out = False
        """Whether memory ran out so far."""
        self._descriptor = os.eventfd(0, os.EFD_NONBLOCK | os.EFD_CLOEXEC) if self._old else _inotify()

    def __enter__(self) -> Listener:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        os.close(self._descriptor)

    def begin(self) -> None:
        """Listen to the container, which has been started. Raises `SandboxError`."""
        try:
            if self._old:
                asked = os.open(self._group / "memory.oom_control", os.O_RDONLY | os.O_CLOEXEC)
                try:
                    (self._group / "cgroup.event_control").write_text(f"{self._descriptor} {asked}")
                finally:
                    os.close(asked)
            else:
                _watch(self._descriptor, self._group / "memory.events")
        except OSError as problem:
            raise SandboxError(f"{self._group} cannot be listened to: {problem}") from problem

    def fileno(self) -> int:
        """Return the descriptor."""
        return self._descriptor

    def read(self) -> list[tuple[int, bytes]]:
        """Take note of what is heard; there is nothing to pass on."""
        os.read(self._descriptor, 4096)
        # The end of the group is heard too. Too late to tell the two apart, it counts as nothing: our fault.
        self.ran_out = self.ran_out or (self._group.is_dir() if self._old else self._counted())
        return []

    def _counted(self) -> bool:
        try:
            lines = (self._group / "memory.events").read_text().splitlines()
        except OSError:
            return False
        counts = dict(line.split() for line in lines)
        return counts.get("oom_kill", "0") != "0"


def _inotify() -> int:
    descriptor: int = _LIBC.inotify_init1(os.O_NONBLOCK | os.O_CLOEXEC)
    if descriptor < 0:
        raise SandboxError(f"inotify: {os.strerror(ctypes.get_errno())}")
    return descriptor


def _watch(descriptor: int, file: Path) -> None:
    if _LIBC.inotify_add_watch(descriptor, os.fsencode(file), _IN_MODIFY) < 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number), str(file))
