"""The file system: what is done there is a schedule point, for a file may be a home-made lock.

An audit hook (PEP 578) hears of it just before it is done, leaves nothing that a program could see,
and needs none of the many functions replaced that open or remove something. Only looking whether a
file is there is not audited, so these functions are replaced: a loop may wait for a file to go.
"""

from __future__ import annotations

import functools
import os
import sys
from collections.abc import Callable
from typing import Any

from graders.explorer.points import Op
from graders.explorer.shim.channel import BOARD

_FILE = int(Op.FILE)
_DONE = frozenset(
    {"open", "os.remove", "os.rename", "os.mkdir", "os.rmdir", "os.link", "os.symlink", "os.truncate"}
    | {"os.listdir", "os.scandir", "fcntl.flock", "fcntl.lockf", "shutil.rmtree", "shutil.move"}
)
_SOURCES = (".py", ".pyc", ".so")
"""What an import opens."""


def _hear(event: str, arguments: tuple[object, ...]) -> None:
    if event not in _DONE:
        return
    if not (arguments and isinstance(arguments[0], str) and arguments[0].endswith(_SOURCES)):
        _pass()


def _pass() -> None:
    channel = BOARD.here()
    line = BOARD.line() if channel is not None else 0
    if channel is not None and line:
        channel.point(_FILE, 0, line)
        channel.record(_FILE, 0, line, 0)


def _looking(plain: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(plain)
    def look(*arguments: Any, **named: Any) -> Any:
        _pass()
        return plain(*arguments, **named)

    return look


def install() -> None:
    """Listen, until the process ends: an audit hook cannot be removed."""
    sys.addaudithook(_hear)
    module: Any = os
    abilities = (os.supports_dir_fd, os.supports_effective_ids, os.supports_fd, os.supports_follow_symlinks)
    for name in ("stat", "lstat", "access"):
        plain = getattr(os, name)
        look = _looking(plain)
        setattr(module, name, look)
        for able in abilities:
            if plain in able:
                able.add(look)
