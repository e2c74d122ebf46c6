"""One process of the embedded service: started in its own group, ended with all it has started."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from workers.ending import end_with_parent

TAIL_LINES = 20


@dataclass(frozen=True)
class Part:
    """What to start.

    `ready` asks the part itself and returns `None`, or what is still missing. `trouble` is asked now and then
    while it runs: what it does not do though it has not ended, or `None`.
    """

    name: str
    command: Sequence[str]
    log: Path
    ready: Callable[[], str | None]
    environment: Mapping[str, str] = field(default_factory=dict)
    pass_fds: tuple[int, ...] = ()
    trouble: Callable[[], str | None] = lambda: None


class RunningPart:
    """A started part. `pidfd` becomes readable when it ends."""

    def __init__(self, part: Part) -> None:
        self.part = part
        supervisor = os.getpid()
        with part.log.open("ab") as log:
            self._process = subprocess.Popen(
                part.command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                env={**os.environ, **part.environment},
                pass_fds=part.pass_fds,
                start_new_session=True,
                preexec_fn=lambda: end_with_parent(supervisor),
            )
        self.pidfd = os.pidfd_open(self._process.pid)

    @property
    def status(self) -> int | None:
        """Exit status (negative: the signal that ended it), or `None` while it runs."""
        return self._process.poll()

    def signal_group(self, number: int) -> None:
        """Send a signal to the part and to all in its process group."""
        try:
            os.killpg(self._process.pid, number)
        except ProcessLookupError:
            return

    def terminate(self) -> None:
        """Ask the part to end; it tells its own children."""
        self._process.terminate()

    def wait(self, seconds: float) -> bool:
        """Return whether it has ended within `seconds`."""
        try:
            self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            return False
        return True

    def close(self) -> None:
        """Forget it; it must have ended."""
        os.close(self.pidfd)

    def tail(self) -> str:
        """Return the last lines of its log."""
        lines = self.part.log.read_text(errors="replace").splitlines()
        return "\n".join(lines[-TAIL_LINES:])
