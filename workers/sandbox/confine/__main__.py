"""The launcher itself: two processes, a watcher outside and the one that becomes the harness."""

from __future__ import annotations

import errno
import os
import resource
import select
import signal
import socket
import sys
from pathlib import Path

from workers.sandbox.confine import kernel, newroot
from workers.sandbox.confine.spec import HARNESS_UID, Spec

_WHOLE_RANGE = "0 0 65536"
_PASSING = {errno.EAGAIN, errno.ENOMEM, errno.EMFILE, errno.ENFILE, errno.EINTR}
"""Errors of a machine that is short of something just now."""


def main() -> int:
    """Make the sandbox, watch over it, return the harness's exit status."""
    spec = Spec.decode(sys.argv[1])
    for descriptor in (spec.lifeline, spec.status):
        os.set_inheritable(descriptor, False)
    try:
        _enter(spec)
        kernel.adopt_orphans()
        inner = os.fork()
    except OSError as problem:
        return _tell(spec, problem)
    if inner == 0:
        _become_harness(spec)
    os.close(spec.status)
    # Whoever reads the harness's output waits for its end, which must not hang on us.
    for descriptor in (0, 1):
        os.close(descriptor)
    return _watch(inner, spec.lifeline)


def _enter(spec: Spec) -> None:
    if "user" not in spec.namespaces:
        if spec.namespaces:
            kernel.unshare(spec.namespaces)
        return
    if os.geteuid() != 0:
        user, group = os.geteuid(), os.getegid()
        kernel.unshare(spec.namespaces)
        _write_map("self", "setgroups", "deny")
        _write_map("self", "uid_map", f"{HARNESS_UID} {user} 1")
        _write_map("self", "gid_map", f"{HARNESS_UID} {group} 1")
        return
    # A map of more than one's own uid is written from outside.
    begin, go = os.pipe()
    helper = os.fork()
    if helper == 0:
        os.close(go)
        os._exit(_map_parent(begin))
    os.close(begin)
    kernel.unshare(spec.namespaces)
    os.write(go, b".")
    os.close(go)
    if os.waitpid(helper, 0)[1] != 0:
        raise OSError("the uids of the user namespace could not be mapped")


def _map_parent(begin: int) -> int:
    if not os.read(begin, 1):
        return 1  # The namespace was not to be had.
    try:
        for table in ("uid_map", "gid_map"):
            _write_map(str(os.getppid()), table, _WHOLE_RANGE)
    except OSError:
        return 1
    return 0


def _write_map(process: str, table: str, content: str) -> None:
    Path(f"/proc/{process}/{table}").write_text(content)


def _become_harness(spec: Spec) -> None:
    """Finish the sandbox from within and start the command; never returns."""
    try:
        kernel.die_with_parent(signal.SIGKILL)
        if "uts" in spec.namespaces:
            socket.sethostname("sandbox")
        if spec.root:
            newroot.enter(spec.root)
        if "user" in spec.namespaces and spec.root:
            # No namespaces within: there a program would have all capabilities again.
            Path("/proc/sys/user/max_user_namespaces").write_text("0")
        if spec.cpus:
            os.sched_setaffinity(0, spec.cpus)
        for name, value in spec.rlimits.items():
            _lower(getattr(resource, name), value)
        os.write(spec.status, b"ok")
        os.execve(spec.command[0], spec.command, spec.environment)  # noqa: S606 - no shell is the point
    except (OSError, ValueError) as problem:
        os._exit(_tell(spec, problem))


def _lower(kind: int, value: int) -> None:
    hard = resource.getrlimit(kind)[1]
    wanted = value if hard == resource.RLIM_INFINITY else min(value, hard)
    resource.setrlimit(kind, (wanted, wanted))


def _tell(spec: Spec, problem: Exception) -> int:
    """Say what failed: ``refused`` is for good on this machine, ``failed`` may work another time."""
    number = problem.errno if isinstance(problem, OSError) else None
    words = problem.strerror if isinstance(problem, OSError) else None
    kind = "failed" if number in _PASSING else "refused"
    os.write(spec.status, f"{kind} {words or problem}".encode())
    return 1


def _watch(inner: int, lifeline: int) -> int:
    """Wait for the harness's end, or bring it about when the lifeline breaks."""
    ended = os.pidfd_open(inner)
    ready, _, _ = select.select([ended, lifeline], [], [])
    if ended not in ready:
        os.kill(inner, signal.SIGKILL)
    _, status = os.waitpid(inner, 0)
    _end_orphans()
    return os.waitstatus_to_exitcode(status) & 0xFF


def _end_orphans() -> None:
    """Kill what outlived the harness; in a PID namespace of its own the kernel has done so already."""
    own = os.getpid()
    while children := Path(f"/proc/{own}/task/{own}/children").read_text().split():
        for child in children:
            os.kill(int(child), signal.SIGKILL)
            os.waitpid(int(child), 0)


if __name__ == "__main__":
    sys.exit(main())
