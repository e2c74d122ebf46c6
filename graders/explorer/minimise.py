"""Makes a failing run simple: fewest preemptions, then fewest turns.

First the failure is looked for again with a single preemption, at the gap that the failing run shows.
Else turns are dropped one after the other while the run still fails alike (delta debugging, Zeller
1999). Every candidate is really run.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from graders.explorer.collisions import collisions
from graders.explorer.controller import Strategy
from graders.explorer.lane import Made
from graders.explorer.plan import preemptions
from graders.explorer.points import Op
from graders.explorer.steering import TO_THE_END, steer_to
from graders.explorer.strategies import Replay
from graders.explorer.world import ControlledRun

ENOUGH = 2
"""Preemptions of a witness that is simple enough: a circle of two locks takes as many."""
MOST_RUNS = 24
"""Candidates that are tried for one witness."""
MOST_OPERATIONS = 60_000
"""Operations of all candidates together: a witness of a long run is worth fewer of them."""
_MOST_GAPS = 6
_FEWEST = 4

Runs = Callable[[Iterable[Strategy]], Iterator[Made]]
Fails = Callable[[Made], bool]


def simplest(failing: Made, runs: Runs, fails: Fails) -> Made:
    """Return a run that fails like `failing` and is as simple as could be found."""
    if preemptions(failing.run) <= (1 if collisions(failing.run.trace) else ENOUGH):
        return failing
    steered = [made for made in runs(_single(failing.run)) if fails(made)]
    best = min(steered, key=_complexity, default=failing)
    best = min(best, failing, key=_complexity)
    return best if preemptions(best.run) <= ENOUGH else _without_turns(best, runs, fails)


def _complexity(made: Made) -> tuple[int, int, int]:
    slots = {slot for slot, _ in made.run.segments}
    return preemptions(made.run), len(made.run.segments), len(slots)


def _single(run: ControlledRun) -> Iterator[Strategy]:
    """Yield runs with one preemption each, at the gaps that `run` shows."""
    seen = set()
    for found in collisions(run.trace):
        foreign = next(event for event in found.between if event.op is Op.WRITE)
        key = (found.read.line, found.write.line, foreign.line)
        if key in seen:
            continue
        seen.add(key)
        # It is held where it stood when the other wrote: it may have had to release a lock until then.
        held = sum(event.slot == found.read.slot for event in run.trace[: foreign.step])
        yield steer_to(run, [(found.read.slot, held), (foreign.slot, TO_THE_END)], name="steer")
        if len(seen) == _MOST_GAPS:
            return


def _without_turns(failing: Made, runs: Runs, fails: Fails) -> Made:
    """Drop turns, large pieces first, until none can be dropped or enough has been tried."""
    best, tried, size = failing, 0, max(1, len(failing.run.segments) // 2)
    most = min(MOST_RUNS, max(_FEWEST, MOST_OPERATIONS // max(1, len(failing.run.trace))))
    while tried < most and preemptions(best.run) > ENOUGH:
        pieces = list(_pieces(best.run.segments, size))[: most - tried]
        tried += len(pieces)
        found = (made for made in runs(Replay(piece) for piece in pieces) if fails(made))
        better = next((made for made in found if _complexity(made) < _complexity(best)), None)
        if better is not None:
            best = better
            size = min(size, max(1, len(best.run.segments) // 2))
        elif size == 1:
            break
        else:
            size //= 2
    return best


def _pieces(segments: Sequence[tuple[int, int]], size: int) -> Iterator[list[tuple[int, int]]]:
    """Yield the turns without `size` neighbours, from the end on."""
    for end in range(len(segments), 0, -size):
        yield [*segments[: max(0, end - size)], *segments[end:]]
