"""A root file system of our own: the system's programs read-only, and no trace of anybody's home."""

from __future__ import annotations

import os
from pathlib import Path

from workers.sandbox.confine import kernel
from workers.sandbox.confine.spec import HARNESS_UID, NewRoot

_SYSTEM = ("usr", "bin", "sbin", "lib", "lib32", "lib64", "libx32")
_DEVICES = ("null", "zero", "full", "random", "urandom")
_USERS = "root:x:0:0::/:/bin/sh\nharness:x:64100:64100::/:/bin/sh\nstudent:x:64101:64101::/tmp:/bin/sh\n"
_GROUPS = "root:x:0:\nharness:x:64100:\nstudent:x:64101:\n"

# Where everything is put together, seen from the base that the first pivot makes.
_OLD, _NEW = Path("/old"), Path("/new")

_QUIET = kernel.MS_NOSUID | kernel.MS_NODEV
_SILENT = _QUIET | kernel.MS_NOEXEC


def enter(root: NewRoot) -> None:
    """Build the root and move into it; the current directory is /work then. Raises `OSError`."""
    kernel.make_private()
    _stand_on_base()
    kernel.mount("tmpfs", str(_NEW), "tmpfs", _QUIET, "size=1m,nr_inodes=512,mode=0755")
    for name in _SYSTEM:
        _show_system_folder(name)
    _write_etc()
    _scratch("tmp", root.scratch_bytes, "1777")
    _scratch("work", root.work_bytes, "0755")
    os.chown(_NEW / "work", HARNESS_UID, HARNESS_UID)
    _make_dev(root.scratch_bytes)
    for prefix in root.prefixes:
        _show(prefix)
    _show_graders(root)
    (_NEW / "proc").mkdir()
    kernel.mount("proc", str(_NEW / "proc"), "proc", _SILENT)
    _move_in()


def _stand_on_base() -> None:
    """Make an empty tmpfs the root, the machine's own root beneath it at /old.

    Only then can mounts be put together without covering what they are made of: /tmp is on every
    machine, but the interpreter may live in it.
    """
    kernel.mount("tmpfs", "/tmp", "tmpfs", _QUIET, "size=64k,mode=0755")  # noqa: S108 - a mount point
    os.chdir("/tmp")  # noqa: S108
    os.mkdir("old")
    os.mkdir("new")
    kernel.pivot_root(".", "old")
    os.chdir("/")


def _move_in() -> None:
    # Both roots at one place, the old one on top: so no folder for it is needed in the new one.
    os.chdir(_NEW)
    kernel.pivot_root(".", ".")
    kernel.detach(".")
    os.chdir("/")
    kernel.remount("/", _QUIET | kernel.MS_RDONLY)
    os.chdir("/work")


def _show_system_folder(name: str) -> None:
    """Show /usr and its like; where they are links into /usr, make the same link."""
    original = _OLD / name
    if original.is_symlink():
        (_NEW / name).symlink_to(os.readlink(original))
    elif original.is_dir():
        _show(f"/{name}")


def _show(folder: str) -> None:
    """Show a folder of the machine, read-only, at its own path; its parents are fresh and empty."""
    target = _NEW / folder.lstrip("/")
    if target.is_dir():
        return  # It lies in a folder that is shown already.
    target.mkdir(parents=True, mode=0o755)
    kernel.bind(str(_OLD / folder.lstrip("/")), str(target))
    kernel.make_read_only(str(target))


def _show_graders(root: NewRoot) -> None:
    folders = [folder for each in root.site if (folder := _NEW / each.lstrip("/")).is_dir()]
    for folder in folders:
        kernel.mount("tmpfs", str(folder), "tmpfs", _QUIET, "size=64k,mode=0755")
    package = folders[0] / "graders"
    package.mkdir()
    kernel.bind(str(_OLD / root.graders.lstrip("/")), str(package))
    for folder in folders:
        kernel.make_read_only(str(folder))


def _write_etc() -> None:
    etc = _NEW / "etc"
    etc.mkdir()
    (etc / "passwd").write_text(_USERS)
    (etc / "group").write_text(_GROUPS)
    # Python's libraries are found through the cache, times are local through the other.
    for name in ("ld.so.cache", "localtime"):
        original = _OLD / "etc" / name
        if original.is_symlink():
            (etc / name).symlink_to(os.readlink(original))
        elif original.is_file():
            (etc / name).write_bytes(original.read_bytes())


def _make_dev(scratch_bytes: int) -> None:
    dev = _NEW / "dev"
    dev.mkdir()
    for name in _DEVICES:
        (dev / name).touch()
        kernel.bind(str(_OLD / "dev" / name), str(dev / name))
    (dev / "fd").symlink_to("/proc/self/fd")
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        (dev / name).symlink_to(f"/proc/self/fd/{number}")
    _scratch("dev/shm", scratch_bytes, "1777")


def _scratch(name: str, size: int, mode: str) -> None:
    (_NEW / name).mkdir()
    kernel.mount("tmpfs", str(_NEW / name), "tmpfs", _SILENT, f"size={size},nr_inodes=4096,mode={mode}")
