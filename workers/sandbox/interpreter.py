"""The Python that runs inside the local sandbox: the one beneath our virtual environment."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import graders
from graders.errors import SandboxError

_ASK = "import json, site, sys; print(json.dumps([sys.prefix, sys.exec_prefix, site.getsitepackages()]))"


@dataclass(frozen=True)
class Interpreter:
    """Where a Python and its parts lie."""

    executable: str
    prefixes: tuple[str, ...]
    site: tuple[str, ...]


@cache
def base_interpreter() -> Interpreter:
    """Find the interpreter without the environment's packages, which students shall not meet."""
    executable = os.path.realpath(sys.executable)
    try:
        answer = subprocess.run(
            [executable, "-I", "-c", _ASK], capture_output=True, check=True, timeout=20, env={}
        )
        prefix, exec_prefix, site = json.loads(answer.stdout)
    except (OSError, subprocess.SubprocessError, ValueError) as problem:
        raise SandboxError(f"the interpreter {executable} does not start by itself: {problem}") from problem
    prefixes = {os.path.realpath(prefix), os.path.realpath(exec_prefix), str(Path(executable).parent)}
    return Interpreter(executable, tuple(sorted(prefixes)), tuple(site))


def graders_folder() -> str:
    """Return the folder of the `graders` package."""
    return str(Path(graders.__file__).resolve().parent)


def run_module(module: str) -> tuple[str, ...]:
    """Return the command that runs one of our modules in a clean environment, with `our_environment`."""
    return (sys.executable, "-P", "-s", "-m", module)


def run_harness() -> tuple[str, ...]:
    """Return the command that runs the harness outside a file system of its own.

    Started as root it hands programs over to another uid, which must be able to read the Python they run
    on: ours may lie in a home directory that is closed to others, and then the system's is taken.
    """
    own = os.path.realpath(sys.executable)
    if os.geteuid() != 0 or _open_to_all(own) or not _open_to_all(_SYSTEM):
        return run_module("graders.harness")
    return (_SYSTEM, "-P", "-s", "-m", "graders.harness")


_SYSTEM = "/usr/bin/python3"


def _open_to_all(path: str) -> bool:
    file = Path(path)
    if not os.access(path, os.X_OK):
        return False
    return all(folder.stat().st_mode & 0o001 for folder in (file.resolve(), *file.resolve().parents))


def our_environment() -> dict[str, str]:
    """Return a whole environment in which our packages are found, installed or not."""
    return {
        "PATH": "/usr/local/bin:/usr/bin:/bin",
        "LANG": "C.UTF-8",
        "PYTHONPATH": str(Path(graders_folder()).parent),
    }
