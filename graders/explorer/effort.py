"""How much is tried, and what it costs.

What a run costs is reckoned from what it did, not looked up on a clock: a search that a clock cuts off
finds less on a busy machine, and the same seed would not give the same report.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field

from graders.explorer.world import ControlledRun
from graders.lab import ExploreBudget

_PER_SLOT, _PER_TURN, _PER_OPERATION = 2.5e-3, 70e-6, 28e-6
"""Seconds of CPU time of a run: for each process or thread, each turn and each operation."""

PATIENCE = 4.0
"""How many times as long as reckoned the search may take by the clock before it breaks off."""


@dataclass(frozen=True, slots=True)
class Effort:
    """How much is tried where nothing is foretold, within the budget."""

    systematic: int
    """Runs with one preemption at each kind of point, at the most."""
    nothing_new: int
    """Random runs in a row that show no new order of accesses, after which the search has seen enough."""
    all_lines: bool = False
    """Whether each line that is printed counts, and not the last alone."""
    bounded: bool = False
    """Instead of random runs, all schedules with few preemptions: for targets with few processes."""


PROGRAM = Effort(32, 12)
FUNCTION = Effort(12, 6)
"""For each of several draws of a function's parameters."""
FEW = Effort(12, 6, bounded=True)


@dataclass
class Expense:
    """What a search has spent of its budget."""

    budget: ExploreBudget
    clock: float
    """Seconds after which it breaks off all the same."""
    runs: int = 0
    seconds: float = 0.0
    cut: str = ""
    """What the budget has cut off, in words."""
    begin: float = field(default_factory=time.monotonic)

    def add(self, run: ControlledRun) -> None:
        """Take one more run into account."""
        self.runs += 1
        self.seconds += cost(run)

    def spent(self) -> bool:
        """Whether nothing is left."""
        seconds, runs = self.budget.seconds, self.budget.runs
        if self.seconds > seconds:
            self.cut = f"the budget of {seconds:g} s"
        elif self.runs >= runs:
            self.cut = f"the budget of {runs} runs"
        elif time.monotonic() - self.begin > self.clock:
            self.cut = f"the clock, after {self.clock:.0f} s: this machine is slow or busy"
        return bool(self.cut)


def cost(run: ControlledRun) -> float:
    """Return the CPU time of a run as it is reckoned, in seconds."""
    return _PER_SLOT * len(run.slots) + _PER_TURN * len(run.segments) + _PER_OPERATION * len(run.trace)
