"""Puts a deadlock into a sentence."""

from __future__ import annotations

from collections.abc import Sequence

from graders.report import Wait
from graders.words import process, processes


def explain(waits: Sequence[Wait]) -> str:
    """Return a deadlock in one sentence; processes that wait alike are told together."""
    if not waits:
        return "Every process waits and none can go on."
    alike: dict[tuple[str, int | None], list[int]] = {}
    for wait in waits:
        alike.setdefault((wait.waits_for, wait.line), []).append(wait.process)
    clauses = [_clause(numbers, what, line) for (what, line), numbers in alike.items()]
    if len(waits) == 1:
        return f"{clauses[0][0].upper()}{clauses[0][1:]}, and nobody is left who could end this wait."
    return f"Every process waits and none can go on: {'; '.join(clauses)}."


def _clause(numbers: Sequence[int], what: str, line: int | None) -> str:
    where = "" if line is None else f" at line {line}"
    if len(numbers) == 1:
        return f"{process(numbers[0])} waits{where} for {what}"
    return f"{processes(numbers)} wait{where} for {what}"
