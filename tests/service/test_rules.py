"""What rules mean for one student at one moment: by example, and whatever the rules are."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from graders import clock
from graders.quiz import grade
from graders.rules import Counts, Feedback, Rules
from service import rules as decide
from service.rules import Counted, Extension, Refusal
from tests.graders.quiz.samples import QUIZ

calm = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
"""On a busy machine drawing values takes its time, which says nothing about them."""

UTC_ZONE = clock.zone("UTC")
ZURICH = clock.zone("Europe/Zurich")
DUE = datetime(2026, 12, 1, 12, tzinfo=UTC)
DAY, SECOND = timedelta(days=1), timedelta(seconds=1)
LATE = Rules(due=DUE, late_percent_per_day=10)

MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC))
ZONES = st.sampled_from(["UTC", "Europe/Zurich", "America/New_York", "Australia/Lord_Howe"]).map(clock.zone)
MAYBE = st.none() | MOMENTS
RULES = st.builds(
    Rules,
    opens=MAYBE,
    due=MAYBE,
    closes=MAYBE,
    late_percent_per_day=st.floats(0, 100),
    grace_days=st.floats(0, 60),
    attempts=st.integers(0, 5),
    cooldown_minutes=st.floats(0, 10_000),
    counts=st.sampled_from(Counts),
).filter(lambda rules: not list(rules.problems()))
EXTENSIONS = st.none() | st.builds(Extension, due=MAYBE, closes=MAYBE, attempts=st.integers(0, 5))


def admission(rules: Rules, now: datetime, *used: datetime) -> decide.Admission:
    return decide.admission(decide.terms(rules, None, UTC_ZONE), used, now)


def late(rules: Rules, at: datetime, where=UTC_ZONE) -> decide.Lateness:
    return decide.lateness(decide.terms(rules, None, where), at)


def test_it_is_open_from_the_opening_to_the_closing_both_included() -> None:
    rules = Rules(opens=DUE, closes=DUE + DAY)
    assert admission(rules, DUE - SECOND).refusal is Refusal.NOT_OPEN
    assert admission(rules, DUE - SECOND).again == DUE
    assert admission(rules, DUE).allowed
    assert admission(rules, DUE + DAY).allowed
    closed = admission(rules, DUE + DAY + SECOND)
    assert (closed.refusal, closed.again) == (Refusal.CLOSED, None)


def test_attempts_are_counted_down_to_none() -> None:
    rules = Rules(attempts=2)
    assert admission(rules, DUE).attempts_left == 2
    assert admission(rules, DUE, DUE - DAY).attempts_left == 1
    last = admission(rules, DUE, DUE - DAY, DUE - DAY)
    assert (last.attempts_left, last.refusal) == (0, Refusal.NO_ATTEMPTS)
    assert admission(Rules(), DUE, *[DUE] * 99).attempts_left is None


def test_the_pause_is_kept_from_the_newest_submission_on() -> None:
    rules = Rules(cooldown_minutes=30)
    soon = admission(rules, DUE, DUE - timedelta(hours=2), DUE - timedelta(minutes=29))
    assert (soon.refusal, soon.again) == (Refusal.COOLDOWN, DUE + timedelta(minutes=1))
    assert admission(rules, DUE, DUE - timedelta(minutes=30)).allowed


@pytest.mark.parametrize(
    ("after", "days"),
    [
        (timedelta(0), 0),
        (SECOND, 1),
        (DAY, 1),
        (DAY + SECOND, 2),
        (3 * DAY, 3),
    ],
)
def test_each_day_begun_is_a_day_late(after: timedelta, days: int) -> None:
    found = late(LATE, DUE + after)
    assert (found.days, found.share) == (days, days / 10)
    assert found.late is (after > timedelta(0))


def test_in_the_grace_nothing_is_taken_off_but_it_is_late() -> None:
    rules = replace(LATE, grace_days=1.5)
    assert late(rules, DUE + 1.5 * DAY) == decide.Lateness(late=True)
    assert late(rules, DUE + 1.5 * DAY + SECOND).days == 1


def test_no_more_than_all_is_taken_off() -> None:
    found = decide.counted(decide.terms(LATE, None, UTC_ZONE), DUE + 40 * DAY, 7.0)
    assert (found.score, found.raw, found.lateness.days) == (0, 7.0, 40)


@pytest.mark.parametrize(
    ("due", "hours"),
    [
        # Clocks are put back in the night: the day has 25 hours.
        (datetime(2026, 10, 24, 23, 59), 25),
        # Put forward: 23.
        (datetime(2026, 3, 28, 23, 59), 23),
        (datetime(2026, 6, 1, 23, 59), 24),
    ],
)
def test_a_day_late_ends_at_the_same_hour_by_the_clocks_of_the_course(due: datetime, hours: int) -> None:
    moment = clock.moment(due, ZURICH)
    rules = Rules(due=moment, late_percent_per_day=10)
    assert late(rules, moment + timedelta(hours=hours), ZURICH).days == 1
    assert late(rules, moment + timedelta(hours=hours) + SECOND, ZURICH).days == 2
    # The zone of the course decides, not that of a machine.
    assert late(rules, moment + timedelta(hours=24) + SECOND, UTC_ZONE).days == 2


def test_a_due_date_put_off_past_the_closing_takes_it_along() -> None:
    rules = Rules(due=DUE, closes=DUE + DAY)
    own = decide.terms(rules, Extension(due=DUE + 5 * DAY), UTC_ZONE)
    assert (own.rules.due, own.rules.closes, own.extended) == (DUE + 5 * DAY, DUE + 5 * DAY, True)


def test_an_extension_that_the_rules_have_overtaken_takes_nothing_away() -> None:
    own = decide.terms(Rules(due=DUE, closes=DUE), Extension(due=DUE - DAY, closes=DUE - DAY), UTC_ZONE)
    assert (own.rules.due, own.rules.closes, own.extended) == (DUE, DUE, False)


def test_more_attempts_do_not_limit_what_was_not_limited() -> None:
    assert decide.terms(Rules(), Extension(attempts=2), UTC_ZONE).rules.attempts == 0
    assert decide.terms(Rules(attempts=1), Extension(attempts=2), UTC_ZONE).rules.attempts == 3


@pytest.mark.parametrize(
    ("counts", "scores", "which"),
    [
        (Counts.BEST, [3, 7, 7, 5], 1),
        (Counts.LAST, [3, 7, 7, 5], 3),
        (Counts.BEST, [0], 0),
    ],
)
def test_of_several_the_one_counts_that_the_rules_name(
    counts: Counts, scores: list[float], which: int
) -> None:
    before, chosen = None, -1
    for number, score in enumerate(scores):
        new = Counted(score, score)
        if decide.replaces(counts, new, before):
            before, chosen = new, number
    assert chosen == which


def test_hidden_checks_are_shown_after_the_due_date() -> None:
    terms = decide.terms(Rules(due=DUE, hidden_checks=("a", "gone")), None, UTC_ZONE)
    assert decide.hidden(terms, ["a", "b"], DUE) == {"a"}
    assert decide.is_hidden_until(terms, DUE) == DUE
    assert decide.hidden(terms, ["a", "b"], DUE + SECOND) == frozenset()
    assert decide.is_hidden_until(terms, DUE + SECOND) is None


def test_feedback_after_the_due_date_hides_everything_until_the_students_own() -> None:
    rules = Rules(due=DUE, feedback=Feedback.AFTER_DUE)
    own = decide.terms(rules, Extension(due=DUE + DAY), UTC_ZONE)
    assert decide.hidden(own, ["q1", "q2"], DUE + DAY) == {"q1", "q2"}
    assert decide.hidden(own, ["q1", "q2"], DUE + DAY + SECOND) == frozenset()


@calm
@given(RULES, EXTENSIONS, ZONES, st.lists(MOMENTS, max_size=6), MOMENTS)
def test_an_extension_never_makes_anything_worse(rules, extension, where, used, now) -> None:
    plain, own = decide.terms(rules, None, where), decide.terms(rules, extension, where)
    assert not list(own.rules.problems())
    before, after = decide.admission(plain, used, now), decide.admission(own, used, now)
    assert after.allowed or not before.allowed
    assert after.lateness.share <= before.lateness.share
    if before.attempts_left is not None:
        assert after.attempts_left is not None
        assert after.attempts_left >= before.attempts_left


@calm
@given(RULES, ZONES, MOMENTS, st.timedeltas(timedelta(0), timedelta(days=90)))
def test_handing_in_earlier_never_counts_less(rules, where, at, sooner) -> None:
    terms = decide.terms(rules, None, where)
    early, after = decide.counted(terms, at - sooner, 10), decide.counted(terms, at, 10)
    assert 0 <= after.score <= early.score <= 10
    assert early.lateness.days <= after.lateness.days
    assert (after.lateness.share == 0) or after.lateness.late


@calm
@given(RULES, ZONES, st.lists(MOMENTS, max_size=6), MOMENTS)
def test_who_may_not_now_is_told_why_and_may_when_it_was_said(rules, where, used, now) -> None:
    assume(all(moment <= now for moment in used))
    terms = decide.terms(rules, None, where)
    found = decide.admission(terms, used, now)
    if found.again:
        assert found.again > now
        then = decide.admission(terms, used, found.again)
        assert then.refusal is not found.refusal
    if found.refusal is Refusal.NO_ATTEMPTS:
        assert len(used) >= rules.attempts > 0
    if found.allowed:
        assert not (rules.opens and now < rules.opens)
        assert not (rules.closes and now > rules.closes)


@calm
@given(ZONES, st.integers(0, 30), st.floats(0, 3), MOMENTS)
def test_the_days_late_are_days_of_the_courses_calendar(where, days, grace, due) -> None:
    rules = Rules(due=due, late_percent_per_day=1, grace_days=grace)
    local = due.astimezone(where) + timedelta(days=grace + days)
    end = local.astimezone(UTC)
    assert late(rules, end, where).days <= days
    assert late(rules, end + timedelta(days=1, hours=2), where).days > days


@calm
@given(st.integers(1, 10_000))
def test_the_same_student_always_sees_the_same_order_and_the_key_still_holds(user_id: int) -> None:
    first, again = decide.shuffled_quiz(QUIZ, user_id), decide.shuffled_quiz(QUIZ, user_id)
    assert first == again
    for before, after in zip(QUIZ.questions, first.questions, strict=True):
        assert sorted(before.options, key=lambda one: one.id) == sorted(after.options, key=lambda one: one.id)
        assert before.key == after.key
    right = {"one": "A", "several": ["C", "A", "B"]}
    assert grade(first, right).score == grade(QUIZ, right).score


def test_students_see_different_orders_and_a_new_option_does_not_mix_up_the_others() -> None:
    orders = {
        tuple(option.id for option in decide.shuffled_quiz(QUIZ, user_id).questions[1].options)
        for user_id in range(50)
    }
    assert len(orders) > 20
    names = list("ABCDE")
    before = decide.shuffled(names, names, "seed")
    after = decide.shuffled([*names, "F"], [*names, "F"], "seed")
    assert tuple(name for name in after if name != "F") == before


def test_nothing_is_taken_off_a_mark_that_was_given_by_hand() -> None:
    terms = decide.terms(LATE, None, UTC_ZONE)
    graded, given = (decide.counted(terms, DUE + 40 * DAY, 7.0, by_hand=hand) for hand in (False, True))
    assert graded.score < given.score == given.raw == 7.0
    assert (given.lateness.days, given.lateness.share) == (graded.lateness.days, 0.0)


def test_without_a_pause_nobody_waits_for_a_moment_that_is_still_to_come() -> None:
    """Two hand in at once: who waited for the other's transaction has the earlier moment."""
    terms = decide.Terms(Rules(attempts=3), ZoneInfo("UTC"))
    now = datetime(2026, 11, 24, 12, tzinfo=UTC)
    assert decide.admission(terms, [now + timedelta(milliseconds=5)], now).refusal is None
