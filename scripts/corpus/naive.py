"""The naive judge: run the program ten times and compare the last line, as most graders do."""

from __future__ import annotations

import json
import os
import resource
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from graders.harness.draw import Draw, draw
from graders.lab import Lab
from scripts.corpus.manifest import CORPUS, Program

RUNS = 10
WALL_SECONDS = 5.0
DATA_BYTES = 512 * 1024**2
"""Bytes: a program that wants all of the memory shall not get it from the machine of the benchmark."""
_CALL = Path(__file__).with_name("call.py")


@dataclass(frozen=True, slots=True)
class Naive:
    """What the naive judge says, after how many runs it knew, and how long they took."""

    verdict: str
    """``right``, ``wrong`` or ``timed out``."""
    runs: int
    seconds: float

    @property
    def convicts(self) -> bool:
        """Whether it found anything wrong."""
        return self.verdict != "right"


def judge(program: Program, lab: Lab, seed: int = 1) -> Naive:
    """Run the program until a run goes wrong, ten times at most."""
    begin = time.monotonic()
    verdict, number = "right", 0
    while verdict == "right" and number < RUNS:
        verdict = _function(program, lab, seed, number) if lab.function else _program(program, lab)
        number += 1
    return Naive(verdict, number, round(time.monotonic() - begin, 3))


def agrees(naive: Naive, program: Program) -> bool:
    """Whether it let a right program pass, or convicted a wrong one, for whatever reason."""
    return naive.convicts is not program.right


def _program(program: Program, lab: Lab) -> str:
    adds = next(check.with_["adds"] for check in lab.checks if "adds" in check.with_)
    assert program.start is not None
    return _compare(_run([str(CORPUS / program.path)]), str(program.start + adds))


def _function(program: Program, lab: Lab, seed: int, number: int) -> str:
    assert lab.function
    drawn = draw(lab.function, seed, number)
    expected = " ".join(str(drawn.expected[name]) for name in lab.function.shared)
    output = _run([str(_CALL), str(CORPUS / program.path), _order(lab, drawn)])
    return _compare(output, expected, words=len(lab.function.shared))


def _order(lab: Lab, drawn: Draw) -> str:
    assert lab.function
    order = {
        "name": lab.function.name,
        "shared": drawn.start,
        "locks": lab.function.locks,
        "calls": drawn.calls,
    }
    return json.dumps(order)


def _compare(output: str | None, expected: str, words: int = 1) -> str:
    if output is None:
        return "timed out"
    last = next((line for line in reversed(output.splitlines()) if line.strip()), "")
    return "right" if " ".join(last.split()[-words:]) == expected else "wrong"


def _run(arguments: list[str]) -> str | None:
    """Return what a plain run printed, `None` when it did not end in time. Nothing of it is left."""
    with tempfile.TemporaryDirectory() as place, tempfile.TemporaryFile() as out:
        # A file, not a pipe: a process that is left over would hold the pipe open.
        process = subprocess.Popen(
            [sys.executable, *arguments],
            cwd=place,
            # Nothing of ours: settings such as unbuffered output change in which order lines appear.
            env={"PATH": os.environ["PATH"], "LANG": "C.UTF-8"},
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            preexec_fn=_limit,
        )
        try:
            process.wait(WALL_SECONDS)
        except subprocess.TimeoutExpired:
            return None
        finally:
            _kill_session(process)
        out.seek(0)
        return out.read().decode(errors="replace")


def _limit() -> None:
    resource.setrlimit(resource.RLIMIT_DATA, (DATA_BYTES, DATA_BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _kill_session(process: subprocess.Popen[bytes]) -> None:
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
