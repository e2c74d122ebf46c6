"""Calls the student's function from several processes. Runs under the student's uid.

Holds nothing that decides: values are read by the harness from its own mapping of the memory.
"""

from __future__ import annotations

import ctypes
import importlib.util
import inspect
import json
import mmap
import multiprocessing
import os
import sys
from collections.abc import Callable
from multiprocessing.context import ForkContext, ForkProcess
from typing import Any

_STRIDE = 64
"""Bytes between two shared values; the harness lays them out so."""


class NotAsAsked(Exception):  # noqa: N818 - students read this name
    """The file has no such function, or one that cannot be called as the lab says."""


def main() -> None:
    """Start a process for each call and wait for all, side by side unless the job says otherwise."""
    with open(int(sys.argv[1]), encoding="utf-8") as file:
        job = json.load(file)
    context = multiprocessing.get_context("fork")
    things = _make_arguments(job, context, int(sys.argv[2]))
    calls = [[things[a] if isinstance(a, str) else a for a in call] for call in job["calls"]]
    run = _one_after_another if job["serial"] else _together
    processes = run(context, job, calls)
    for number, process in enumerate(processes, 1):
        code = process.exitcode or 0
        if code:
            how = f"was ended by signal {-code}" if code < 0 else f"ended with exit status {code}"
            sys.exit(f"process {number} {how}")


def _together(context: ForkContext, job: dict[str, Any], calls: list[list[Any]]) -> list[ForkProcess]:
    ready, gate = os.pipe(), os.pipe()
    processes = [context.Process(target=one_call, args=(job, call, ready, gate)) for call in calls]
    for process in processes:
        process.start()
    os.close(ready[1])
    os.read(ready[0], 1)  # Ends when every process has imported the file, or has died of it.
    os.close(gate[1])
    for process in processes:
        process.join()
    return processes


def _one_after_another(
    context: ForkContext, job: dict[str, Any], calls: list[list[Any]]
) -> list[ForkProcess]:
    return [process for call in calls for process in _together(context, job, [call])]


def one_call(
    job: dict[str, Any], arguments: list[Any], ready: tuple[int, int], gate: tuple[int, int]
) -> None:
    """Import the student's file, wait until all have, and make the call."""
    os.close(gate[1])
    function = _load(job["path"], job["name"], job["signature"])
    _check_signature(function, arguments, job["signature"])
    os.close(ready[1])
    os.read(gate[0], 1)
    function(*arguments)


def _make_arguments(job: dict[str, Any], context: ForkContext, descriptor: int) -> dict[str, Any]:
    memory = mmap.mmap(descriptor, 0)
    os.close(descriptor)
    things: dict[str, Any] = {name: context.Lock() for name in job["locks"]}
    for i, name in enumerate(job["shared"]):
        # The very type that RawValue("i") gives.
        things[name] = ctypes.c_int.from_buffer(memory, _STRIDE * i)
    return things


def _load(path: str, name: str, signature: str) -> Callable[..., object]:
    stem = os.path.splitext(os.path.basename(path))[0]
    sys.path[0] = os.path.dirname(path)
    spec = importlib.util.spec_from_file_location(stem, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[stem] = module
    spec.loader.exec_module(module)
    function: Callable[..., object] | None = getattr(module, name, None)
    if not callable(function):
        raise NotAsAsked(f"Your file defines no function {signature}.")
    return function


def _check_signature(function: Callable[..., object], arguments: list[Any], signature: str) -> None:
    try:
        found = inspect.signature(function)
    except (TypeError, ValueError):
        return  # Written in C: calling it will tell.
    try:
        found.bind(*arguments)
    except TypeError:
        name = signature.partition("(")[0]
        message = f"Your function must be one that can be called as {signature}, but it is {name}{found}."
        raise NotAsAsked(message) from None


if __name__ == "__main__":
    main()
