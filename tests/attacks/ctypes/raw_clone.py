"""Starts processes by the bare system call, where no hook of Python's sees them."""

import ctypes
import os
from multiprocessing import RawValue

CLONE = {"x86_64": 56, "aarch64": 220}[os.uname().machine]
SIGCHLD = 17


def add(number):
    for _ in range(10):
        number.value += 1


if __name__ == "__main__":
    number = RawValue("i", 0)
    syscall = ctypes.PyDLL(None).syscall
    pids = []
    for _ in range(10):
        pid = syscall(CLONE, SIGCHLD, 0, 0, 0, 0)
        if pid == 0:
            add(number)
            os._exit(0)
        pids.append(pid)
    for pid in pids:
        os.waitpid(pid, 0)
    print(number.value)
