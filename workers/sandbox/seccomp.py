"""The system calls that a container may make: `deploy/seccomp.json`, an allow-list of our own.

It is shorter than Docker's default: no tracing, no reading of other processes' memory, no namespaces, no
keys, no io_uring; and none of System V's and POSIX's queues and memory, which would outlive a run
and tell the next one about it. What the C library only tries first gets ENOSYS and is done without.

The file is in the format that both Docker and the OCI runtime specification (``linux.seccomp``) read.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

from graders.errors import SandboxError

PROFILE = Path(__file__).resolve().parents[2] / "deploy" / "seccomp.json"


@cache
def profile() -> dict[str, Any]:
    """Return the profile; raises `SandboxError` when its file is not beside the program."""
    try:
        loaded: dict[str, Any] = json.loads(PROFILE.read_text())
    except (OSError, ValueError) as problem:
        raise SandboxError(f"the seccomp profile {PROFILE} cannot be read: {problem}") from problem
    return loaded


def security_option() -> str:
    """Return the profile as an entry of Docker's ``SecurityOpt``; clients hand the text itself over."""
    return "seccomp=" + json.dumps(profile(), separators=(",", ":"))
