"""Puts a deadlock into a sentence."""

from __future__ import annotations

from collections.abc import Sequence

from graders.report import Wait

_MOST = 8
"""Processes named one by one; the rest is counted."""


def explain(waits: Sequence[Wait]) -> str:
    """Return a deadlock in one sentence."""
    if len(waits) == 1:
        (wait,) = waits
        where = "" if wait.line is None else f", at line {wait.line},"
        return f"{name(wait.process).capitalize()} waits{where} for {wait.waits_for}, and nobody is left who could end this wait."
    told = "; ".join(_clause(wait) for wait in waits[:_MOST])
    more = f"; and {len(waits) - _MOST} more" if len(waits) > _MOST else ""
    return f"Every process waits and none can go on: {told}{more}."


def _clause(wait: Wait) -> str:
    where = "" if wait.line is None else f" at line {wait.line}"
    return f"{name(wait.process)} waits{where} for {wait.waits_for}"


def name(process: int) -> str:
    """Return what messages call a process."""
    return "the main program" if process == 0 else f"process {process}"
