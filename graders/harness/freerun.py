"""Free runs: the submission with real processes on all CPUs, uncontrolled, as at home."""

from __future__ import annotations

import fcntl
import json
import mmap
import os
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

from graders.harness import crash, footprints, meter
from graders.harness.draw import Draw, draw, signature
from graders.harness.execution import Command, Execution, execute
from graders.harness.footprints import Footprint
from graders.harness.inspection import Inspection
from graders.harness.meter import Reached
from graders.harness.privileges import Privileges
from graders.harness.workplace import Workplace
from graders.job import Job
from graders.lab import FunctionSpec
from graders.run import Crash, Ending, Run
from graders.words import process

_STRIDE = 64
"""Bytes between two shared values, so that they do not share a cache line."""
_OUT_OF_PROCESSES = (
    "BlockingIOError: [Errno 11]",
    "RuntimeError: can't start new thread",
    "OSError: [Errno 11]",
)


@dataclass(frozen=True, slots=True)
class Attempt:
    """What every run of one attempt shares."""

    job: Job
    place: Workplace
    privileges: Privileges
    python: str
    inspection: Inspection


@dataclass(frozen=True, slots=True)
class FreeRun:
    """A run, and what only staff is told about it."""

    run: Run
    flags: tuple[str, ...] = ()
    footprint: Footprint | None = None


def free_run(attempt: Attempt, number: int, wall: float) -> FreeRun:
    """Make the run of that number, from 0, for at most `wall` seconds."""
    spec = attempt.job.lab.function
    if spec is None:
        return _program(attempt, wall)
    return _function(attempt, spec, draw(spec, attempt.job.seed, number), wall)


def _program(attempt: Attempt, wall: float) -> FreeRun:
    execution, footprint = _execute(attempt, (attempt.job.main,), (), wall)
    told = _told(attempt, execution)
    return replace(told, run=replace(told.run, start=attempt.inspection.start), footprint=footprint)


def serial_run(attempt: Attempt, number: int, wall: float) -> FreeRun | None:
    """Make the calls of a function-style run again, one after another; `None` for a program.

    What is wrong even then is no race, and what is right then and wrong side by side is one.
    """
    spec = attempt.job.lab.function
    if spec is None:
        return None
    return _function(attempt, spec, draw(spec, attempt.job.seed, number), wall, serial=True)


def _function(
    attempt: Attempt, spec: FunctionSpec, drawn: Draw, wall: float, serial: bool = False
) -> FreeRun:
    with _shared_memory(list(drawn.start.values())) as (descriptor, memory):
        order = {
            "path": str(attempt.place.directory / attempt.job.main),
            "name": spec.name,
            "signature": signature(spec),
            "shared": list(spec.shared),
            "locks": list(spec.locks),
            "calls": drawn.calls,
            "serial": serial,
        }
        with _pipe_holding(json.dumps(order).encode()) as source:
            arguments = (str(attempt.place.ours / "interleave_call.py"), str(source), str(descriptor))
            execution, footprint = _execute(attempt, arguments, (source, descriptor), wall)
        values = {name: _read(memory, i) for i, name in enumerate(spec.shared)}
    told = _told(attempt, execution)
    run = replace(told.run, values=values, expected=drawn.expected, given=drawn.words, serial=serial)
    return replace(told, run=run, footprint=footprint)


def _execute(
    attempt: Attempt, arguments: tuple[str, ...], descriptors: tuple[int, ...], wall: float
) -> tuple[Execution, Footprint | None]:
    notes = footprints.make() if attempt.inspection.chooses else None
    command = Command(attempt.python, arguments, descriptors, not attempt.inspection.sets_alarms, notes)
    job = attempt.job
    try:
        execution = execute(command, attempt.place, job.lab.limits, attempt.privileges, job.main, wall)
        return execution, footprints.read(notes) if notes is not None else None
    finally:
        if notes is not None:
            os.close(notes)


def _told(attempt: Attempt, execution: Execution) -> FreeRun:
    """Judge how the execution ended; a limit that explains a crash goes before it."""
    found = crash.find(
        execution.errors,
        0 if execution.reached else execution.status,
        str(attempt.place.directory),
        attempt.job.files,
        bare_counts=attempt.inspection.forks_by_hand,
    )
    reached = execution.reached or _explains(attempt, execution, found)
    if reached:
        ending, words = reached.ending, reached.words + _standing(reached, execution)
    else:
        ending, words = (Ending.CRASH if found else Ending.FINISHED), ""
    run = Run(
        ending=ending,
        output=execution.output,
        errors=execution.errors,
        seconds=execution.seconds,
        usage=execution.usage,
        started=execution.started,
        threads=execution.threads,
        crash=found,
        waits=execution.waits if ending is Ending.DEADLOCK else (),
        left=execution.left_processes,
        limit=words,
    )
    flags = ("left-processes",) if execution.left_processes else ()
    return FreeRun(run, flags + (("output-cut",) if ending is Ending.OUTPUT_LIMIT else ()))


def _explains(attempt: Attempt, execution: Execution, found: Crash | None) -> Reached | None:
    limits = attempt.job.lab.limits
    if execution.oom_kills or (found and "MemoryError" in found.message.partition("\n")[0]):
        return Reached(Ending.MEMORY_LIMIT, meter.memory_words(limits))
    if found and (execution.refused_forks or found.message.startswith(_OUT_OF_PROCESSES)):
        return Reached(Ending.PROCESS_LIMIT, meter.process_words(limits))
    return None


def _standing(reached: Reached, execution: Execution) -> str:
    """Say where a run stood when its time was up."""
    if reached.ending is not Ending.TIMEOUT:
        return ""
    quiet = (
        f"; in the last {execution.quiet:.0f} s none of its processes did anything: all of them waited"
        if execution.quiet
        else ""
    )
    stood = [
        f"{process(wait.process)} was at line {wait.line}"
        for wait in execution.waits
        if wait.line is not None
    ]
    return quiet + ("; " + ", ".join(stood[:4]) if stood else "")


@contextmanager
def _shared_memory(start: list[int]) -> Iterator[tuple[int, mmap.mmap]]:
    """Yield a descriptor to give away, and the harness's own mapping of the same memory."""
    size = _STRIDE * max(len(start), 1)
    descriptor = os.memfd_create("shared", os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
    try:
        os.ftruncate(descriptor, size)
        _seal_size(descriptor)
        with mmap.mmap(descriptor, size) as memory:
            for i, value in enumerate(start):
                struct.pack_into("@i", memory, _STRIDE * i, value)
            yield descriptor, memory
    finally:
        os.close(descriptor)


def _seal_size(descriptor: int) -> None:
    """Make the size final: reading a mapping of memory that was cut off would kill the harness."""

    fcntl.fcntl(descriptor, fcntl.F_ADD_SEALS, fcntl.F_SEAL_SHRINK | fcntl.F_SEAL_GROW | fcntl.F_SEAL_SEAL)


def _read(memory: mmap.mmap, index: int) -> int:
    (value,) = struct.unpack_from("@i", memory, _STRIDE * index)
    return int(value)


@contextmanager
def _pipe_holding(content: bytes) -> Iterator[int]:
    """Yield the reading end of a pipe that holds `content` (below a pipe's 64 KiB) and then ends."""
    source, sink = os.pipe()
    try:
        with open(sink, "wb") as file:
            file.write(content)
        yield source
    finally:
        os.close(source)
