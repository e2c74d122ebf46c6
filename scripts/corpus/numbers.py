"""The numbers of the benchmark, each beside its bar."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median

from graders.verdict import Certificate, Verdict
from scripts.corpus.outcomes import Outcome

WITNESS_STEPS, WITNESS_PROCESSES = 8, 2
TIME_BARS = {
    "race": (150.0, 500.0),
    "deadlock": (100.0, 250.0),
    "pass verified": (400.0, 800.0),
    "pass explored": (1500.0, 3000.0),
}
"""Most milliseconds to a verdict: median and 95th percentile."""
RUNS_PER_SECOND = 40.0
MEMORY_MB = 150.0


@dataclass(frozen=True, slots=True)
class Number:
    """One line of the table."""

    what: str
    value: str
    bar: str
    met: bool | None
    """`None`: it was not measured."""
    correctness: bool = True
    """Whether missing the bar means that something is wrong, and not just slow or large."""
    note: str = ""

    @property
    def word(self) -> str:
        """``met``, ``MISSED`` or ``not measured``."""
        return "not measured" if self.met is None else "met" if self.met else "MISSED"


@dataclass(frozen=True, slots=True)
class Measured:
    """What is measured beside the gradings; `None` stands for what was not."""

    replays: tuple[int, int] | None = None
    """How many witnesses gave the same verdict again, of how many."""
    runs_per_second: float | None = None
    memory_mb: float | None = None


def numbers(outcomes: Sequence[Outcome], measured: Measured) -> list[Number]:
    """Return the whole table."""
    return [*_verdicts(outcomes), *_witnesses(outcomes, measured), *_times(outcomes), *_machine(measured)]


def _verdicts(outcomes: Sequence[Outcome]) -> list[Number]:
    wrong = [o for o in outcomes if not o.program.right]
    right = [o for o in outcomes if o.program.right]
    named = [o for o in wrong if o.lines_right is not None]
    provable = [o for o in right if not o.program.unmodelled]
    return [
        _share("wrong programs convicted", wrong, lambda o: o.convicted, 100),
        _share("right programs passed", right, lambda o: o.verdict == Verdict.PASSED, 100),
        _share("exact verdict class", outcomes, lambda o: o.exact, 98),
        _share("exact guilty lines", named, lambda o: o.lines_right is True, 100),
        _share("verified, of right programs", provable, _verified, 80, "without unmodelled channels"),
    ]


def _witnesses(outcomes: Sequence[Outcome], measured: Measured) -> list[Number]:
    races = [o for o in outcomes if o.exact and o.verdict == Verdict.RACE]
    size = f"{WITNESS_PROCESSES} processes, at most {WITNESS_STEPS} steps"
    small = _share("small witnesses of races", races, _small, 95, size)
    if measured.replays is None:
        return [Number("witnesses replay", "", "100 %", None), small]
    again, tried = measured.replays
    value = f"{again} of {tried}" if tried else ""
    return [Number("witnesses replay", value, "100 %", again == tried if tried else None), small]


def _times(outcomes: Sequence[Outcome]) -> list[Number]:
    found = []
    for name, bars in TIME_BARS.items():
        times = sorted(o.report.seconds * 1000 for o in outcomes if o.report and _class(o) == name)
        for label, bar, value in zip(("median", "p95"), bars, _median_and_p95(times), strict=True):
            met = None if value is None else value <= bar
            shown = "" if value is None else f"{value:.0f} ms"
            what = f"time to {name}, {label}"
            found.append(Number(what, shown, f"<= {bar:.0f} ms", met, False, f"of {len(times)}"))
    return found


def _machine(measured: Measured) -> list[Number]:
    rate, memory = measured.runs_per_second, measured.memory_mb
    return [
        Number(
            "explored runs of ten processes",
            "" if rate is None else f"{rate:.0f} /s",
            f">= {RUNS_PER_SECOND:.0f} /s",
            None if rate is None else rate >= RUNS_PER_SECOND,
            False,
            "per core, all strategies in turn",
        ),
        Number(
            "memory of harness and processes",
            "" if memory is None else f"{memory:.0f} MB",
            f"<= {MEMORY_MB:.0f} MB",
            None if memory is None else memory <= MEMORY_MB,
            False,
            "proportional set sizes, ten processes",
        ),
    ]


def _share(
    what: str,
    outcomes: Sequence[Outcome],
    holds: Callable[[Outcome], bool],
    bar: float,
    note: str = "",
) -> Number:
    shown_bar = f">= {bar:g} %" if bar < 100 else "100 %"
    if not outcomes:
        return Number(what, "", shown_bar, None, note=note)
    count = sum(holds(outcome) for outcome in outcomes)
    share = 100 * count / len(outcomes)
    # Cut, not rounded: 99.96 % is not all of them.
    value = f"{math.floor(share * 10) / 10:g} % ({count} of {len(outcomes)})"
    return Number(what, value, shown_bar, share >= bar, note=note)


def _verified(outcome: Outcome) -> bool:
    return outcome.exact and outcome.certificate is Certificate.VERIFIED


def _small(outcome: Outcome) -> bool:
    return 0 < outcome.steps <= WITNESS_STEPS and outcome.processes <= WITNESS_PROCESSES


def _class(outcome: Outcome) -> str:
    if not outcome.exact:
        return ""
    if outcome.program.right:
        return f"pass {outcome.certificate}"
    return str(outcome.verdict)


def _median_and_p95(times: Sequence[float]) -> tuple[float | None, float | None]:
    """Return both; the nearest rank, so that few values are not smoothed over. `times` is sorted."""
    if not times:
        return None, None
    return median(times), times[math.ceil(0.95 * len(times)) - 1]
