"""The data directory of an embedded service: who may use it, what lies where."""

from __future__ import annotations

import fcntl
import os
from dataclasses import dataclass
from pathlib import Path

from graders.errors import CallerError


@dataclass(frozen=True)
class Home:
    """Paths below the data directory."""

    path: Path

    @property
    def database_url(self) -> str:
        """The SQLite database's address."""
        return f"sqlite:///{self.path / 'interleave.db'}"

    def log(self, part: str) -> Path:
        """Return where a part's output goes."""
        return self.path / "log" / f"{part}.log"

    def prepare(self) -> None:
        """Make the directory, readable to its owner alone; raises `CallerError` when it cannot be used."""
        try:
            self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
            (self.path / "log").mkdir(exist_ok=True)
            (self.path / "lock").touch(mode=0o600)
        except OSError as problem:
            raise CallerError(
                f"The folder {self.path} cannot be used: {problem.strerror}. Name another with --data."
            ) from problem

    def lock(self) -> int:
        """Take the directory for this process; returns the descriptor that holds it while open.

        Logs begin anew only now: before, they may be those of a service that runs.
        """
        descriptor = os.open(self.path / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
            raise CallerError(
                f"Another `interleave up` uses {self.path} already. Stop it, or name another with --data."
            ) from None
        for old in (self.path / "log").glob("*.log"):
            old.unlink()
        return descriptor
