"""Which system calls wait without a time limit, from one line of /proc/PID/task/TID/syscall."""

from __future__ import annotations

import ctypes
import os
from collections.abc import Sequence
from dataclasses import dataclass

# name: (number on x86_64, number on aarch64); None where the machine has no such call.
_NUMBERS: dict[str, tuple[int | None, int | None]] = {
    "read": (0, 63),
    "write": (1, 64),
    "poll": (7, None),
    "readv": (19, 65),
    "writev": (20, 66),
    "select": (23, None),
    "pause": (34, None),
    "connect": (42, 203),
    "accept": (43, 202),
    "sendto": (44, 206),
    "recvfrom": (45, 207),
    "sendmsg": (46, 211),
    "recvmsg": (47, 212),
    "wait4": (61, 260),
    "semop": (65, 193),
    "msgsnd": (69, 189),
    "msgrcv": (70, 188),
    "fcntl": (72, 25),
    "flock": (73, 32),
    "rt_sigtimedwait": (128, 137),
    "rt_sigsuspend": (130, 133),
    "futex": (202, 98),
    "semtimedop": (220, 192),
    "epoll_wait": (232, None),
    "mq_timedsend": (242, 182),
    "mq_timedreceive": (243, 183),
    "waitid": (247, 95),
    "pselect6": (270, 72),
    "ppoll": (271, 73),
    "epoll_pwait": (281, 22),
    "accept4": (288, 242),
    "epoll_pwait2": (441, 441),
    "futex_waitv": (449, 449),
}
_COLUMN = {"x86_64": 0, "aarch64": 1}.get(os.uname().machine)
_NAMES = {numbers[_COLUMN]: name for name, numbers in _NUMBERS.items()} if _COLUMN is not None else {}

# Position of the pointer to a time limit; NULL there means none.
_TIMEOUT_POINTER = {
    "futex": 3,
    "futex_waitv": 3,
    "ppoll": 2,
    "select": 4,
    "pselect6": 4,
    "epoll_pwait2": 3,
    "rt_sigtimedwait": 2,
    "semtimedop": 3,
    "mq_timedsend": 4,
    "mq_timedreceive": 4,
}
# Position of a number of milliseconds; negative means no limit.
_TIMEOUT_MILLISECONDS = {"poll": 2, "epoll_wait": 3, "epoll_pwait": 3}
_FUTEX_WAITS = {0, 6, 9, 11, 13}
"""FUTEX_WAIT, LOCK_PI, WAIT_BITSET, WAIT_REQUEUE_PI, LOCK_PI2."""
_FCNTL_WAITS = {7, 38}
"""F_SETLKW and F_OFD_SETLKW."""
_ON_DESCRIPTOR = {"read", "readv", "write", "writev"}


@dataclass(frozen=True, slots=True)
class Blocked:
    """An untimed wait of one thread."""

    call: str
    arguments: tuple[int, ...]

    @property
    def child(self) -> int | None:
        """Number of the process it waits for, when it waits for the end of just one."""
        if self.call == "wait4":
            pid = ctypes.c_int32(self.arguments[0]).value
            return pid if pid > 0 else None
        if self.call == "waitid" and self.arguments[0] == 1:
            return self.arguments[1]
        return None

    @property
    def descriptor(self) -> int | None:
        """Descriptor it reads or writes; the caller must see that this is a pipe or a socket."""
        return self.arguments[0] if self.call in _ON_DESCRIPTOR else None


def untimed(line: str) -> Blocked | None:
    """Return the wait that `line` shows, or `None` if it is none or ends by itself some time."""
    fields = line.split()
    if len(fields) < 8 or not fields[0].isdecimal():
        return None  # "running", or "-1 ..." for a task that is blocked outside of a system call.
    call = _NAMES.get(int(fields[0]))
    if call is None:
        return None
    arguments = tuple(int(field, 16) for field in fields[1:7])
    return Blocked(call, arguments) if _is_endless(call, arguments) else None


def _is_endless(call: str, arguments: Sequence[int]) -> bool:
    if call in _TIMEOUT_POINTER and arguments[_TIMEOUT_POINTER[call]] != 0:
        return False
    if call in _TIMEOUT_MILLISECONDS:
        return ctypes.c_int32(arguments[_TIMEOUT_MILLISECONDS[call]]).value < 0
    if call == "futex":
        return arguments[1] & 0x7F in _FUTEX_WAITS
    if call == "fcntl":
        return arguments[1] in _FCNTL_WAITS
    return True
