"""Linux system calls that Python 3.11 has no names for yet."""

from __future__ import annotations

import ctypes
import os

NAMESPACES = {
    "mount": 0x00020000,
    "uts": 0x04000000,
    "ipc": 0x08000000,
    "user": 0x10000000,
    "pid": 0x20000000,
    "network": 0x40000000,
}

MS_RDONLY, MS_NOSUID, MS_NODEV, MS_NOEXEC = 1, 2, 4, 8
_MS_REMOUNT, _MS_BIND, _MS_REC, _MS_PRIVATE = 0x20, 0x1000, 0x4000, 0x40000
_MNT_DETACH = 2
_AT_FDCWD, _AT_RECURSIVE = -100, 0x8000
_MOUNT_ATTR_RDONLY, _MOUNT_ATTR_NOSUID, _MOUNT_ATTR_NODEV = 1, 2, 4
_PR_SET_PDEATHSIG, _PR_SET_CHILD_SUBREAPER = 1, 36
_SYS_PIVOT_ROOT = {"x86_64": 155, "aarch64": 41, "riscv64": 41, "armv7l": 218, "ppc64le": 203, "s390x": 217}
_SYS_MOUNT_SETATTR = 442

_libc = ctypes.CDLL(None, use_errno=True)


def unshare(namespaces: tuple[str, ...]) -> None:
    """Enter new namespaces, of `NAMESPACES`; a PID namespace begins with the next fork. Raises `OSError`."""
    flags = 0
    for name in namespaces:
        flags |= NAMESPACES[name]
    _check(_libc.unshare(flags), f"unshare {', '.join(namespaces)}")


def mount(source: str, target: str, kind: str, flags: int = 0, data: str = "") -> None:
    """Mount a file system of `kind`; raises `OSError`."""
    _mount(source, target, kind, flags, data)


def make_private() -> None:
    """Keep all that is mounted from now on to this mount namespace."""
    _mount("", "/", "", _MS_REC | _MS_PRIVATE, "")


def bind(source: str, target: str) -> None:
    """Show `source`, and what is mounted beneath it, at `target` too."""
    _mount(source, target, "", _MS_BIND | _MS_REC, "")


def make_read_only(target: str) -> None:
    """Make a mount read-only, without setuid and devices, and so all mounts beneath it where possible."""
    attributes = (ctypes.c_uint64 * 4)(_MOUNT_ATTR_RDONLY | _MOUNT_ATTR_NOSUID | _MOUNT_ATTR_NODEV, 0, 0, 0)
    size = ctypes.c_size_t(ctypes.sizeof(attributes))
    path = os.fsencode(target)
    if _libc.syscall(_SYS_MOUNT_SETATTR, _AT_FDCWD, path, _AT_RECURSIVE, attributes, size) == 0:
        return
    # Before Linux 5.12. In a user namespace the flags that the mount already has must be kept.
    kept = os.statvfs(target).f_flag & (os.ST_NOEXEC | os.ST_NOATIME | os.ST_NODIRATIME)
    remount(target, kept | MS_RDONLY | MS_NOSUID | MS_NODEV)


def remount(target: str, flags: int) -> None:
    """Give one mount other flags, not those beneath it."""
    _mount("", target, "", flags | _MS_REMOUNT | _MS_BIND, "")


def pivot_root(root: str, old: str) -> None:
    """Make `root` the root; the old one goes to `old`. Raises `OSError`."""
    number = _SYS_PIVOT_ROOT.get(os.uname().machine)
    if number is None:
        raise OSError(f"pivot_root: its number on {os.uname().machine} is not known")
    _check(_libc.syscall(number, os.fsencode(root), os.fsencode(old)), f"pivot_root {root}")


def detach(target: str) -> None:
    """Unmount `target` and all beneath it."""
    _check(_libc.umount2(os.fsencode(target), _MNT_DETACH), f"umount {target}")


def die_with_parent(signal: int) -> None:
    """Get `signal` when the parent ends; a change of uid cancels it."""
    _check(_libc.prctl(_PR_SET_PDEATHSIG, signal, 0, 0, 0), "prctl PDEATHSIG")


def adopt_orphans() -> None:
    """Become the parent of descendants whose own parent ends."""
    _check(_libc.prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0), "prctl CHILD_SUBREAPER")


def _mount(source: str, target: str, kind: str, flags: int, data: str) -> None:
    arguments = [os.fsencode(text) or None for text in (source, target, kind)]
    status = _libc.mount(*arguments, ctypes.c_ulong(flags), os.fsencode(data) or None)
    _check(status, f"mount {kind or source} on {target}")


def _check(status: int, what: str) -> None:
    if status != 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{what}: {os.strerror(number)}")
