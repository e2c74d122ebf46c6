"""What is kept for dashboards is what one would draw from submissions and reports, whatever happened."""

from __future__ import annotations

import random
import threading
from datetime import timedelta

import pytest
from sqlalchemy import delete, select

from graders.rules import Rules
from graders.verdict import Verdict
from service.rules import Extension
from service.store import lifecycle, marking, migrate, ruling, standings, summaries
from service.store.database import Database
from service.store.models import Item, Submission, User
from service.store.summary_tables import GuiltyPattern, Standing
from service.store.types import utc_now
from tests.service.web.school import RACY, RIGHT, School, enroll, furnish, report

Rows = list[tuple[object, ...]]


@pytest.fixture
def school(database: Database) -> School:
    return furnish(database)


def kept(database: Database) -> tuple[Rows, Rows]:
    """Return all rows that are kept, without the moment they were drawn at."""
    with database.read() as session:
        found = []
        for table in (Standing, GuiltyPattern):
            columns = [column for column in table.__table__.columns if column.key != "changed_at"]
            rows = session.execute(select(*columns).order_by(*table.__table__.primary_key))
            found.append([tuple(row) for row in rows])
        return found[0], found[1]


def standing(school: School, login: str = "ada", slug: str = "counter") -> Standing:
    with school.database.read() as session:
        return session.get_one(Standing, (school.item[slug], school.user[login]))


def live_a_little(school: School) -> None:
    """Let many things happen, some of them twice: a few of everything that can happen to a submission."""
    chance = random.Random(3)
    logins = ["ada", "eve", *enroll(school, 6)]
    done: list[str] = []
    for number in range(60):
        slug = chance.choice(["counter", "bank"])
        one = school.hand_in(
            chance.choice(logins), slug, chance.choice([RACY, RIGHT]), minutes_ago=90 - number
        )
        match chance.randrange(6):
            case 0:
                school.fail(one)
            case 1:
                lifecycle.cancel(school.database, one)
            case 2:
                school.run(one)
            case _:
                done.append(school.grade(one, report(chance.choice(list(Verdict)))))
    for one in chance.sample(done, 10):
        assert lifecycle.regrade(school.database, one)
        school.grade(one, report(chance.choice(list(Verdict))))
    school.grade(school.answer("eve", {"import": "B"}), report(Verdict.WRONG_VALUE))


def test_what_is_kept_is_what_is_drawn_anew(school):
    live_a_little(school)
    before = kept(school.database)
    assert len(before[0]) > 10
    assert len(before[1]) > 10
    with school.database.write() as session:
        summaries.rebuild(session)
    assert kept(school.database) == before


def test_what_is_missing_is_made_when_a_database_is_brought_to_the_newest_tables(school):
    live_a_little(school)
    before = kept(school.database)
    migrate.downgrade(school.database, "0006")
    migrate.upgrade(school.database)
    assert kept(school.database) == before


def test_only_what_is_missing_is_made(school):
    school.grade(school.hand_in("ada"), report(Verdict.RACE))
    school.grade(school.hand_in("eve"), report(Verdict.RACE))
    first = standing(school).changed_at
    with school.database.write() as session:
        session.execute(delete(Standing).where(Standing.user_id == school.user["eve"]))
        assert standings.fill(session) == 1
    assert standing(school).changed_at == first
    assert standing(school, "eve").score == 2


def test_handing_in_shows_at_once_and_a_mark_when_it_is_there(school):
    one = school.hand_in("ada")
    assert (standing(school).submissions, standing(school).score) == (1, None)
    assert standing(school).last_id == one
    school.grade(one, report(Verdict.PASSED))
    assert (standing(school).counting_id, standing(school).score, standing(school).passed_after) == (
        one,
        10,
        1,
    )


def test_a_regrade_changes_the_score_the_verdict_and_the_pattern(school):
    one = school.grade(school.hand_in("ada"), report(Verdict.RACE))
    assert [row[0] for row in kept(school.database)[1]] == [one]
    assert lifecycle.regrade(school.database, one)
    assert standing(school).score == 2, "the old mark stays until the new one is there"
    school.grade(one, report(Verdict.PASSED))
    assert (standing(school).score, standing(school).verdict) == (10, Verdict.PASSED)
    assert standing(school).verdicts == {"passed": 1}
    assert kept(school.database)[1] == []


def test_a_regrade_can_take_a_score_down_and_another_submission_counts(school):
    best = school.grade(school.hand_in("ada", minutes_ago=2), report(Verdict.PASSED))
    other = school.grade(school.hand_in("ada", minutes_ago=1), report(Verdict.RACE, 3))
    assert standing(school).counting_id == best
    lifecycle.regrade(school.database, best)
    school.grade(best, report(Verdict.RACE, 0))
    assert (standing(school).counting_id, standing(school).score) == (other, 5)
    assert standing(school).passed_after is None


def test_two_that_end_at_the_same_moment_both_count(school):
    claims = []
    for verdict in (Verdict.PASSED, Verdict.RACE, Verdict.CRASH, Verdict.PASSED) * 3:
        claim = lifecycle.claim(school.database, school.hand_in("ada"), "w", 60)
        assert claim is not None
        claims.append((claim, report(verdict)))
    barrier = threading.Barrier(len(claims))

    def end(claim: lifecycle.Claim, told: object) -> None:
        barrier.wait()
        assert lifecycle.finish(school.database, claim, told)  # type: ignore[arg-type]

    threads = [threading.Thread(target=end, args=pair) for pair in claims]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    found = standing(school)
    assert (found.submissions, found.graded, found.score) == (12, 12, 10)
    assert found.verdicts == {"crash": 3, "passed": 6, "race": 3}


def test_an_old_report_that_is_none_any_more_has_no_pattern_and_harms_nobody(school):
    from sqlalchemy import update

    from service.store.models import Attempt

    old = school.grade(school.hand_in("ada"), report(Verdict.RACE))
    new = school.grade(school.hand_in("eve"), report(Verdict.RACE))
    with school.database.write() as session:
        session.execute(
            update(Attempt)
            .where(Attempt.submission_id == old)
            .values(report={"version": 0, "verdict": "race"})
        )
        summaries.rebuild(session)
    assert [row[0] for row in kept(school.database)[1]] == [new]


def test_a_mark_by_hand_and_a_change_of_the_rules_show_at_once(school):
    one = school.grade(school.hand_in("ada", minutes_ago=60), report(Verdict.RACE))
    with school.database.write() as session:
        grace = session.get_one(User, school.user["grace"])
    item_id = school.item["counter"]
    late = Rules(due=utc_now() - timedelta(hours=2), late_percent_per_day=50)
    ruling.save_rules(school.database, item_id, late, version=0, editor=grace)
    assert (standing(school).score, standing(school).raw, standing(school).days_late) == (1, 2, 1)
    assert standing(school).late == 1
    with school.database.read() as session:
        item = session.get_one(Item, item_id)
    more = Extension(due=utc_now() + timedelta(days=1))
    ruling.grant(school.database, item, "ada", more, version=0, granter=grace)
    assert (standing(school).score, standing(school).days_late, standing(school).late) == (2, None, 0)
    ruling.take_back(school.database, item_id, "ada", version=1)
    assert (standing(school).score, standing(school).days_late) == (1, 1)
    with school.database.write() as session:
        row = session.get_one(Submission, one)
        marking.override(session, row, grace, 8, "well told", marking.of_submission(session, one).seen)
    assert (standing(school).score, standing(school).late) == (8, 1)
