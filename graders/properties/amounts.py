"""Compares what came out with what must: right, a race, or always the same wrong value."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from graders.properties.base import Finding, all_runs, of
from graders.run import Run
from graders.verdict import Verdict


@dataclass(frozen=True, slots=True)
class Outcome:
    """One run's result beside what it must be."""

    run: Run
    off: tuple[int, ...]
    """By how much each value differs from what it must be."""
    words: str
    """``expected 457, got 455``"""

    @property
    def right(self) -> bool:
        """Whether nothing differs."""
        return not any(self.off)


def compare(outcomes: Sequence[Outcome], right: str) -> Finding:
    """Return `passed`, `race` when it depends on the schedule, or `wrong-value` when it does not."""
    parallel = [outcome for outcome in outcomes if not outcome.run.serial]
    runs = [outcome.run for outcome in parallel]
    wrong = [(number, outcome) for number, outcome in enumerate(parallel, 1) if not outcome.right]
    hidden = next((run for run in runs if run.unexplained), None)
    if not wrong and hidden:
        return Finding(Verdict.INCONCLUSIVE, f"{right} {all_runs(runs)}, but {_UNEXPLAINED}", run=hidden)
    if not wrong:
        return Finding.passed(f"{right} {all_runs(runs)}.", runs[-1])
    number, first = wrong[0]
    told = f"{of(number, runs).capitalize()}: {first.words}."
    serial = next((outcome for outcome in outcomes if outcome.run.serial), None)
    if serial:
        if serial.right:
            also = f"Called one after another the same processes get it right: {_RACE}"
            return Finding(Verdict.RACE, f"{told} {also}", run=first.run)
        alone = "The same calls one after another, undisturbed, are wrong too."
        return Finding(Verdict.WRONG_VALUE, f"{told} {alone}", run=first.run)
    if len(wrong) < len(parallel):
        count = f"{len(wrong)} of {len(parallel)} runs went wrong and the others did not"
        return Finding(Verdict.RACE, f"{told} {count}: {_RACE}", run=first.run)
    if len({outcome.off for outcome in parallel}) > 1:
        number, other = next((n, o) for n, o in wrong if o.off != first.off)
        also = f"{of(number, runs).capitalize()}: {other.words}."
        return Finding(
            Verdict.RACE, f"{told} {also} Every run is wrong in another way: {_RACE}", run=first.run
        )
    same = "" if len(runs) == 1 else f" It is off by the same amount {all_runs(runs)}."
    return Finding(Verdict.WRONG_VALUE, told + same, run=first.run)


_UNEXPLAINED = (
    "the shared data changed in a way that the grader cannot follow, such as through a pointer, so it cannot"
    " tell whether another order of steps breaks it. Read and write shared values by their attributes."
)
_RACE = (
    "the result depends on which process comes first. What a process has read, another can change before"
    " the first acts on it. Hold one lock from the read to the last step that rests on it, and read the"
    " result only when every process has been joined."
)
