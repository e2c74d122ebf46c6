"""A program that is handed in like a student's, and finds out by trying how far one comes in this sandbox.

It is given to the harness as source text, so it stands alone: standard library, nothing of ours. It prints
one line of JSON: what was reached by each name of `TRIALS`, as a list of words; an empty one: it holds.
"""

from __future__ import annotations

import ctypes
import errno
import json
import os
import re
import socket
import stat
from collections.abc import Callable

_libc = ctypes.CDLL(None, use_errno=True)
_REFUSALS = {errno.EPERM, errno.ENOSYS, errno.EACCES}
_NUMBERS = """
mount 165 umount2 166 pivot_root 155 chroot 161 unshare 272 setns 308 ptrace 101 process_vm_readv 310 kcmp 312
process_vm_writev 311 pidfd_getfd 438 bpf 321 perf_event_open 298 userfaultfd 323 io_uring_setup 425
io_uring_enter 426 io_uring_register 427 keyctl 250 add_key 248 request_key 249 kexec_load 246 init_module 175
finit_module 313 open_by_handle_at 304 quotactl 179 syslog 103 reboot 169 swapon 167 acct 163 settimeofday 164
iopl 172 fanotify_init 300 memfd_secret 447 vmsplice 278 splice 275 fsopen 430 move_mount 429 open_tree 428
mount_setattr 442 clone3 435 shmget 29 semget 64 msgget 68 mq_open 240 io_setup 206 seccomp 317
landlock_create_ruleset 444
"""
_X86 = {name: int(number) for name, number in re.findall(r"(\w+) (\d+)", _NUMBERS)}
"""Calls that no program of a course has a use for, by their numbers on x86_64."""
_NAMED = ("mount", "umount2", "chroot", "unshare", "setns", "ptrace", "process_vm_readv")
"""Those that the C library knows by name, for other machines."""
_PRIVATE_PROC = ("kcore", "keys", "timer_list", "sched_debug", "scsi", "kmsg", "sysrq-trigger")
_CLONE_FLAGS = {"mount": 0x20000, "uts": 0x04000000, "ipc": 0x08000000, "user": 0x10000000, "net": 0x40000000}


def network() -> list[str]:
    """Interfaces besides the loopback, and a way to the outside; nothing is sent."""
    with open("/proc/net/dev", encoding="ascii") as file:
        names = [line.split(":")[0].strip() for line in file if ":" in line]
    reached = [name for name in names if name != "lo" and _is_up(name)]
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))
            reached.append("a route to the outside")
        except OSError:
            pass
    return reached


def _is_up(name: str) -> bool:
    try:
        with open(f"/sys/class/net/{name}/operstate", encoding="ascii") as file:
            return file.read().strip() == "up"
    except OSError:
        return False


def capabilities() -> list[str]:
    """Capabilities that are held or could be had."""
    status = _status()
    # What bounds them (CapBnd) counts for nothing once no_new_privs is set.
    sets = re.findall(r"(Cap(?:Inh|Prm|Eff|Amb)):\s*(\w+)", status)
    held = [f"{key} {value}" for key, value in sets if int(value, 16)]
    return held + ([] if "NoNewPrivs:\t1" in status else ["new privileges"])


def grader_traced() -> list[str]:
    """Ways to stop the grader, or to look into it with a debugger."""
    _libc.ptrace.argtypes = [ctypes.c_long, ctypes.c_long, ctypes.c_void_p, ctypes.c_void_p]
    reached = []
    for name, how in (("attach", 16), ("seize", 0x4206)):
        if _libc.ptrace(how, os.getppid(), None, None) == 0:
            reached.append(name)
    try:
        os.kill(os.getppid(), 0)
        reached.append("signals")
    except PermissionError:
        pass
    return reached


def grader_read() -> list[str]:
    """Files of the grader's that can be read: its memory, its environment, its descriptors."""
    reached = []
    for name in ("mem", "environ", "maps", "auxv", "syscall", "stack", "fd", "cwd", "root/etc"):
        path = f"/proc/{os.getppid()}/{name}"
        try:
            if name in ("fd", "cwd", "root/etc"):
                os.listdir(path)
            else:
                with open(path, "rb") as file:
                    file.read(16)
            reached.append(name)
        except OSError:
            continue
    return reached


def descriptors() -> list[str]:
    """What was inherited besides the standard streams and the pipe on which a process says where it is."""
    found = []
    for number in range(3, 1024):
        try:
            target = os.readlink(f"/proc/self/fd/{number}")
        except OSError:
            continue
        if not target.endswith("/.interleave/trace"):
            found.append(target)
    return found


def written_outside() -> list[str]:
    """Folders besides the scratch that can be written."""
    scratch = {"/tmp", "/dev/shm", "/dev/mqueue"}  # noqa: S108 - only looked at
    found = []
    for folder, folders, _ in os.walk("/"):
        depth = folder.rstrip("/").count("/")
        folders[:] = [name for name in folders if depth < 3 and not (depth == 0 and name in ("proc", "sys"))]
        if folder not in scratch and not folder.startswith(tuple(f"{name}/" for name in scratch)):
            found += [folder] if os.access(folder, os.W_OK) else []
    return found[:8]


def system_calls() -> list[str]:
    """Calls that are let through to the kernel: what it refuses for other reasons counts, too."""
    if os.uname().machine != "x86_64":
        return [name for name in _NAMED if not _refused(getattr(_libc, name), -1, -1, -1, -1, -1, -1)]
    passed = [name for name, number in _X86.items() if not _refused(_libc.syscall, number, *[-1] * 6)]
    for name, flag in _CLONE_FLAGS.items():
        pid = _libc.syscall(56, flag | 17, 0, 0, 0, 0)
        if pid == 0:
            os._exit(0)
        if pid > 0:
            os.waitpid(pid, 0)
            passed.append(f"clone into a new {name} namespace")
    return passed


def _refused(call: Callable[..., int], *arguments: int) -> bool:
    # In a child: one of them might end the process, or stop it.
    pid = os.fork()
    if pid == 0:
        os._exit(1 if call(*arguments) == -1 and ctypes.get_errno() in _REFUSALS else 0)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 1


def setuid_programs() -> list[str]:
    """Programs that would run as somebody else."""
    found = []
    for folder in [*os.environ.get("PATH", "/usr/bin:/bin").split(":"), "/usr/sbin", "/usr/libexec"]:
        try:
            if os.statvfs(folder).f_flag & os.ST_NOSUID:
                continue
            with os.scandir(folder) as entries:
                found += [entry.path for entry in entries if _is_setuid(entry)]
        except OSError:
            continue
    return sorted(set(found))


def _is_setuid(entry: os.DirEntry[str]) -> bool:
    try:
        mode = entry.stat(follow_symlinks=False).st_mode
    except OSError:
        return False
    return stat.S_ISREG(mode) and bool(mode & (stat.S_ISUID | stat.S_ISGID))


def kernel_files() -> list[str]:
    """Entries of /proc and /sys that tell of the machine or change it."""
    found = []
    for name in _PRIVATE_PROC:
        how = os.O_WRONLY if name == "sysrq-trigger" else os.O_RDONLY | os.O_NONBLOCK
        try:
            handle = os.open(f"/proc/{name}", how)
        except OSError:
            continue
        try:
            if how == os.O_WRONLY or not stat.S_ISREG(os.fstat(handle).st_mode) or os.read(handle, 64):
                found += [f"/proc/{name}"] if not _is_null(handle) else []
        except OSError:
            pass
        finally:
            os.close(handle)
    for path in (
        "/proc/sys/kernel/core_pattern",
        "/proc/sys/vm/overcommit_memory",
        "/sys/kernel",
        "/sys/fs/cgroup",
    ):
        found += [path] if os.access(path, os.W_OK) else []
    return found


def _is_null(handle: int) -> bool:
    return os.fstat(handle).st_rdev == os.stat("/dev/null").st_rdev or stat.S_ISDIR(os.fstat(handle).st_mode)


def no_filter() -> list[str]:
    """Whether system calls go unfiltered."""
    return [] if re.search(r"^Seccomp:\s*2", _status(), re.MULTILINE) else ["no filter"]


def _status() -> str:
    with open("/proc/self/status", encoding="ascii", errors="replace") as file:
        return file.read()


TRIALS: dict[str, Callable[[], list[str]]] = {
    "network": network,
    "capabilities": capabilities,
    "grader_traced": grader_traced,
    "grader_read": grader_read,
    "descriptors": descriptors,
    "written_outside": written_outside,
    "no_filter": no_filter,
    "system_calls": system_calls,
    "setuid_programs": setuid_programs,
    "kernel_files": kernel_files,
}

if __name__ == "__main__":
    print(json.dumps({name: trial() for name, trial in TRIALS.items()}))
