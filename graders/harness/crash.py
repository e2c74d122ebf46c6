"""Finds out from standard error and the exit status what made a program crash, and at which line."""

from __future__ import annotations

import re
import signal
from collections.abc import Collection, Sequence
from pathlib import PurePath

from graders.run import Crash

_START = "Traceback (most recent call last):"
_CHAINED = ("During handling of the above exception", "The above exception was the direct cause")
_FRAME = re.compile(r'^ +(?:\| )?File "(?P<file>.*)", line (?P<line>\d{1,7})(?:, in (?P<function>.*))?$')
_HEADERS = re.compile(r"^(Process .+:|Exception in thread .+:)$")
_SPAWNED = '  File "<string>", line 1, in <module>'
"""Where a process of the start methods spawn and forkserver begins, before it has a name."""
_NOT_AS_ASKED = "NotAsAsked: "
"""What `site/interleave_call.py` raises when the function is missing or takes other arguments."""
_NO_INPUT = (
    " Your program reads input, but none is given: it must know everything it needs by itself,"
    " so take out input() and every other read from standard input."
)


def find(
    errors: str, status: int, directory: str, files: Collection[str], bare_counts: bool = False
) -> Crash | None:
    """Return what crashed the run, or `None`.

    Args:
        errors: standard error, decoded.
        status: exit status of the first process, negative for a signal.
        directory: where the student's `files` lie; only frames in these are shown.
        files: names of the student's files.
        bare_counts: whether a traceback without the header of a child or a thread is evidence
            although the first process ended well (after a raw fork it is; ``print_exc`` prints the same).
    """
    lines = errors.splitlines()
    for begin, line in enumerate(lines):
        if line.strip() != _START and not line.startswith("  File "):
            continue
        header = lines[begin - 1] if begin else ""
        block = _block(lines, begin)
        spawned = len(block) > 1 and block[1].startswith(_SPAWNED)
        bare = bare_counts and not header.startswith("Exception ignored")
        if block and (status != 0 or _HEADERS.match(header) or spawned or bare):
            return _from_block(block, header, directory, files)
    return _from_status(lines, status)


def _block(lines: Sequence[str], begin: int) -> list[str]:
    """Return one traceback with all it is chained to, up to the line that names the exception."""
    block: list[str] = []
    for line in lines[begin:]:
        block.append(line)
        # Tracebacks of processes that crash at the same time come mixed, line by line.
        inner = not line or line.startswith((" ", _START, *_CHAINED)) or _HEADERS.match(line)
        if not inner and not _continues(lines, begin + len(block)):
            return block
    return []


def _continues(lines: Sequence[str], at: int) -> bool:
    following = [line for line in lines[at : at + 2] if line]
    return bool(following) and following[0].startswith(_CHAINED)


def _from_block(block: Sequence[str], header: str, directory: str, files: Collection[str]) -> Crash:
    own = [
        (PurePath(match["file"]).name, int(match["line"]), (match["function"] or "")[:80])
        for line in block
        if (match := _FRAME.match(line)) and _is_own(match["file"], directory, files)
    ]
    if block[-1].startswith(_NOT_AS_ASKED):
        return Crash(block[-1].removeprefix(_NOT_AS_ASKED))
    message = block[-1][:500]
    if message.startswith("EOFError: EOF when reading a line"):
        message += "." + _NO_INPUT
    who = f" (in {header.rstrip(':')[:100]})" if header.startswith("Process ") else ""
    trail = "".join(
        f"\n  {file}, line {line}" + (f", in {function}" if function else "")
        for file, line, function in own[-8:]
    )
    return Crash(f"{message}{who}{trail}", own[-1][1] if own else None)


def _is_own(file: str, directory: str, files: Collection[str]) -> bool:
    path = PurePath(file)
    return path.name in files and str(path.parent) in (directory, ".")


def _from_status(lines: Sequence[str], status: int) -> Crash | None:
    if status == 0:
        return None
    said = next((line for line in reversed(lines) if line.strip()), "")[:300]
    said = f" Its last words on standard error: {said}" if said else ""
    if status < 0:
        return Crash(f"The program was ended by signal {-status} ({_signal(-status)}).{said}")
    return Crash(f"The program ended with exit status {status}, which means failure; 0 means success.{said}")


def _signal(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return "unnamed"
