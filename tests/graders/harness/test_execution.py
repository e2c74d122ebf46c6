"""What an execution says of the processes it has watched."""

from __future__ import annotations

import sys
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


@pytest.mark.parametrize("seen", [True, False], ids=["looked at in time", "ended just after the look"])
def test_children_too_short_to_be_seen_are_counted_whenever_the_first_process_ends(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, seen: bool
) -> None:
    monkeypatch.setenv("INTERLEAVE_WORK", str(tmp_path / "none"))
    # No sample is taken, as on a machine that is busy elsewhere.
    monkeypatch.setattr("graders.harness.execution._Supervisor._inspect", lambda *_: None)
    if not seen:
        monkeypatch.setattr(processes, "has_ended", lambda _: False)
    with prepared({"main.py": SHORT}) as place:
        command = Command(sys.executable, ("main.py",))
        made = execute(command, place, Limits(), Privileges(None, False), "main.py", 20)
    assert made.status == 0, made.errors
    # Outside of a sandbox others take numbers too: it is an upper bound.
    assert made.started >= 3
