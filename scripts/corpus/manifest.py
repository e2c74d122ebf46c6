"""Reads tests/corpus/manifest.toml."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from graders import wire
from graders.verdict import Verdict

CORPUS = Path(__file__).parents[2] / "tests" / "corpus"


@dataclass(frozen=True, slots=True)
class Program:
    """One program of the corpus, and what a grader must say of it. tests/corpus/README.md tells the keys."""

    path: str
    """Below the corpus' folder: ``counter/early-read/counter_final.py``."""
    lab: str
    verdict: Verdict
    start: int | None = None
    kind: str = ""
    style: str = ""
    lines: tuple[int, ...] = ()
    also: tuple[tuple[int, ...], ...] = ()
    unmodelled: bool = False

    @property
    def right(self) -> bool:
        """Whether it must pass."""
        return self.verdict is Verdict.PASSED

    @property
    def name(self) -> str:
        """The path without its suffix."""
        return self.path.removesuffix(".py")

    def source(self, corpus: Path = CORPUS) -> str:
        """Return its text."""
        return (corpus / self.path).read_text(encoding="utf-8")

    def names(self, lines: Sequence[int]) -> bool:
        """Whether these are exactly the guilty lines, or those of one of several independent mistakes."""
        return tuple(sorted(lines)) in {self.lines, *self.also}


@dataclass(frozen=True, slots=True)
class _Manifest:
    program: tuple[Program, ...]


def read_manifest(corpus: Path = CORPUS) -> tuple[Program, ...]:
    """Return all programs, in the manifest's order; raises `wire.WireError` naming the odd place."""
    with (corpus / "manifest.toml").open("rb") as file:
        return wire.load(_Manifest, tomllib.load(file)).program
