from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from graders.verdict import Certificate, Verdict, worst


def test_the_strings_are_those_of_the_stable_interface() -> None:
    assert {str(verdict) for verdict in Verdict} == {
        "passed",
        "race",
        "deadlock",
        "livelock",
        "wrong-value",
        "sequential",
        "crash",
        "timeout",
        "memory-limit",
        "process-limit",
        "output-limit",
        "cheat",
        "requirement",
        "inconclusive",
    }
    assert {str(certificate) for certificate in Certificate} == {
        "refuted",
        "verified",
        "explored",
        "inconclusive",
    }


def test_nothing_at_all_is_passed() -> None:
    assert worst([]) is Verdict.PASSED


def test_a_race_is_told_before_the_wrong_value_it_leads_to() -> None:
    assert worst([Verdict.PASSED, Verdict.WRONG_VALUE, Verdict.RACE]) is Verdict.RACE


def test_what_is_inconclusive_never_counts_as_passed() -> None:
    assert worst([Verdict.PASSED, Verdict.INCONCLUSIVE]) is Verdict.INCONCLUSIVE


@given(st.lists(st.sampled_from(Verdict), min_size=1))
def test_the_worst_is_one_of_them_and_does_not_depend_on_their_order(verdicts: list[Verdict]) -> None:
    assert worst(verdicts) in verdicts
    assert worst(verdicts) is worst(reversed(verdicts))
    assert all(worst(verdicts).rank <= verdict.rank for verdict in verdicts)
