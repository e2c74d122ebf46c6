"""Runs in a sandbox in the harness's place and finds out, by trying, what holds there.

It is handed over as source text, so it stands alone: standard library, nothing of ours. Its findings
go out as the message of the `ready` event; then it waits for the end of its input.
"""

from __future__ import annotations

import ctypes
import json
import os
import re
import signal
import socket
import sys
import time
from collections.abc import Callable

STUDENT_UID = 64101
_PR_SET_PDEATHSIG = 1


def in_child(action: Callable[[], int]) -> int:
    """Run `action` in a process of its own; returns what it returns, or minus the signal that killed it."""
    reading, writing = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(reading)
        os.write(writing, str(int(action())).encode())
        os._exit(0)
    os.close(writing)
    said = os.read(reading, 64)
    os.close(reading)
    _, status = os.waitpid(pid, 0)
    return -os.WTERMSIG(status) if os.WIFSIGNALED(status) else int(said or b"0")


def become_student() -> bool:
    """Change to the students' uid; returns whether that worked."""
    try:
        os.setresgid(STUDENT_UID, STUDENT_UID, STUDENT_UID)
        os.setresuid(STUDENT_UID, STUDENT_UID, STUDENT_UID)
    except OSError:
        return False
    return True


def count_forks(most: int) -> int:
    """Return how many processes can be had at once, at most `most`."""
    become_student()
    pids: list[int] = []
    try:
        while len(pids) < most:
            pid = os.fork()
            if pid == 0:
                ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
                time.sleep(60)
                os._exit(0)
            pids.append(pid)
    except OSError:
        pass
    for pid in pids:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
    return len(pids)


def take_memory(size: int) -> bool:
    """Touch `size` bytes; returns whether nobody minded."""
    become_student()
    try:
        return len(bytearray(os.urandom(4096) * (size // 4096))) == size
    except MemoryError:
        return False


def reaches_network() -> bool:
    """Return whether there is a route to the outside; nothing is sent."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))
        except OSError:
            return False
    return True


def status_of(key: str) -> int:
    """Return a number from /proc/self/status."""
    with open("/proc/self/status") as file:
        return int(re.findall(rf"^{key}:\s*(\w+)", file.read(), re.MULTILINE)[0])


def room(folder: str) -> int:
    """Return the size of the file system under `folder`, bytes."""
    found = os.statvfs(folder)
    return found.f_blocks * found.f_frsize


def main(processes: int, memory: int) -> None:
    """Say the findings and wait."""
    findings = {
        "uid": bool(in_child(become_student)),
        "pid": os.getpid() == 1,
        "network": reaches_network(),
        "read_only": bool(os.statvfs("/").f_flag & os.ST_RDONLY),
        "processes": in_child(lambda: count_forks(processes)),
        "memory": in_child(lambda: take_memory(memory)) == 1,
        "seccomp": status_of("Seccomp") == 2,
        "tmp": room("/tmp"),  # noqa: S108 - only looked at
    }
    print(json.dumps({"event": "ready", "message": json.dumps(findings)}), flush=True)
    sys.stdin.read()


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
