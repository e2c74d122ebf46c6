"""Compiled methods of dataclasses, kept in a file as Python keeps the code of modules.

`dataclasses` writes the source of a class's methods and compiles it, anew each time a program starts: a third
of the time in which the harness gets ready. `python3 -m graders.harness.precompiled` compiles them once, when
the sandbox's image is built. Code is found by the very source it was compiled from, so a file that is
missing or old costs time and nothing else.
"""

from __future__ import annotations

import dataclasses
import marshal
import sys
from types import CodeType
from typing import Any

_FILE = f"{__file__.rpartition('/')[0]}/__pycache__/dataclasses.{sys.implementation.cache_tag}.marshal"
_NAME = "exec"
"""The builtin function that `dataclasses` calls; a name of the module's own goes before it."""


def begin() -> None:
    """Let dataclasses that are made from now on use what is in the file, if there is one."""
    known = _read()
    if known:
        _instead(known)


def end() -> None:
    """Let Python do it again: what students make is none of ours."""
    vars(dataclasses).pop(_NAME, None)


def write() -> int:
    """Import what the harness needs and keep what is compiled for it; returns how many pieces there are."""
    made: dict[str, CodeType] = {}
    _instead(made)
    try:
        import graders.harness.grade
        import graders.harness.voice
    finally:
        end()
    del graders
    with open(_FILE, "wb") as file:
        marshal.dump(made, file)
    return len(made)


def _read() -> dict[str, CodeType]:
    try:
        with open(_FILE, "rb") as file:
            known: dict[str, CodeType] = marshal.load(file)  # noqa: S302 - as trusted as the modules beside it
    except (OSError, EOFError, ValueError, TypeError):
        return {}
    return known


def _instead(known: dict[str, CodeType]) -> None:
    def run(source: str, *scopes: Any) -> None:
        code = known.get(source)
        if code is None:
            code = known[source] = compile(source, "<string>", "exec")
        exec(code, *scopes)  # noqa: S102 - what `dataclasses` does itself

    vars(dataclasses)[_NAME] = run


if __name__ == "__main__":
    print(f"{write()} pieces of code in {_FILE}")
