"""Two uids and no power to spare: how the harness keeps out of reach of what it runs.

Started as root it moves to a uid of its own and keeps three capabilities, just enough to start
processes under the students' uid and to end them. With a single uid (an ordinary user, or a user
namespace with one mapping) it drops every capability, and being not dumpable it still cannot be
read or traced, though it can be signalled unless it is PID 1 of its own namespace.
"""

from __future__ import annotations

import ctypes
import os
import resource
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from graders.harness import capabilities
from graders.harness.capabilities import HARNESS_UID, STUDENT_UID
from graders.limits import Limits

_libc = ctypes.CDLL(None, use_errno=True)


def enter() -> Privileges:
    """Give up what the harness does not need; call it once, before any student's byte is read."""
    separate, private = capabilities.enter()
    return Privileges(STUDENT_UID if separate else None, private)


@dataclass(frozen=True, slots=True)
class Privileges:
    """What separates students' processes from the harness."""

    student_uid: int | None
    """Their uid, which is their gid too; `None` when they share the harness's."""
    private_pids: bool
    """Whether the harness is PID 1 of a namespace, and so rules over every process in it."""

    @property
    def isolation(self) -> tuple[str, ...]:
        """Which of ``uid`` and ``pid-namespace`` hold, in the words of `SandboxInfo.isolation`."""
        held = {"uid": self.student_uid is not None, "pid-namespace": self.private_pids}
        return tuple(name for name, holds in held.items() if holds)

    @contextmanager
    def reading_as_student(self) -> Iterator[None]:
        """Open files of /proc with the students' rights.

        The kernel lets a process look at another one's system calls only when the uids match; with
        the file system uid switched no CAP_SYS_PTRACE is needed.
        """
        if self.student_uid is None:
            yield
            return
        _libc.setfsgid(self.student_uid)
        _libc.setfsuid(self.student_uid)
        try:
            yield
        finally:
            _libc.setfsuid(HARNESS_UID)
            _libc.setfsgid(HARNESS_UID)


def apply_rlimits(limits: Limits, privileges: Privileges) -> None:
    """Set the limits the kernel keeps on the harness itself; all it starts inherits them.

    In a sandbox the number of processes is bounded from outside. Directly on a machine nothing
    bounds a fork bomb but this, so the uid gets what it has and some room: generous, because other
    attempts may run under the same uid, and low enough for the machine to stay usable.
    """
    _lower(resource.RLIMIT_CORE, 0)
    _lower(resource.RLIMIT_NOFILE, limits.open_files)
    _lower(resource.RLIMIT_FSIZE, limits.tmp_bytes)
    if not privileges.private_pids:
        uid = os.geteuid() if privileges.student_uid is None else privileges.student_uid
        _lower(resource.RLIMIT_NPROC, tasks_of(uid) + 4 * limits.processes)


def yield_to_harness() -> None:
    """Make a process that is about to become a student's give way: the harness must be able to end it."""
    os.nice(10)


def tasks_of(uid: int) -> int:
    """Count the processes and threads of `uid` on this machine, as the kernel does for its limit."""
    count = 0
    for name in os.listdir("/proc"):
        if name.isdecimal():
            with suppress(FileNotFoundError, ProcessLookupError):
                if os.stat(f"/proc/{name}").st_uid == uid:
                    count += len(os.listdir(f"/proc/{name}/task"))
    return count


def offer_to_oom_killer(pid: int, privileges: Privileges) -> None:
    """Make the kernel kill a student's process, and what it starts, before the harness."""
    try:
        with privileges.reading_as_student():
            Path(f"/proc/{pid}/oom_score_adj").write_text("1000")
    except (FileNotFoundError, ProcessLookupError):
        pass  # It has ended already.
    except PermissionError:
        pass  # A kernel without this right (gVisor) has an order of its own.


def interpreter(privileges: Privileges) -> str | None:
    """Return a Python that the students' uid can start, the harness's own if possible.

    A virtual environment is left aside: what the service has installed is no business of students.
    `None` when there is none, as in a home directory that is closed to others.
    """
    own = os.path.realpath(sys.executable)
    library = os.path.realpath(os.__file__)
    if privileges.student_uid is None or _readable_by(privileges.student_uid, own, library):
        return own
    system = os.path.realpath("/usr/bin/python3")
    return system if _readable_by(privileges.student_uid, system) else None


def _readable_by(uid: int, *paths: str) -> bool:
    pid = os.fork()
    if pid == 0:
        os.setresgid(uid, uid, uid)
        os.setresuid(uid, uid, uid)
        os._exit(0 if all(os.access(path, os.R_OK) for path in paths) else 1)
    return os.waitpid(pid, 0)[1] == 0


def _lower(kind: int, value: int) -> None:
    hard = resource.getrlimit(kind)[1]
    wanted = value if hard == resource.RLIM_INFINITY else min(value, hard)
    resource.setrlimit(kind, (wanted, wanted))
