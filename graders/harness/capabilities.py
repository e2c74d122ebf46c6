"""What a process gives up for ever.

It imports next to nothing: the explorer's zygotes are forked from what is loaded when it is used.
"""

from __future__ import annotations

import ctypes
import os

HARNESS_UID = 64100
STUDENT_UID = 64101

_CAP_KILL, _CAP_SETGID, _CAP_SETUID = 5, 6, 7
_KEPT = 1 << _CAP_KILL | 1 << _CAP_SETGID | 1 << _CAP_SETUID
PR_SET_DUMPABLE, PR_SET_KEEPCAPS, PR_CAPBSET_DROP = 4, 8, 24
PR_SET_CHILD_SUBREAPER, PR_SET_NO_NEW_PRIVS = 36, 38
_CAPABILITY_VERSION_3 = 0x20080522

_libc = ctypes.CDLL(None, use_errno=True)


def enter() -> tuple[bool, bool]:
    """Give up what the harness does not need.

    Returns whether students have a uid of their own, and whether this is PID 1 of a namespace.
    """
    separate = _can_change_uid()
    private = os.getpid() == 1
    drop_bounding_set()
    if separate:
        os.setgroups([])
        os.setresgid(HARNESS_UID, HARNESS_UID, HARNESS_UID)
        prctl(PR_SET_KEEPCAPS, 1)
        os.setresuid(HARNESS_UID, HARNESS_UID, HARNESS_UID)
        set_capabilities(_KEPT)
    else:
        set_capabilities(0)
    prctl(PR_SET_NO_NEW_PRIVS, 1)
    prctl(PR_SET_CHILD_SUBREAPER, 1)
    prctl(PR_SET_DUMPABLE, 0)
    return separate, private


def give_up_capabilities() -> None:
    """Make this process one of the student's: no capability now, and none to be had."""
    drop_bounding_set()
    set_capabilities(0)
    prctl(PR_SET_NO_NEW_PRIVS, 1)
    # After a change of uid it would be closed to its own uid too, which no program expects.
    prctl(PR_SET_DUMPABLE, 1)


def offer_to_oom_killer_first() -> None:
    """Make the kernel kill this process, and what it starts, before the harness."""
    prctl(PR_SET_DUMPABLE, 1)  # Else its own files in /proc are root's.
    try:
        with open("/proc/self/oom_score_adj", "w", encoding="ascii") as file:
            file.write("1000")
    except PermissionError:
        pass  # A kernel without this right (gVisor) has an order of its own.


def drop_bounding_set() -> None:
    """Bar capabilities for ever; where that is not allowed, no_new_privs alone must do, and does."""
    capability = 0
    while _libc.prctl(PR_CAPBSET_DROP, capability, 0, 0, 0) == 0:
        capability += 1


def set_capabilities(mask: int) -> None:
    """Keep the capabilities in `mask`, permitted and effective; raises `OSError`."""
    header = (ctypes.c_uint32 * 2)(_CAPABILITY_VERSION_3, 0)
    data = (ctypes.c_uint32 * 6)(mask, mask, 0, 0, 0, 0)
    if _libc.capset(header, data) != 0:
        raise OSError(ctypes.get_errno(), "capset failed")


def prctl(option: int, value: int) -> None:
    """Set an attribute of this process; raises `OSError`."""
    if _libc.prctl(option, value, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), f"prctl({option}, {value}) failed")


def _can_change_uid() -> bool:
    if os.geteuid() != 0 or _effective_capabilities() & _KEPT != _KEPT:
        return False
    groups = _text("/proc/self/setgroups", "allow").strip()
    return groups == "allow" and all(
        _maps(_text(f"/proc/self/{kind}_map", ""), uid)
        for kind in ("uid", "gid")
        for uid in (HARNESS_UID, STUDENT_UID)
    )


def _maps(table: str, uid: int) -> bool:
    rows = [[int(word) for word in line.split()] for line in table.splitlines()]
    # A kernel without user namespaces has no table.
    return not rows or any(first <= uid < first + count for first, _, count in rows)


def _effective_capabilities() -> int:
    for line in _text("/proc/self/status", "").splitlines():
        if line.startswith("CapEff:"):
            return int(line.split()[1], 16)
    return 0


def _text(path: str, default: str) -> str:
    try:
        with open(path, encoding="ascii", errors="replace") as file:
            return file.read()
    except FileNotFoundError:
        return default
