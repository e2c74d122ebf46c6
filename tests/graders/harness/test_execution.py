"""What an execution says of the processes it has watched."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import pytest

from graders.harness import processes
from graders.harness.execution import Command, execute
from graders.harness.privileges import Privileges
from graders.harness.workplace import prepared
from graders.limits import Limits

SHORT = """
import os
for _ in range(3):
    os.waitpid(os.posix_spawn("/bin/true", ["true"], {}), 0)
"""


def test_children_too_short_to_be_seen_are_counted_also_when_the_first_process_ends_at_once(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("INTERLEAVE_WORK", str(tmp_path / "none"))
    # No sample is taken, as on a machine that is busy elsewhere.
    monkeypatch.setattr("graders.harness.execution._Supervisor._inspect", lambda *_: None)
    # It has ended by the time we come to it, however we came to it.
    reap = processes.reap
    monkeypatch.setattr(processes, "reap", lambda *look: (time.sleep(1), reap(*look))[1])
    with prepared({"main.py": SHORT}) as place:
        command = Command(sys.executable, ("main.py",))
        made = execute(command, place, Limits(), Privileges(None, False), "main.py", 20)
    assert made.status == 0, made.errors
    # Outside of a sandbox others take numbers too: it is an upper bound.
    assert made.started >= 3
