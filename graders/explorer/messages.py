"""Whether it matters which of several messages comes first."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

from graders.explorer.order import contested
from graders.explorer.points import Event, Op
from graders.explorer.world import ControlledRun


def senders(run: ControlledRun) -> Iterable[str]:
    """Whoever waits for a message of several knows of all of them, or of the one there can be."""
    flows: dict[int, list[Event]] = defaultdict(list)
    for event in run.trace:
        if event.op in (Op.SEND, Op.RECEIVE):
            flows[event.object].append(event)
    open_to_all = contested(run.trace, run.locks)
    for number, flow in flows.items():
        if number not in open_to_all:
            continue
        told = [event.line for event in flow if event.op is Op.RECEIVE and event.line]
        senders = {process_of(run, event) for event in flow if event.op is Op.SEND}
        if told and len(senders) > 1 and not _goes_round(run, flow) and not _collected(run, flow):
            yield f"what line {told[0]} has waited for depends on which message comes first"
            return


def process_of(run: ControlledRun, event: Event) -> int:
    """Return the number of the process that did an operation."""
    return run.process_of(run.slots[event.slot]).number


def _goes_round(run: ControlledRun, flow: Sequence[Event]) -> bool:
    """Whether there is never more than one message under way: a token."""
    ahead: Counter[int] = Counter()
    most: Counter[int] = Counter()
    under_way: list[int] = []
    for event in flow:
        process = process_of(run, event)
        if event.op is Op.SEND and event.value:
            ahead[process] += 1
            under_way.append(int(event.value))
        left = int(event.value) if event.op is Op.RECEIVE else 0
        while under_way and 0 < under_way[0] <= left:
            # A message may be read in parts; who reads the last one has it.
            left -= under_way.pop(0)
            ahead[process] -= 1
        if under_way:
            under_way[0] -= left
        most[process] = max(most[process], ahead[process])
    return most.total() <= 1


def _collected(run: ControlledRun, flow: Sequence[Event]) -> bool:
    """Whether one process takes all messages there are before it goes on with anything shared."""
    receives = [event for event in flow if event.op is Op.RECEIVE]
    who = {process_of(run, event) for event in receives}
    if len(who) != 1 or sum(e.value for e in receives) != sum(e.value for e in flow if e.op is Op.SEND):
        return False
    during = run.trace[receives[0].step : receives[-1].step]
    return not any(e.op in (Op.READ, Op.WRITE) and process_of(run, e) in who for e in during)
