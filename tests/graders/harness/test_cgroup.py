"""What the kernel counted, read from control groups of either version."""

from __future__ import annotations

from pathlib import Path

import pytest

from graders.harness import cgroup
from graders.harness.cgroup import Counters

VERSION_2 = {
    "memory.events": "low 0\nhigh 0\nmax 31\noom 2\noom_kill 2\noom_group_kill 0\n",
    "pids.events": "max 7\n",
}
VERSION_1 = {
    "memory/memory.oom_control": "oom_kill_disable 0\nunder_oom 0\noom_kill 2\n",
    "pids/pids.events": "max 7\n",
}
OLD_VERSION_1 = {
    "memory/memory.oom_control": "oom_kill_disable 0\nunder_oom 0\n",
    "pids/pids.events": "max 7\n",
}


@pytest.fixture
def groups(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("_OUT_OF_MEMORY", "_TOO_MANY"):
        files = [tmp_path / path.relative_to("/sys/fs/cgroup") for path in getattr(cgroup, name)]
        monkeypatch.setattr(cgroup, name, tuple(files))
    return tmp_path


@pytest.mark.parametrize(
    ("files", "kills"),
    [(VERSION_2, 2), (VERSION_1, 2), (OLD_VERSION_1, 0), ({}, 0)],
    ids=["version 2", "version 1", "version 1 of an old kernel", "none"],
)
def test_both_versions_are_read(groups: Path, files: dict[str, str], kills: int) -> None:
    for name, text in files.items():
        (groups / name).parent.mkdir(exist_ok=True)
        (groups / name).write_text(text)
    assert cgroup.read(private=True) == Counters(kills, 7 if files else 0)


def test_outside_of_a_sandbox_nothing_is_counted_for_it_would_be_other_peoples(groups: Path) -> None:
    (groups / "memory.events").write_text(VERSION_2["memory.events"])
    assert cgroup.read(private=False) == Counters()


def test_what_was_counted_before_a_run_is_not_the_runs() -> None:
    assert Counters(5, 9).since(Counters(3, 9)) == Counters(2, 0)
