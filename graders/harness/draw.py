"""Draws what a function-style run is given: start values, calls and their parameters."""

from __future__ import annotations

import random
from dataclasses import dataclass

from graders.lab import CallGroup, FunctionSpec, Range


@dataclass(frozen=True, slots=True)
class Draw:
    """The parameters of one run. The student never learns them before it is over."""

    start: dict[str, int]
    calls: tuple[tuple[str | int, ...], ...]
    """Arguments of each process's call: names of shared values and locks, and plain numbers."""
    expected: dict[str, int]
    words: str
    effects: tuple[dict[str, int], ...] = ()
    """By how much each call must change each shared value."""


FEW = 2
"""Processes that can get in each other's way, at the least."""


def draw(spec: FunctionSpec, seed: int, run: int, few: bool = False) -> Draw:
    """Draw for the run of that number, from 0; the same seed gives the same parameters.

    With `few`, only as many processes as it takes: small enough to try what is possible one by one.
    In every second run one draw serves all calls, and start values are equal where their ranges
    allow it: equal amounts and balances hide and show other mistakes than different ones.
    """
    dice = random.Random(f"{seed}/{run}")  # noqa: S311 - must repeat; it keeps no secret
    equal = run % 2 == 1
    start = _numbers(spec.shared, dice, equal)
    common = _numbers(spec.parameters, dice, equal)
    made: list[tuple[tuple[str | int, ...], dict[str, int]]] = []
    for group in spec.calls:
        most = FEW if len(spec.calls) == 1 else 1
        for _ in range(most if few else dice.randint(group.processes.low, group.processes.high)):
            values = common if equal else _numbers(spec.parameters, dice, equal=False)
            effect = dict.fromkeys(start, 0) | _effect(group, values)
            made.append((tuple(values.get(name, name) for name in group.arguments), effect))
    dice.shuffle(made)
    calls, effects = [call for call, _ in made], tuple(effect for _, effect in made)
    expected = {name: value + sum(effect[name] for effect in effects) for name, value in start.items()}
    words = _words(spec, start, calls, common if equal else {})
    return Draw(start, tuple(calls), expected, words, effects)


def signature(spec: FunctionSpec) -> str:
    """Return the call as the student must define it, such as ``F(r, lock)``."""
    return f"{spec.name}({', '.join(spec.calls[0].arguments)})"


def _numbers(ranges: dict[str, Range], dice: random.Random, equal: bool) -> dict[str, int]:
    drawn: dict[str, int] = {}
    for name, span in ranges.items():
        alike = next((v for v in drawn.values() if span.low <= v <= span.high), None) if equal else None
        drawn[name] = dice.randint(span.low, span.high) if alike is None else alike
    return drawn


def _effect(group: CallGroup, values: dict[str, int]) -> dict[str, int]:
    return {name: _amount(amount, values) for name, amount in group.effect.items()}


def _amount(amount: int | str, values: dict[str, int]) -> int:
    if isinstance(amount, int):
        return amount
    return -values[amount[1:]] if amount.startswith("-") else values[amount]


def _words(
    spec: FunctionSpec, start: dict[str, int], calls: list[tuple[str | int, ...]], common: dict[str, int]
) -> str:
    began = " and ".join(f"{name} started at {value}" for name, value in start.items())
    count = f"{len(calls)} process" + ("es" if len(calls) != 1 else "")
    if not spec.parameters:
        return f"{began}, with {count}"
    if common:
        amounts = ", ".join(f"{name} {value}" for name, value in common.items())
        return f"{began}, with {count} and {amounts} in every call"
    shown = ", ".join(f"{spec.name}({', '.join(map(str, call))})" for call in calls[:8])
    return f"{began}, with {count}: {shown}" + (", ..." if len(calls) > 8 else "")
