"""What each call of a function-style lab has changed by itself: the sum alone does not tell who worked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from graders.explorer.points import Op
from graders.explorer.world import ControlledRun, Slot
from graders.words import process


def strange_share(run: ControlledRun, effects: Sequence[Mapping[str, int]]) -> str:
    """Return in words which call did not do its own part alone; empty when each did, or it is unknown.

    `effects` are the changes that each call must make, by the names of the shared values, in the order of
    the calls. A process that a call has started works for that call.
    """
    names = dict(zip(sorted(run.data), effects[0] if effects else (), strict=False))
    calls = [slot.number for slot in run.slots.values() if slot.parent == 0 and not slot.thread]
    changed = _changes(run, names)
    if len(calls) != len(effects) or not _accounts_for_all(run, changed):
        return ""
    for number, effect in zip(sorted(calls), effects, strict=True):
        for datum, name in names.items():
            own, asked = changed[number, datum], effect[name]
            if own != asked:
                return f"{process(number)} changed {name} by {own}, where its own call asks for {asked}"
    return ""


def _changes(run: ControlledRun, names: Mapping[int, str]) -> Counter[tuple[int, int]]:
    """Return by how much each call's processes changed each datum."""
    there = {number: run.initial.get(number, 0) for number in names}
    found: Counter[tuple[int, int]] = Counter()
    for event in run.trace[run.forked_at :]:
        if event.op is Op.WRITE and event.object in there:
            found[_call(run, run.slots[event.slot]), event.object] += int(event.value - there[event.object])
            there[event.object] = event.value
    return found


def _call(run: ControlledRun, slot: Slot) -> int:
    while slot.parent > 0:
        slot = run.slots[slot.parent]
    return slot.number


def _accounts_for_all(run: ControlledRun, changed: Mapping[tuple[int, int], int]) -> bool:
    """Whether what was announced is all that has changed."""
    sums: Counter[int] = Counter()
    for (_, datum), amount in changed.items():
        sums[datum] += amount
    return all(run.final.get(d) == run.initial.get(d, 0) + sums[d] for d in run.data)
