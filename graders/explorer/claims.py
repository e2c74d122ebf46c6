"""What a pass is worth, in words: what was proven, or what was tried and why no more is claimed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from graders.verdict import Certificate

_STRATEGIES = {
    "parent-first": "without preemption",
    "last-first": "without preemption",
    "steer-deadlock": "into foretold deadlocks",
    "steer-orphan": "into ending who holds a lock",
    "steer-loss": "into foretold lost updates",
    "steer-order": "with two accesses in the other order",
    "steer-chain": "through two gaps at once",
    "child-first": "children first",
    "one-by-one": "one process after the other",
    "lockstep": "in lockstep",
    "one-preemption": "with one preemption",
    "bounded": "with all preemptions up to the bound",
    "random": "at random",
    "pos": "at random (POS)",
    "pct-2": "at random (PCT, depth 2)",
    "pct-3": "at random (PCT, depth 3)",
}


def covers(
    kind: Certificate, runs: int, used: Mapping[str, int], doubts: Sequence[str], cut: str, bound: int = 0
) -> str:
    """Say what a pass is worth: what was proven, or what was tried and why no more is claimed."""
    if kind is Certificate.VERIFIED:
        return (
            "This holds in every order of steps, not only in those that were run: each update of a shared "
            "value lies in one critical section of one lock, sections only add, what is printed is read when "
            f"all writers have ended, and no wait can be endless. {_count(runs)} showed that this is so."
        )
    tried: Counter[str] = Counter()
    for name, count in used.items():
        tried[_STRATEGIES.get(name, name)] += count
    kinds = ", ".join(f"{count} {words}" for words, count in tried.items())
    why = f" It is not proven for all orders, because {doubts[0]}." if doubts else ""
    stopped = f" The search was cut off by {cut}." if cut else ""
    if bound:
        stopped += f" With as few processes as can meet, all orders with {bound} interruptions were tried."
    return f"No order of steps was found that breaks it. {_count(runs)} under control: {kinds}.{why}{stopped}"


def _count(runs: int) -> str:
    return "One run" if runs == 1 else f"{runs} runs"
