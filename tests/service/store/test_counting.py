"""Which submission counts, and what came late."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from graders.verdict import Verdict
from service.store.counting import Rule, Try, count

DUE = datetime(2026, 3, 1, 23, 59, tzinfo=UTC)


def tries(*scores: float | None) -> list[Try]:
    verdict = {None: None, 10: Verdict.PASSED}
    return [
        Try(str(index), DUE + timedelta(hours=index - 2), verdict.get(score, Verdict.RACE), score)
        for index, score in enumerate(scores)
    ]


def test_the_best_counts_and_of_equal_ones_the_first():
    counted = count(tries(2, 4, 4, 3), Rule())
    assert counted.counting is not None
    assert (counted.counting.submission_id, counted.score) == ("1", 4)
    assert counted.last is not None
    assert counted.last.submission_id == "3"


def test_what_was_never_graded_is_no_attempt_at_passing():
    counted = count(tries(None, 2, None, 10), Rule())
    assert (counted.submissions, counted.graded, counted.passed_after) == (4, 2, 2)
    assert counted.verdicts == {Verdict.RACE: 1, Verdict.PASSED: 1}


def test_a_score_of_zero_counts_but_no_score_does_not():
    zero, nothing = count(tries(0), Rule()), count(tries(None), Rule())
    assert zero.counting is not None
    assert (zero.score, nothing.score, nothing.counting, nothing.passed_after) == (0, None, None, None)


def test_late_is_after_the_due_date_and_not_at_it():
    assert count(tries(1, 1, 1, 1, 1), Rule(due=DUE)).late == 2
    assert count(tries(1, 1, 1, 1, 1), Rule()).late == 0


def test_nothing_handed_in_is_nothing():
    assert count([], Rule()).last is None
