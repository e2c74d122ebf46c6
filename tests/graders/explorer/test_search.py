"""The search as a whole: what it spends, what it finds, and that it can be repeated."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest

from graders.explorer.effort import FEW
from graders.explorer.facts import Facts
from graders.explorer.lane import Made, Target
from graders.explorer.lanes import Lanes
from graders.explorer.names import Names
from graders.explorer.nursery import Nursery
from graders.explorer.schedule import Schedule
from graders.explorer.search import Conviction, Exploration, Judgement, Lost, Pass, explore
from graders.explorer.strategies import Replay
from graders.explorer.world import Outcome
from graders.lab import ExploreBudget
from graders.verdict import Certificate, Verdict
from tests.graders.explorer.programs import DEADLOCKING, text
from tests.graders.harness.serving import function_lab, grade, program_lab

PROGRAM = """
    from multiprocessing import Lock, Process, RawValue, Value

    def work(n, lock):
        for _ in range(2):
            {work}

    if __name__ == "__main__":
        n, lock = RawValue("i", 0), Lock()
        workers = [Process(target=work, args=(n, lock)) for _ in range(2)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
        print(n.value)
    """
LOCKED = PROGRAM.format(work="with lock: n.value += 1")
RACY = PROGRAM.format(work="n.value += 1")
BRANCHING = PROGRAM.format(work="with lock: n.value += 1 if n.value < 9 else 0")
AROUND = PROGRAM.format(work="with lock: memoryview(n).cast('B')[0] += 1")


@pytest.fixture(scope="module")
def lanes() -> Iterator[Lanes]:
    nursery = Nursery()
    nursery.prepare((), enter=False)
    nursery.prepare = lambda words, enter=True: None  # type: ignore[method-assign]
    with nursery, Lanes(nursery, "", 2) as lanes:
        yield lanes


def _judge(made: Made, _names: Names) -> Judgement:
    if made.run.outcome is Outcome.DEADLOCK:
        return Judgement(Verdict.DEADLOCK, "nobody goes on")
    right = made.output == "4\n"
    return Judgement(Verdict.PASSED if right else Verdict.WRONG_VALUE, f"it printed {made.output}")


Explore = Callable[..., Exploration]


@pytest.fixture
def search(lanes: Lanes, target: Callable[[str], Target]) -> Explore:
    def run(source: str, runs: int = 40, seed: int = 7, seconds: float = 60.0, **rest: Any) -> Exploration:
        plain = replace(target(source), seed=seed)
        facts = Facts.of(text(source))
        aim = replace(plain, unhooked=facts.unhooked)
        budget = ExploreBudget(runs, seconds)
        return explore(lanes, aim, "0123456789ab", lambda: facts, rest.pop("judge", _judge), budget, **rest)

    return run


def test_a_proven_pass_spends_the_two_runs_that_prove_it(search: Explore) -> None:
    found = search(LOCKED)
    assert isinstance(found, Pass)
    assert (found.certificate, found.runs) == (Certificate.VERIFIED, 2)
    assert "2 runs showed" in found.covers


def test_a_race_is_convicted_with_a_witness_that_fails_again(
    search: Explore, lanes: Lanes, target: Callable[[str], Target]
) -> None:
    found = search(RACY)
    assert isinstance(found, Conviction)
    assert found.witness.kind is Verdict.RACE
    assert found.runs <= 5
    schedule = Schedule.parse(found.witness.schedule)
    again = lanes.make(replace(target(RACY), seed=7), Replay(schedule.turns))
    assert again.output == found.failing.output != "4\n"
    assert found.passing is not None
    assert found.passing.output == "4\n"


def test_what_is_wrong_in_every_run_is_no_race_and_has_no_run_that_passes(search: Explore) -> None:
    found = search(PROGRAM.format(work="pass"))
    assert isinstance(found, Conviction)
    assert (found.witness.kind, found.passing) == (Verdict.WRONG_VALUE, None)


def test_a_deadlock_is_convicted_by_the_runs_that_are_foretold(search: Explore) -> None:
    found = search(DEADLOCKING["lock_order"], judge=_done)
    assert isinstance(found, Conviction)
    assert found.witness.kind is Verdict.DEADLOCK
    assert found.runs <= 5


def _done(made: Made, names: Names) -> Judgement:
    return Judgement(Verdict.PASSED) if made.output == "done\n" else _judge(made, names)


@pytest.mark.parametrize("runs", [1, 3, 7])
def test_the_budget_of_runs_is_kept_and_told(search: Explore, runs: int) -> None:
    found = search(BRANCHING, runs)
    assert isinstance(found, Pass)
    assert found.certificate is Certificate.EXPLORED
    assert found.runs == runs
    assert f"cut off by the budget of {runs} runs" in found.covers
    assert "depends on a shared value" in found.covers


def test_the_budget_of_time_is_kept_and_told(search: Explore) -> None:
    found = search(BRANCHING, 1000, seconds=0.0)
    assert isinstance(found, Pass)
    assert found.runs <= 4
    assert "cut off by the budget of 0 s" in found.covers


def test_a_search_that_sees_nothing_new_any_more_ends_by_itself(search: Explore) -> None:
    found = search(BRANCHING, 100_000)
    assert isinstance(found, Pass)
    assert found.runs < 500
    assert "cut off" not in found.covers


def test_few_processes_are_tried_with_all_preemptions_up_to_the_bound(search: Explore) -> None:
    source = BRANCHING.replace("range(2):\n            with", "range(1):\n            with")
    found = search(source, 100_000, effort=FEW, judge=lambda made, _: Judgement(Verdict.PASSED))
    assert isinstance(found, Pass)
    assert "all orders with 2 interruptions were tried" in found.covers


def test_what_happens_behind_the_hooks_is_never_a_pass(search: Explore) -> None:
    found = search(AROUND, 12)
    assert isinstance(found, Pass)
    assert found.certificate is Certificate.INCONCLUSIVE


def test_a_program_that_the_explorer_cannot_see_to_its_end_is_lost(search: Explore) -> None:
    found = search("print('x' * 100_000)")
    assert isinstance(found, Lost)
    assert found.why == "it printed more than the limit"


def test_another_seed_throws_other_dice(search: Explore) -> None:
    seen: list[list[tuple[int, int]]] = []

    def judge(made: Made, _names: Names) -> Judgement:
        seen.append(made.run.segments)
        return Judgement(Verdict.PASSED)

    counts = []
    for seed in (1, 1, 2):
        search(BRANCHING, 100, seed=seed, judge=judge)
        counts.append(len(seen))
    first, again, other = seen[: counts[0]], seen[counts[0] : counts[1]], seen[counts[1] :]
    assert first == again
    assert first != other


SEEDED = {
    "a race": (RACY, False),
    "a pass that is verified": (LOCKED, False),
    "a pass that is explored": (BRANCHING, False),
    "a deadlock": (text(DEADLOCKING["lock_order"]), False),
    "a hard-coded value": (LOCKED.replace("print(n.value)", "print(4)"), False),
    "a function with a race": ("def F(r, lock):\n    for _ in range(10):\n        r.value += 1\n", True),
    "a function that is explored": (
        "def F(r, lock):\n    for _ in range(10):\n        with lock: r.value += 1 if r.value else 1\n",
        True,
    ),
}


@pytest.mark.parametrize("what", SEEDED)
def test_the_same_seed_gives_the_same_report_but_for_times(what: str) -> None:
    source, function = SEEDED[what]
    lab = function_lab(free_runs=0) if function else program_lab(free_runs=0, adds=4)
    lab = replace(lab, explore=ExploreBudget(12, 60.0))
    told = []
    for _ in range(2):
        data = grade(source, lab, seed=11).report.to_json()
        for measured in ("seconds", "usage"):
            del data[measured]
        told.append(json.dumps(data))
    assert told[0] == told[1]
