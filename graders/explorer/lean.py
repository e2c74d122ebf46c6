"""Makes forks of the zygote cheap.

A controlled run forks once for each process of the program, and nearly all that costs is memory
management: pages of the parent that the child writes to are copied one by one, and in CPython a mere
look at an object writes to its reference count. Three things help (each was measured by itself):

* `immortal`: from Python 3.12 on, objects whose count says "immortal" are never counted (PEP 683),
  so that pages full of code and functions stay shared;
* `plain_after_fork`: `threading` repairs its books in every child; with one thread there is nothing
  to repair;
* `together`: small pages are put together into large ones, of which a fork copies one entry instead
  of five hundred.
"""

from __future__ import annotations

import ctypes
import gc
import sys
import threading
import types
from typing import Any

_IMMORTAL = 0xFFFFFFFF
_COUNTED = 0x80000000
_MADV_COLLAPSE = 25
_LARGE = 2 * 1024**2
_ALIVE = (types.FrameType, types.GeneratorType, types.CoroutineType)
"""What is running changes hands, and is not worth it."""


def settle() -> None:
    """Freeze what there is: call it when everything is loaded, before the first fork."""
    gc.collect()
    if sys.version_info >= (3, 12):
        immortal()
    gc.freeze()
    together()


def immortal() -> int:
    """Make every object that can be reached immortal; returns how many were mortal.

    The collector knows what has references; what has none hangs on these. The count itself tells
    what has been seen, so that nothing is left behind in memory.
    """
    gc.unfreeze()
    made = 0
    for item in gc.get_objects():
        if not isinstance(item, _ALIVE):
            made += _mark(item)
            made += _mark_parts(item)
    return made


def _mark_parts(item: Any) -> int:
    made = 0
    for part in _parts(item):
        if not gc.is_tracked(part) and _mark(part):
            made += 1 + _mark_parts(part)
    return made


def _parts(item: Any) -> list[Any]:
    found = gc.get_referents(item)
    if isinstance(item, types.CodeType):
        # The collector does not look into code, for it has no cycles.
        found += (item.co_consts, item.co_names, item.co_name, item.co_qualname, item.co_filename)
        found += (item.co_linetable, item.co_exceptiontable)
    return found


def _mark(item: Any) -> bool:
    count = _count_at(id(item))
    if count.value & _COUNTED:
        return False
    count.value = _IMMORTAL
    return True


_count_at = ctypes.c_uint32.from_address


def plain_after_fork() -> None:
    """Let a child with one thread skip what `threading` does after a fork.

    The function is registered with the interpreter and cannot be taken back, so its code is changed.
    """
    module: Any = threading
    hook = module._after_fork
    if hasattr(module, "_after_fork_of_many"):
        return
    module._after_fork_of_many = types.FunctionType(hook.__code__, hook.__globals__)
    hook.__code__ = _after_fork.__code__


def _after_fork() -> None:
    # It runs with the globals of `threading`.
    if len(_active) == 1 and not _limbo and _main_thread._ident == get_ident():  # type: ignore[name-defined] # noqa: F821
        _main_thread._native_id = get_native_id()  # type: ignore[name-defined] # noqa: F821
        return
    _after_fork_of_many()  # type: ignore[name-defined] # noqa: F821


def together() -> None:
    """Ask the kernel for large pages under what was allocated; one that cannot says no, and that is that."""
    libc = ctypes.CDLL(None)
    with open("/proc/self/maps", encoding="utf-8") as file:
        areas = [line.split() for line in file]
    for area, rights, *_, name in areas:
        start, end = (int(address, 16) for address in area.split("-"))
        first, last = -(-start // _LARGE) * _LARGE, end // _LARGE * _LARGE
        if "w" in rights and (name in ("0", "[heap]")) and last > first:
            libc.madvise(ctypes.c_void_p(first), ctypes.c_size_t(last - first), _MADV_COLLAPSE)
