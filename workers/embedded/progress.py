"""What a person sees while something works: one line that changes, or plain lines in a file."""

from __future__ import annotations

import sys
import time
from typing import TextIO


class Progress:
    """Steps of a long job. On a terminal each step overwrites the one before; elsewhere each is a line."""

    def __init__(self, stream: TextIO | None = None) -> None:
        self._stream = stream or sys.stderr
        self._live = self._stream.isatty()
        self._begun = time.monotonic()
        self._shown = False

    def step(self, what: str) -> None:
        """Say what is being done now."""
        if self._live:
            seconds = time.monotonic() - self._begun
            self._stream.write(f"\r\x1b[2K{what} ... ({seconds:.0f} s)")
            self._shown = True
        else:
            self._stream.write(f"{what}\n")
        self._stream.flush()

    def say(self, text: str) -> None:
        """Print lines that stay."""
        self.clear()
        self._stream.write(f"{text}\n")
        self._stream.flush()

    def show(self, text: str) -> None:
        """Print results, on standard output."""
        self.clear()
        sys.stdout.write(f"{text}\n")
        sys.stdout.flush()

    def clear(self) -> None:
        """Take the changing line away, so that other output may follow."""
        if self._shown:
            self._stream.write("\r\x1b[2K")
            self._stream.flush()
            self._shown = False
