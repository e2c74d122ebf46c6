"""Reports of every kind that can be drawn, and ones that nobody would think of."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from graders.report import Check, Report, Runs, Step, Wait, Witness
from graders.verdict import Certificate, Verdict

SOURCE = "def increment(r):\n    for _ in range(10):\n        r.value = r.value + 1\n" * 10
R, W = "read", "write"
LOST = (Step(6, R, "r", 55, 3), Step(10, R, "r", 55, 3), Step(10, W, "r", 56, 3), Step(6, W, "r", 56, 3))
MANY_LOST = (
    Step(9, R, "r", 80, 6),
    Step(10, R, "r", 80, 6),
    Step(10, W, "r", 81, 6),
    Step(10, R, "r", 89, 6),
    Step(10, W, "r", 90, 6),
    Step(9, W, "r", 81, 6),
)
OWN_LOCKS = (
    Step(1, "acquire", "the lock a", line=5),
    Step(1, R, "number", 55, 6),
    Step(2, "acquire", "the lock b", line=5),
    Step(2, R, "number", 55, 6),
    Step(2, W, "number", 56, 6),
    Step(2, "release", "the lock b", line=7),
    Step(1, W, "number", 56, 6),
    Step(1, "release", "the lock a", line=7),
)
EARLY = (
    Step(0, "start", "process 1", line=20),
    Step(0, R, "r", 0, 22),
    Step(0, "print", "", 0, 22),
    Step(1, R, "r", 0, 6),
    Step(1, W, "r", 1, 6),
    Step(1, "end", ""),
)
KEPT = (
    Step(1, "acquire", "the lock", line=6),
    Step(1, "end", ""),
    Step(2, "wait", "the lock", line=6),
)


def report(verdict: Verdict, witness: Witness | None = None, **rest: Any) -> Report:
    return Report.of(
        "shared-data/counter", [Check("value", "Ends at 100", verdict, 0, 4)], witness=witness, **rest
    )


def race(steps: tuple[Step, ...]) -> Report:
    text = "Process 6 reads 55 from r at line 3. That update is lost."
    return report(Verdict.RACE, Witness(Verdict.RACE, "", text, (3,), steps))


def deadlock(*waits: Wait, steps: tuple[Step, ...] = ()) -> Report:
    text = "Every process waits and none can go on."
    return report(Verdict.DEADLOCK, Witness(Verdict.DEADLOCK, "", text, (3, 6), steps, waits))


def held(process: int, lock: str, by: int, line: int = 8) -> Wait:
    return Wait(process, f"the lock {lock}, which process {by} has held since line 6", by, line)


def ring(size: int) -> Report:
    """Return a deadlock in which so many wait for each other in a ring, and main for the first of them."""
    waits = [held(n, f"fork{n % size}", n % size + 1) for n in range(1, size + 1)]
    return deadlock(Wait(0, "process 1 to end", None, 27), *waits)


def kept_lock() -> Report:
    what = "the lock, which process 1 acquired at line 6 and never released; it has ended"
    waits = [Wait(n, what, 1, 6) for n in range(2, 11)]
    return deadlock(Wait(0, "process 2 to end", None, 18), *waits, steps=KEPT)


def itself() -> Report:
    own = Wait(1, "the lock, which it has itself acquired at line 13 and not released", 1, 6)
    waits = [Wait(n, "the lock, which process 1 has held since line 13", 1, 13) for n in range(2, 11)]
    return deadlock(Wait(0, "process 1 to end", None, 25), own, *waits)


def barrier() -> Report:
    waits = [Wait(n, "a barrier", None, 8) for n in range(1, 11)]
    return deadlock(Wait(0, "process 1 to end", None, 20), *waits)


def crowd() -> Report:
    """Return a ring of three with many that wait for one of the three, or for one of those."""
    ring_of_three = [held(n, "abc"[n % 3], n % 3 + 1) for n in range(1, 4)]
    others = [held(n, "c", 2, 6) for n in (4, 5, 6)] + [held(7, "b", 3, 6), held(8, "b", 3, 9)]
    return deadlock(Wait(0, "process 4 to end", None, 27), *ring_of_three, *others)


def two_parts() -> Report:
    what = "the semaphore second, which nobody is left to release"
    return deadlock(
        held(1, "a", 2), held(2, "b", 1), held(3, "c", 4), held(4, "d", 3), Wait(5, what, None, 6)
    )


def passed(certificate: Certificate = Certificate.VERIFIED) -> Report:
    return report(Verdict.PASSED, certificate=certificate, runs=Runs(3, 12), seed=7)


KINDS = {
    "a lost update": race(LOST),
    "several lost updates": race(MANY_LOST),
    "locks of their own": race(OWN_LOCKS),
    "a read that comes too early": race(EARLY),
    "an operation without a place": race((Step(1, "yield", ""), Step(2, "try acquire", "lock", 0))),
    **{f"a ring of {size}": ring(size) for size in range(2, 13)},
    "a kept lock": kept_lock(),
    "a lock acquired twice": itself(),
    "a barrier": barrier(),
    "a ring with a crowd": crowd(),
    "several parts": two_parts(),
    "verified": passed(),
    "explored": passed(Certificate.EXPLORED),
    "undecided": report(Verdict.INCONCLUSIVE, certificate=Certificate.INCONCLUSIVE),
}

NOTHING_TO_DRAW = {
    "a crash": report(Verdict.CRASH),
    "a refutation without a witness": report(Verdict.WRONG_VALUE, certificate=Certificate.REFUTED),
    "a witness in words alone": report(Verdict.RACE, Witness(Verdict.RACE, "", "In 2 of 3 runs.")),
}

HOSTILE = "</text></svg><script>alert(1)</script>\"'&\x00\x1b[31m\u202e\ud800\ufffe" + "x" * 500

_names = st.sampled_from(["r", "the lock a", "lock b", "process 1", "process 3", "", HOSTILE]) | st.text(
    max_size=60
)
_operations = st.sampled_from(
    [
        *("start", "end", "read", "write", "acquire", "release", "wait", "join"),
        *("send", "receive", "print", "signal", "dances"),
    ]
)
_values = st.none() | st.integers() | st.floats(allow_nan=True) | st.text(max_size=40)
_lines = st.none() | st.integers(0, 10**6)
_processes = st.integers(0, 12)
STEPS = st.lists(st.builds(Step, _processes, _operations, _names, _values, _lines), max_size=24)
WAITS = st.lists(
    st.builds(Wait, _processes, _names | st.just("process 2 to end"), st.none() | _processes, _lines),
    max_size=13,
)
ANYTHING = st.builds(
    lambda kind, steps, waits, text: report(
        kind, Witness(kind, "", text, (2, 10**6), tuple(steps), tuple(waits))
    ),
    st.sampled_from([Verdict.RACE, Verdict.DEADLOCK, Verdict.LIVELOCK]),
    STEPS,
    WAITS,
    st.text(max_size=200),
)
