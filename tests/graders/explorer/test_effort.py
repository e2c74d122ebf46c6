"""What a search may spend: by what its runs do, and by the clock only when that is far off."""

from __future__ import annotations

import pytest

from graders.explorer.effort import Expense, cost
from graders.lab import ExploreBudget
from tests.graders.explorer.script import Script


def _run(rounds: int, workers: int = 2) -> Script:
    script = Script()
    for slot in range(1, workers + 1):
        script.fork(slot)
    for _ in range(rounds):
        for slot in range(1, workers + 1):
            script.read(slot)
    return script


def test_what_does_more_costs_more() -> None:
    few, many, wide = cost(_run(1).run), cost(_run(100).run), cost(_run(1, workers=9).run)
    assert 0 < few < many
    assert few < wide


def test_the_budget_of_seconds_is_spent_by_what_runs_do() -> None:
    run = _run(1000).run
    expense = Expense(ExploreBudget(1000, seconds=3.5 * cost(run)), clock=1000)
    spent = []
    for _ in range(4):
        expense.add(run)
        spent.append(expense.spent())
    assert spent == [False, False, False, True]
    assert "the budget of" in expense.cut
    assert expense.runs == 4


def test_the_budget_of_runs_is_spent_run_by_run() -> None:
    expense = Expense(ExploreBudget(2, seconds=100), clock=1000)
    expense.add(_run(1).run)
    assert not expense.spent()
    expense.add(_run(1).run)
    assert expense.spent()
    assert expense.cut == "the budget of 2 runs"


@pytest.mark.parametrize(("ago", "spent"), [(19, False), (21, True)])
def test_a_clock_that_is_far_ahead_breaks_off(ago: float, spent: bool) -> None:
    expense = Expense(ExploreBudget(1000, seconds=100), clock=20)
    expense.begin -= ago
    assert expense.spent() is spent
    assert ("the clock" in expense.cut) is spent
