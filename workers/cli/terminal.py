"""What is common to everything that is shown on a terminal."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

from rich.console import Console
from rich.status import Status


def printable(text: str) -> str:
    """Return `text` without control characters: what a student prints must not drive our terminal."""
    return "".join(
        char if char in "\n\t" or char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in text
    )


class _Output(Console):
    def on_broken_pipe(self) -> None:
        """Leave the exit status to us: rich's own, 1, would mean "not passed"."""
        raise BrokenPipeError


def output() -> Console:
    """Return the console for results: colours on a terminal, plain text elsewhere."""
    wrap = sys.stdout.isatty()
    return _Output(file=sys.stdout, highlight=False, markup=False, emoji=False, soft_wrap=not wrap)


class Progress(Protocol):
    """Says what is being done just now."""

    def update(self, status: str) -> None:
        """Say it."""


class Silence:
    """Progress that nobody sees."""

    def update(self, status: str) -> None:
        """Say nothing."""


@contextmanager
def progress(first: str) -> Iterator[Status | Silence]:
    """Show a line on standard error that tells what is being done, on a terminal only."""
    console = Console(stderr=True, highlight=False, markup=False)
    if not console.is_terminal:
        yield Silence()
        return
    with console.status(first) as status:
        yield status
