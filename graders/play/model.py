"""How a small program runs, step by step, and everything that can come of it.

The same rules are in ``service/web/static/interpreter.js``; tests compare the two on every order of steps.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from functools import cached_property
from itertools import pairwise
from typing import Any, Literal


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a process: nobody can come between its beginning and its end."""

    op: Literal["read", "write", "look", "acquire", "release"]
    line: int
    object: str
    """A shared value or a lock."""
    by: int = 0
    """``write``: what is added to the value that was read last."""
    least: int = 0
    """``look``: the value that was read last must be at least this."""
    skip: int = 0
    """``look``: how many steps are left out when it is not."""


class End(StrEnum):
    """How a program can end."""

    RIGHT = "right"
    WRONG = "wrong"
    """With another value than it must."""
    DEADLOCK = "deadlock"


@dataclass(frozen=True)
class Puzzle:
    """A small program, and what its reader is asked to do with it."""

    slug: str
    title: str
    task: str
    source: str
    """A whole program that really runs; the steps' lines are its."""
    shared: Mapping[str, int]
    """What the shared values begin with."""
    processes: tuple[tuple[Step, ...], ...]
    wanted: Mapping[str, int]
    """What the shared values must be at the end."""
    lesson: str
    """What is to be learned from it; shown when it is over."""
    aim: Mapping[str, int] = field(default_factory=dict)
    """Values to reach, where not any wrong one will do."""

    @cached_property
    def found(self) -> Found:
        """What can come of it."""
        return search(self)

    @property
    def breakable(self) -> bool:
        """Whether any order of steps ends otherwise than it must."""
        return any(self.found.orders[end] for end in (End.WRONG, End.DEADLOCK))

    @property
    def solution(self) -> tuple[int, ...]:
        """Return an order of steps that does what is asked for; empty when there is none."""
        goals = [
            (end, values)
            for end, values in self.found.shortest
            if end is not End.RIGHT and (not self.aim or dict(values) == dict(self.aim))
        ]
        return min((self.found.shortest[goal] for goal in goals), key=_turns, default=())

    def to_json(self) -> dict[str, Any]:
        """Return what the page's interpreter needs."""
        return {
            "shared": dict(self.shared),
            "wanted": dict(self.wanted),
            "aim": dict(self.aim),
            "breakable": self.breakable,
            "processes": [[asdict(step) for step in steps] for steps in self.processes],
        }


@dataclass(frozen=True, slots=True)
class State:
    """How things stand between two steps."""

    at: tuple[int, ...]
    """The next step of each process; one past the last when it is done."""
    values: tuple[tuple[str, int], ...]
    hands: tuple[int | None, ...]
    """What each process has read last."""
    holders: tuple[tuple[str, int], ...]
    """Locks that are held, and by which process, counted from 0."""


Outcome = tuple[End, tuple[tuple[str, int], ...]]
"""How a program ended, and with which values."""


@dataclass(frozen=True, slots=True)
class Found:
    """Everything that can come of a program."""

    orders: Mapping[End, int]
    """In how many orders of steps it ends so."""
    finals: frozenset[tuple[tuple[str, int], ...]]
    """Values at the end, of runs that come to an end."""
    shortest: Mapping[Outcome, tuple[int, ...]]
    """For each outcome that can come: an order with the fewest turns given from one process to another."""

    @property
    def total(self) -> int:
        """How many orders there are."""
        return sum(self.orders.values())


def begin(puzzle: Puzzle) -> State:
    """Return how things stand before the first step."""
    size = len(puzzle.processes)
    return State((0,) * size, tuple(sorted(puzzle.shared.items())), (None,) * size, ())


def can_move(puzzle: Puzzle, state: State, process: int) -> bool:
    """Whether a process has a next step and need not wait for it."""
    steps = puzzle.processes[process]
    if state.at[process] >= len(steps):
        return False
    step = steps[state.at[process]]
    return step.op != "acquire" or step.object not in dict(state.holders)


def move(puzzle: Puzzle, state: State, process: int) -> State:
    """Return how things stand when a process that can move has made its next step."""
    step = puzzle.processes[process][state.at[process]]
    values, holders, hands = dict(state.values), dict(state.holders), list(state.hands)
    forward = 1
    if step.op == "read":
        hands[process] = values[step.object]
    elif step.op == "write":
        values[step.object] = (hands[process] or 0) + step.by
    elif step.op == "look":
        forward += step.skip if (hands[process] or 0) < step.least else 0
    elif step.op == "acquire":
        holders[step.object] = process
    else:
        del holders[step.object]
    at = tuple(place + forward if one == process else place for one, place in enumerate(state.at))
    return State(at, tuple(sorted(values.items())), tuple(hands), tuple(sorted(holders.items())))


def ended(puzzle: Puzzle, state: State) -> End | None:
    """Return how it has ended; `None` while somebody can move."""
    size = range(len(puzzle.processes))
    if any(can_move(puzzle, state, process) for process in size):
        return None
    if any(state.at[process] < len(puzzle.processes[process]) for process in size):
        return End.DEADLOCK
    return End.RIGHT if dict(state.values) == dict(puzzle.wanted) else End.WRONG


def search(puzzle: Puzzle) -> Found:
    """Go through every order of steps; states that come up again are counted, not gone through again."""
    known: dict[State, _Ways] = {}
    ways = _ways(puzzle, begin(puzzle), known)
    orders = dict.fromkeys(End, 0)
    for (end, _), count in ways.orders.items():
        orders[end] += count
    finals = frozenset(values for end, values in ways.orders if end is not End.DEADLOCK)
    shortest = {
        outcome: min((path for (of, _), path in ways.paths.items() if of == outcome), key=_turns)
        for outcome in ways.orders
    }
    return Found(orders, finals, shortest)


@dataclass(frozen=True, slots=True)
class _Ways:
    orders: Mapping[Outcome, int]
    paths: Mapping[tuple[Outcome, int], tuple[int, ...]]
    """For each outcome and each process that goes first, the order with the fewest turns."""


def _ways(puzzle: Puzzle, state: State, known: dict[State, _Ways]) -> _Ways:
    if state in known:
        return known[state]
    end = ended(puzzle, state)
    if end is not None:
        known[state] = _Ways({(end, state.values): 1}, {((end, state.values), -1): ()})
        return known[state]
    orders: dict[Outcome, int] = {}
    best: dict[tuple[Outcome, int], tuple[int, ...]] = {}
    for process in range(len(puzzle.processes)):
        if not can_move(puzzle, state, process):
            continue
        after = _ways(puzzle, move(puzzle, state, process), known)
        for of, count in after.orders.items():
            orders[of] = orders.get(of, 0) + count
        for (of, _), path in after.paths.items():
            whole = (process, *path)
            if (of, process) not in best or _turns(whole) < _turns(best[of, process]):
                best[of, process] = whole
    known[state] = _Ways(orders, best)
    return known[state]


def _turns(path: tuple[int, ...]) -> int:
    return sum(one != other for one, other in pairwise(path))
