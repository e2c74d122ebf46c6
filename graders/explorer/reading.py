"""Reads a source beside the first runs: a process of its own, under the students' uid, parses it.

What breaks a parser breaks that process only, and then there are no facts.
"""

from __future__ import annotations

import json
import os
import resource
import signal
from typing import NoReturn

from graders.explorer.facts import Facts
from graders.explorer.lane import Target
from graders.explorer.liveness import wait_until_gone
from graders.harness import capabilities

SECONDS = 2.0
"""CPU time that reading a source may take."""
_PATIENCE = 4 * SECONDS
"""How long it is waited for on a busy machine."""
_MOST_BYTES = 1 << 20


class Reading:
    """The reading of one target's main file, begun when it is made."""

    def __init__(self, target: Target) -> None:
        self._out = os.memfd_create("facts", os.MFD_CLOEXEC)
        self._facts: Facts | None = None
        self._child = os.fork()
        if self._child == 0:
            _read(target, self._out)

    def facts(self) -> Facts:
        """Wait for the facts, once; those of a source that cannot be read are none."""
        if self._facts is None:
            wait_until_gone(self._child, _PATIENCE)
            os.kill(self._child, signal.SIGKILL)
            os.waitpid(self._child, 0)
            try:
                self._facts = Facts.from_json(json.loads(os.pread(self._out, _MOST_BYTES, 0)))
            except (ValueError, RecursionError):
                self._facts = Facts()
            os.close(self._out)
        return self._facts


def _read(target: Target, out: int) -> NoReturn:
    try:
        if target.uid is not None:
            os.setgroups([])
            os.setresgid(target.uid, target.uid, target.uid)
            os.setresuid(target.uid, target.uid, target.uid)
        capabilities.give_up_capabilities()
        resource.setrlimit(resource.RLIMIT_CPU, (int(SECONDS), int(SECONDS)))
        names = [
            name for name in os.listdir(target.directory) if name.endswith(".py") and name != target.main
        ]
        others = {name: _text(target.directory, name) for name in sorted(names)}
        facts = Facts.of(_text(target.directory, target.main), others)
        os.write(out, json.dumps(facts.to_json()).encode())
    finally:
        os._exit(0)


def _text(directory: str, name: str) -> str:
    with open(os.path.join(directory, name), encoding="utf-8") as file:
        text = file.read()
    if "coding" not in text:
        return text
    # It may name another encoding, in which it says something else; Python would go by that one.
    import tokenize

    with tokenize.open(os.path.join(directory, name)) as file:
        return file.read()
