"""What processes and lines are called wherever something is told of them: the main program is number 0."""

from __future__ import annotations

from collections.abc import Iterable, Sequence


def process(number: int) -> str:
    """Return a process in a sentence: ``process 6`` or ``the main program``."""
    return f"process {number}" if number else "the main program"


def processes(numbers: Sequence[int]) -> str:
    """Return several processes: ``processes 2 to 10``, ``the main program and process 3``."""
    workers = sorted(number for number in set(numbers) if number)
    parts = ["the main program"] if 0 in numbers else []
    if workers:
        parts.append(f"process{'es' if len(workers) > 1 else ''} {_ranges(workers)}")
    return " and ".join(parts)


def lines(numbers: Iterable[int]) -> str:
    """Return lines of a file: ``line 6``, ``lines 2 to 4 and 7``."""
    found = sorted(set(numbers))
    return f"line{'s' if len(found) > 1 else ''} {_ranges(found)}"


def _ranges(numbers: Sequence[int]) -> str:
    """Return ``1, 3 and 5 to 9``; a range stands for three or more."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    parts = [
        part
        for run in runs
        for part in ([f"{run[0]} to {run[-1]}"] if len(run) > 2 else [str(number) for number in run])
    ]
    return " and ".join([", ".join(parts[:-1]), parts[-1]] if len(parts) > 1 else parts)
