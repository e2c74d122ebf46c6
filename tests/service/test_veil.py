"""A veiled report tells nothing of its hidden checks."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graders.report import CONVICTIONS, Check, Report
from graders.verdict import Verdict
from service.veil import KEPT_BACK, veiled
from tests.service.web.school import report

calm = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
"""On a busy machine drawing values takes its time, which says nothing about them."""

RACE = report(Verdict.RACE)


def test_without_hidden_checks_it_is_the_report_itself() -> None:
    assert veiled(RACE, frozenset()) is RACE
    assert veiled(RACE, frozenset({"none-of-these"})) is RACE


def test_the_checks_and_the_witness_that_belongs_to_them_are_gone() -> None:
    seen = veiled(RACE, frozenset({"value", "every-order"}))
    assert seen is not None
    assert (seen.verdict, seen.score, seen.max_score) == (Verdict.PASSED, 2, 2)
    assert [check.id for check in seen.checks] == ["workers"]
    assert seen.witness is None
    text = str(seen.to_json())
    for word in ("race", "Ends at exactly", "in another 99", "every-order", "refuted", "The value is 99"):
        assert word not in text


def test_the_witness_of_a_check_that_is_shown_stays() -> None:
    seen = veiled(RACE, frozenset({"value"}))
    assert seen is not None
    assert seen.witness == RACE.witness


def test_a_conviction_whose_witness_proves_something_hidden_says_where_it_is() -> None:
    checks = (replace(RACE.checks[0], verdict=Verdict.DEADLOCK), *RACE.checks[1:])
    both = replace(report(Verdict.DEADLOCK), checks=checks)
    seen = veiled(both, frozenset({"value"}))
    assert seen is not None
    assert seen.verdict is Verdict.RACE
    assert seen.witness is not None
    assert (seen.witness.explanation, seen.witness.steps, seen.witness.waits) == (KEPT_BACK, (), ())


def test_where_everything_is_hidden_there_is_nothing_to_see() -> None:
    assert veiled(RACE, frozenset({"value", "workers", "every-order"})) is None


@calm
@given(
    st.lists(st.sampled_from(Verdict), min_size=1, max_size=5),
    st.sets(st.integers(0, 4)),
    st.data(),
)
def test_what_is_seen_does_not_depend_on_how_hidden_checks_went(
    verdicts: list[Verdict], hidden: set[int], data: st.DataObject
) -> None:
    others = [
        data.draw(st.sampled_from([v for v in Verdict if v not in CONVICTIONS])) if n in hidden else verdict
        for n, verdict in enumerate(verdicts)
    ]
    names = frozenset(f"c{n}" for n in hidden)
    one, two = (veiled(made(some), names) for some in (verdicts, others))
    if one is None or two is None or not names & {f"c{n}" for n in range(len(verdicts))}:
        return
    assert one.checks == two.checks
    assert (one.verdict, one.score, one.max_score, one.certificate, one.output) == (
        two.verdict,
        two.score,
        two.max_score,
        two.certificate,
        two.output,
    )


def made(verdicts: list[Verdict]) -> Report:
    """Return a report with a check for each verdict, told as the harness tells it."""
    checks = [
        Check(f"c{n}", f"Check {n}", verdict, float(verdict is Verdict.PASSED), 1.0, "seen")
        for n, verdict in enumerate(verdicts)
    ]
    worst = min(verdicts, key=lambda verdict: verdict.rank)
    whole = report(worst)
    return replace(
        Report.of("x/y", checks, witness=whole.witness or RACE.witness), output=f"printed by {worst}"
    )


@pytest.mark.parametrize("verdict", sorted(CONVICTIONS))
def test_every_conviction_can_be_veiled(verdict: Verdict) -> None:
    assert veiled(report(verdict), frozenset({"workers"})) is not None
