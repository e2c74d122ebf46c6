"""Calls what a counter has no use for, and what holes in kernels have been found in."""

import ctypes
import os

libc = ctypes.CDLL(None, use_errno=True)
CALLS = {
    "bpf": 321, "perf_event_open": 298, "userfaultfd": 323, "io_uring_setup": 425, "keyctl": 250, "add_key": 248,
    "request_key": 249, "kexec_load": 246, "init_module": 175, "finit_module": 313, "process_vm_readv": 310,
    "process_vm_writev": 311, "pidfd_getfd": 438, "open_by_handle_at": 304, "name_to_handle_at": 303, "quotactl": 179,
    "syslog": 103, "reboot": 169, "swapon": 167, "acct": 163, "settimeofday": 164, "clock_settime": 227,
    "iopl": 172, "ioperm": 173, "kcmp": 312, "fanotify_init": 300, "memfd_secret": 447, "vmsplice": 278,
    "fsopen": 430, "move_mount": 429, "open_tree": 428, "mount_setattr": 442, "personality": 135,
}
done = []
if os.uname().machine == "x86_64":
    for name, number in CALLS.items():
        if name == "personality":
            result = libc.syscall(number, 0x0400000)
        else:
            result = libc.syscall(number, 0, 0, 0, 0, 0, 0)
        if result >= 0:
            done.append(name)
assert not done, done
print(100)
