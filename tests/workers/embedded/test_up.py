"""`interleave up`, really started: what it shows, and that nothing of it remains."""

from __future__ import annotations

import os
import re
import signal
import socket
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

import pytest
import requests

from tests.workers.deployment import eventually

REPOSITORY = Path(__file__).parents[3]


class Up:
    """A started `interleave up` whose processes can be told from all others."""

    def __init__(self, folder: Path, *options: str) -> None:
        self.folder = folder
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        # A mark that every process it starts inherits, whatever becomes of groups and parents.
        self.mark = f"INTERLEAVE_TEST_MARK={folder.name}-{os.getpid()}"
        name, _, value = self.mark.partition("=")
        self.known: dict[int, str] = {}
        with (folder / "stderr").open("w") as stderr:
            self.process = self._start(stderr, {name: value}, *options)

    def _start(self, stderr: TextIO, mark: dict[str, str], *options: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [
                *(sys.executable, "-m", "workers.cli", "up", "--sandbox", "local"),
                *("--port", str(self.port), "--data", str(self.folder / "data"), *options),
            ],
            cwd=REPOSITORY,
            env={**os.environ, **mark},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=stderr,
            text=True,
        )

    @property
    def said(self) -> str:
        return (self.folder / "stderr").read_text()

    def wait_ready(self) -> str:
        """Wait until it stays up; returns its address."""
        eventually(lambda: "until Ctrl-C" in self.said or self.process.poll() is not None)
        assert self.process.poll() is None, self.said
        self.known = tree(self.process.pid)
        found = re.search(r"http://\S+", self.said)
        assert found
        return found[0]

    def processes(self) -> set[int]:
        """The ids of all that live and bear the mark, the first one included.

        Redis writes its title over its environment, so those that were seen when it was ready count too.
        """
        marked = {int(path.parent.name) for path in Path("/proc").glob("[0-9]*/environ") if self._bears(path)}
        return marked | {pid for pid, begun in self.known.items() if begun and start_time(pid) == begun}

    def _bears(self, environ: Path) -> bool:
        try:
            return self.mark.encode() in environ.read_bytes().split(b"\0")
        except OSError:
            return False

    def part(self, words: str) -> int:
        """The id of the oldest process whose command line holds `words`."""
        commands = {
            pid: Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ") for pid in self.processes()
        }
        return min(pid for pid, command in commands.items() if words.encode() in command)


def tree(pid: int) -> dict[int, str]:
    """The process and all below it, each with the time it began."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return {pid: start_time(pid)} | {
        one: begun for child in children for one, begun in tree(int(child)).items()
    }


def start_time(pid: int) -> str:
    """In ticks since the machine began; empty when there is no such process."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[19]
    except OSError:
        return ""


@contextmanager
def started(folder: Path, *options: str) -> Iterator[Up]:
    up = Up(folder, *options)
    try:
        yield up
    finally:
        for pid in up.processes():
            os.kill(pid, signal.SIGKILL)
        up.process.wait()
        assert up.process.stdout
        up.process.stdout.close()


def test_the_demonstration_shows_four_right_verdicts_and_ends(tmp_path: Path) -> None:
    with started(tmp_path, "--demo", "--once") as up:
        shown, _ = up.process.communicate(timeout=240)
        assert up.process.returncode == 0, up.said
        assert not up.processes()
    rows = [re.split(r"\s{2,}", line) for line in shown.splitlines()]
    assert rows[0] == ["lab", "verdict", "score", "seconds", "page"]
    assert [row[:2] for row in rows[1:5]] == [
        ["counter", "passed"],
        ["counter", "race"],
        ["counter", "deadlock"],
        ["locks-quiz", "passed"],
    ]
    assert all(row[4].startswith(f"http://127.0.0.1:{up.port}/submissions/") for row in rows[1:5])
    assert re.search(r"Student +login student, password \S+", shown)
    assert re.search(r"Instructor +login instructor, password \S+", shown)
    assert "\x1b" not in shown + up.said, "colours and moving lines belong on a terminal"


def test_it_serves_until_ctrl_c_which_ends_every_process_and_starts_again(tmp_path: Path) -> None:
    with started(tmp_path) as up:
        address = up.wait_ready()
        assert requests.get(f"{address}/readyz", timeout=10).json() == {"status": "ready"}
        assert re.search(r"Log in as admin with the password \S+", up.said)
        assert len(up.processes()) >= 6
        key = (tmp_path / "data" / "secret_key").read_text()
        assert stat.S_IMODE((tmp_path / "data" / "secret_key").stat().st_mode) == 0o600
        assert stat.S_IMODE((tmp_path / "data").stat().st_mode) == 0o700
        the_folder_is_taken(tmp_path / "data")
        up.process.send_signal(signal.SIGINT)
        assert up.process.wait(60) == 0
        assert not up.processes()
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with started(tmp_path, "--port", str(port)) as up:
            address = up.wait_ready()
            assert f"Port {port} is taken" in up.said
            assert not address.endswith(f":{port}")
            assert "Log in as admin" not in up.said, "a password is told once"
            assert (tmp_path / "data" / "secret_key").read_text() == key
            up.process.send_signal(signal.SIGTERM)
            assert up.process.wait(60) == 0
            assert not up.processes()


def the_folder_is_taken(data: Path) -> None:
    again = subprocess.run(
        [*(sys.executable, "-m", "workers.cli", "up", "--sandbox", "local"), "--data", str(data)],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert again.returncode == 2
    assert "uses" in again.stderr
    assert "--data" in again.stderr


@pytest.mark.faults
@pytest.mark.parametrize("part", ["redis", "worker"])
def test_a_part_that_dies_is_named_with_its_log_and_all_end(tmp_path: Path, part: str) -> None:
    words = {"redis": "redis-server", "worker": "celery"}[part]
    with started(tmp_path) as up:
        up.wait_ready()
        os.kill(up.part(words), signal.SIGKILL)
        assert up.process.wait(60) == 3
        assert f"{part} ended by itself (killed by SIGKILL)" in up.said
        assert "The end of its log" in up.said
        assert not up.processes()


@pytest.mark.faults
def test_a_beat_that_dies_within_the_worker_is_noticed_and_all_end(tmp_path: Path) -> None:
    with started(tmp_path) as up:
        up.wait_ready()
        worker = up.part("celery")
        # Beat and the pool's process look alike from outside; of the two only the latter comes again.
        for child in Path(f"/proc/{worker}/task/{worker}/children").read_text().split():
            os.kill(int(child), signal.SIGKILL)
        assert up.process.wait(90) == 3
        assert re.search(r"worker has not been told to sweep for \d+ s: its beat has ended or hangs", up.said)
        assert not up.processes()


@pytest.mark.faults
def test_even_when_it_is_killed_itself_nothing_stays(tmp_path: Path) -> None:
    with started(tmp_path) as up:
        up.wait_ready()
        up.process.kill()
        up.process.wait()
        eventually(lambda: not up.processes())
