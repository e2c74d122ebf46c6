"""Puts a deadlock into a sentence."""

from __future__ import annotations

from collections.abc import Sequence

from graders.report import Wait


def explain(waits: Sequence[Wait]) -> str:
    """Return a deadlock in one sentence; processes that wait alike are told together."""
    if not waits:
        return "Every process waits and none can go on."
    alike: dict[tuple[str, int | None], list[int]] = {}
    for wait in waits:
        alike.setdefault((wait.waits_for, wait.line), []).append(wait.process)
    clauses = [_clause(processes, what, line) for (what, line), processes in alike.items()]
    if len(waits) == 1:
        return f"{clauses[0][0].upper()}{clauses[0][1:]}, and nobody is left who could end this wait."
    return f"Every process waits and none can go on: {'; '.join(clauses)}."


def name(process: int) -> str:
    """Return what messages call a process."""
    return "the main program" if process == 0 else f"process {process}"


def _clause(processes: Sequence[int], what: str, line: int | None) -> str:
    where = "" if line is None else f" at line {line}"
    if len(processes) == 1:
        return f"{name(processes[0])} waits{where} for {what}"
    return f"{_names(processes)} wait{where} for {what}"


def _names(processes: Sequence[int]) -> str:
    """Return ``the main program and processes 1, 2 and 4 to 10``."""
    names = ["the main program"] if 0 in processes else []
    spans: list[list[int]] = []
    for number in sorted(set(processes) - {0}):
        if spans and spans[-1][-1] == number - 1:
            spans[-1].append(number)
        else:
            spans.append([number])
    words = [f"{s[0]} to {s[-1]}" if len(s) > 2 else " and ".join(map(str, s)) for s in spans]
    if words:
        several = "process" if len(spans) == 1 and len(spans[0]) == 1 else "processes"
        names.append(f"{several} {', '.join(words)}")
    return " and ".join(names)
