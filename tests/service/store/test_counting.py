"""Which submission counts, and what came late."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from graders.rules import Counts, Rules
from graders.verdict import Verdict
from service.rules import Terms
from service.store.counting import Try, count

DUE = datetime(2026, 3, 1, 23, 59, tzinfo=UTC)


def terms(**rules: object) -> Terms:
    return Terms(Rules(**rules), ZoneInfo("UTC"))  # type: ignore[arg-type]


def tries(*scores: float | None) -> list[Try]:
    verdict = {None: None, 10: Verdict.PASSED}
    return [
        Try(str(index), DUE + timedelta(hours=index - 2), verdict.get(score, Verdict.RACE), score)
        for index, score in enumerate(scores)
    ]


def test_the_best_counts_and_of_equal_ones_the_first():
    counted = count(tries(2, 4, 4, 3), terms())
    assert counted.counting is not None
    assert counted.mark is not None
    assert (counted.counting.submission_id, counted.mark.score) == ("1", 4)
    assert counted.last is not None
    assert counted.last.submission_id == "3"


def test_what_was_never_graded_is_no_attempt_at_passing():
    counted = count(tries(None, 2, None, 10), terms())
    assert (counted.submissions, counted.graded, counted.passed_after) == (4, 2, 2)
    assert counted.verdicts == {Verdict.RACE: 1, Verdict.PASSED: 1}


def test_a_score_of_zero_counts_but_no_score_does_not():
    zero, nothing = count(tries(0), terms()), count(tries(None), terms())
    assert zero.counting is not None
    assert zero.mark is not None
    assert (zero.mark.score, nothing.mark, nothing.counting, nothing.passed_after) == (0, None, None, None)


def test_late_is_after_the_due_date_and_not_at_it():
    assert count(tries(1, 1, 1, 1, 1), terms(due=DUE)).late == 2
    assert count(tries(1, 1, 1, 1, 1), terms()).late == 0


def test_nothing_handed_in_is_nothing():
    assert count([], terms()).last is None


def test_the_rules_say_which_counts_and_what_lateness_takes_off():
    late = count(tries(1, 1, 1, 4), terms(due=DUE, late_percent_per_day=50, counts=Counts.LAST))
    assert late.mark is not None
    assert (late.mark.score, late.mark.raw, late.mark.lateness.days) == (2, 4, 1)
    best = count(tries(1, 3, 1, 4), terms(due=DUE, late_percent_per_day=50))
    assert best.counting is not None
    assert best.counting.submission_id == "1"
