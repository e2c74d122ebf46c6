"""Our seccomp profile, written as Docker reads it, in the form of the OCI runtime specification.

Docker's form has rules that hold only with certain capabilities, architectures or kernels; here they are
decided, for the containers we make.
"""

from __future__ import annotations

import json
import os
import platform
import re
from functools import cache
from pathlib import Path
from typing import Any

from graders.errors import SandboxError
from workers.sandbox.room import CAPABILITIES

PROFILE = Path(__file__).resolve().parents[3] / "deploy" / "seccomp.json"

# What the two sides call an architecture: uname(2), Docker's rules, the names in `archMap`.
_ARCHITECTURES = {
    "x86_64": ("amd64", "SCMP_ARCH_X86_64"),
    "aarch64": ("arm64", "SCMP_ARCH_AARCH64"),
    "riscv64": ("riscv64", "SCMP_ARCH_RISCV64"),
    "ppc64le": ("ppc64le", "SCMP_ARCH_PPC64LE"),
    "s390x": ("s390x", "SCMP_ARCH_S390X"),
}


@cache
def profile(path: Path = PROFILE) -> dict[str, Any]:
    """Return the object for ``linux.seccomp``; raises `SandboxError` when it cannot be read."""
    try:
        return translate(json.loads(path.read_bytes()), platform.machine(), _kernel())
    except (OSError, ValueError, KeyError) as problem:
        raise SandboxError(f"the seccomp profile {path} cannot be used: {problem}") from problem


def translate(docker: dict[str, Any], machine: str, kernel: tuple[int, int]) -> dict[str, Any]:
    """Return the profile for one architecture (as uname(2) calls it) and kernel; raises `KeyError`."""
    theirs, native = _ARCHITECTURES[machine]
    made: dict[str, Any] = {"defaultAction": docker["defaultAction"], "architectures": [native]}
    if (number := docker.get("defaultErrnoRet")) is not None:
        made["defaultErrnoRet"] = number
    for entry in docker.get("archMap") or ():
        if entry["architecture"] == native:
            made["architectures"] += entry.get("subArchitectures") or []
    rules = [rule for rule in docker["syscalls"] if _applies(rule, theirs, kernel)]
    kept = ("names", "action", "errnoRet", "args")
    made["syscalls"] = [{key: rule[key] for key in kept if rule.get(key) is not None} for rule in rules]
    return made


def _applies(rule: dict[str, Any], architecture: str, kernel: tuple[int, int]) -> bool:
    wanted, unwanted = rule.get("includes") or {}, rule.get("excludes") or {}
    held = {f"CAP_{name}" for name in CAPABILITIES}
    if (architectures := wanted.get("arches")) and architecture not in architectures:
        return False
    if not set(wanted.get("caps") or ()) <= held:
        return False
    if (least := wanted.get("minKernel")) and kernel < _version(least):
        return False
    if architecture in (unwanted.get("arches") or ()) or held & set(unwanted.get("caps") or ()):
        return False
    return not ((least := unwanted.get("minKernel")) and kernel >= _version(least))


def _kernel() -> tuple[int, int]:
    return _version(os.uname().release)


def _version(text: str) -> tuple[int, int]:
    major, minor = re.findall(r"\d+", text)[:2]
    return int(major), int(minor)
