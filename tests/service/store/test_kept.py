"""After everything that changes what counts, what is kept is what would be drawn anew."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from graders.course import Course as Content
from graders.course import Item as Part
from graders.report import Report
from graders.rules import Counts, Rules
from graders.verdict import Verdict
from service.rules import Extension
from service.store import lifecycle, marking, regrades, ruling, standings, summaries, trials
from service.store.courses import install_course
from service.store.database import Database
from service.store.models import Course, Item, Submission, User
from service.store.regrades import Scope
from service.store.rules_tables import ItemExtension, ItemRules
from service.store.summary_tables import Standing
from service.store.types import utc_now
from tests.service.store.test_summaries import kept
from tests.service.web.school import BANK, LAB, LESSON, QUIZ, School, furnish, report

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
LATE = Rules(late_percent_per_day=10)


@dataclass
class Class:
    """A school in which Ada has handed in twice, and Eve once; what follows changes what that counts."""

    school: School
    first: str
    second: str

    @property
    def database(self) -> Database:
        return self.school.database

    def standing(self, login: str = "ada") -> Standing:
        with self.database.read() as session:
            return session.get_one(Standing, (self.school.item["counter"], self.school.user[login]))

    def by_staff(self, change: Callable[..., object], *args: object) -> None:
        """Change a mark as its page does."""
        with self.database.write() as session:
            row, grace = session.get_one(Submission, self.second), self.grace()
            change(session, row, grace, *args, marking.of_submission(session, row.id).seen)

    def grace(self) -> User:
        with self.database.read() as session:
            return session.get_one(User, self.school.user["grace"])

    def rule(self, rules: Rules | None) -> None:
        item_id = self.school.item["counter"]
        with self.database.read() as session:
            row = session.get(ItemRules, item_id)
        version = row.version if row else 0
        ruling.save_rules(self.database, item_id, rules, version=version, editor=self.grace())

    def extend(self, extension: Extension | None) -> None:
        """Grant Ada an extension, change it, or take it back."""
        with self.database.read() as session:
            item = session.get_one(Item, self.school.item["counter"])
            before = session.scalar(select(ItemExtension).where(ItemExtension.item_id == item.id))
        version = before.version if before else 0
        if extension is None:
            ruling.take_back(self.database, item.id, "ada", version=version)
        else:
            ruling.grant(self.database, item, "ada", extension, version=version, granter=self.grace())

    def load(self, rules: Rules, zone: str = "UTC", quiz: Part = QUIZ) -> None:
        """Load the course's folder, which says this of the lab now."""
        content = Content(
            slug="shared-data",
            title="Shared data",
            text="",
            items=(LESSON, quiz, LAB, BANK),
            rules={"counter": rules},
            timezone=zone,
        )
        with self.database.write() as session:
            install_course(session, content)

    def regrade(self, found: Report, slug: str = "counter") -> None:
        """Grade again with a look first, and apply it."""
        with self.database.write() as session:
            course = session.scalars(select(Course)).one()
            wanted = Scope(item=session.get_one(Item, self.school.item[slug]))
            begun, ids = regrades.start(session, course, wanted, self.grace())
        for trial_id in ids:
            claim = trials.claim(self.database, trial_id, "worker-1", 60)
            assert claim is not None
            assert trials.finish(self.database, claim, found)
        assert self.told() is None, "nothing counts before it is applied"
        with self.database.write() as session:
            regrades.apply(session, begun.id, session.scalars(select(Course)).one(), self.grace())

    def told(self) -> str | None:
        """Return what is kept and would not be drawn like that; `None`: nothing."""
        before = kept(self.database)
        with self.database.write() as session:
            summaries.rebuild(session)
        after = kept(self.database)
        return None if before == after else f"{before}\n{after}"


@pytest.fixture
def room(database: Database) -> Class:
    school = furnish(database)
    first = school.grade(school.hand_in("ada", minutes_ago=30 * 60), report(Verdict.RACE))
    second = school.grade(school.hand_in("ada", minutes_ago=60), report(Verdict.PASSED))
    school.grade(school.hand_in("eve", minutes_ago=60), report(Verdict.RACE))
    made = Class(school, first, second)
    assert (made.standing().counting_id, made.standing().score) == (second, 10)
    return made


def test_a_mark_by_hand_and_its_removal(room: Class) -> None:
    room.by_staff(marking.override, 1.5, "copied")
    assert room.told() is None
    assert (room.standing().counting_id, room.standing().score) == (room.first, 2)
    room.by_staff(marking.remove_override)
    assert room.told() is None
    assert (room.standing().counting_id, room.standing().score) == (room.second, 10)


def test_nothing_is_taken_off_a_mark_by_hand_for_being_late(room: Class) -> None:
    room.rule(replace(LATE, due=utc_now() - 20 * DAY))
    assert room.standing().score == 0
    room.by_staff(marking.override, 6.0, "was ill")
    assert room.told() is None
    assert (room.standing().score, room.standing().raw) == (6, 6)
    room.by_staff(marking.remove_override)
    assert room.standing().score == 0


def test_a_line_of_the_rubric(room: Class) -> None:
    with room.database.write() as session:
        item = session.get_one(Item, room.school.item["counter"])
        item.content = {**item.content, "rubric": [{"id": "style", "title": "Names", "points": -9.0}]}
    room.by_staff(marking.tick, ["style"])
    assert room.told() is None
    assert (room.standing().counting_id, room.standing().score) == (room.first, 2)
    room.by_staff(marking.tick, [])
    assert room.told() is None
    assert room.standing().score == 10


def test_a_new_report_under_a_mark_by_hand(room: Class) -> None:
    room.by_staff(marking.override, 7.0, "told me how")
    assert lifecycle.regrade(room.database, room.second)
    room.school.grade(room.second, report(Verdict.CRASH))
    assert room.told() is None
    assert (room.standing().score, room.standing().verdict) == (7, Verdict.CRASH)


def test_a_regrade_that_is_applied(room: Class) -> None:
    room.regrade(report(Verdict.DEADLOCK, 3))
    assert room.told() is None
    assert (room.standing().counting_id, room.standing().score) == (room.first, 5)
    assert (room.standing().verdict, room.standing().passed_after) == (Verdict.DEADLOCK, None)
    assert room.standing("eve").score == 5
    assert {row[4] for row in kept(room.database)[1]} == {Verdict.DEADLOCK}


def test_a_regrade_that_is_dropped_changes_nothing(room: Class) -> None:
    before = kept(room.database)
    with room.database.write() as session:
        course = session.scalars(select(Course)).one()
        item = session.get_one(Item, room.school.item["counter"])
        begun, _ = regrades.start(session, course, Scope(item=item), room.grace())
        regrades.drop(session, begun.id, course, room.grace())
    assert kept(room.database) == before
    assert room.told() is None


def test_rules_that_staff_edit_and_give_back_to_the_folder(room: Class) -> None:
    room.rule(replace(LATE, due=utc_now() - 2 * HOUR))
    assert room.told() is None
    one = room.standing()
    assert (one.counting_id, one.score, one.raw, one.days_late, one.late) == (room.second, 9, 10, 1, 1)
    room.rule(Rules(due=utc_now() - 2 * HOUR, late_percent_per_day=90))
    assert room.told() is None
    assert (room.standing().counting_id, room.standing().score) == (room.first, 2)
    room.rule(None)
    assert room.told() is None
    assert (room.standing().score, room.standing().days_late, room.standing().late) == (10, None, 0)


def test_the_last_one_counts_from_now_on(room: Class) -> None:
    third = room.school.grade(room.school.hand_in("ada"), report(Verdict.CRASH))
    assert room.standing().counting_id == room.second
    room.rule(Rules(counts=Counts.LAST))
    assert room.told() is None
    assert (room.standing().counting_id, room.standing().score) == (third, 2)


def test_rules_and_a_time_zone_that_are_loaded(room: Class) -> None:
    # Due at noon before the clocks went forward: the first day after it has 23 hours there, and 24 in UTC.
    due = utc_now().replace(year=2026, month=3, day=28, hour=11, minute=0, second=0, microsecond=0)
    with room.database.write() as session:
        session.get_one(Submission, room.second).created_at = due + timedelta(hours=23, minutes=30)
        session.get_one(Submission, room.first).created_at = due - HOUR
        session.flush()
        standings.refresh_of(session, [room.second])
    room.load(replace(LATE, due=due))
    assert room.told() is None
    assert (room.standing().score, room.standing().days_late) == (9, 1)
    room.load(replace(LATE, due=due), zone="Europe/Zurich")
    assert room.told() is None
    assert (room.standing().score, room.standing().days_late) == (8, 2)
    room.load(Rules(), zone="Europe/Zurich")
    assert room.told() is None
    assert (room.standing().score, room.standing().days_late) == (10, None)


def test_an_extension_granted_changed_and_taken_back(room: Class) -> None:
    room.rule(replace(LATE, due=utc_now() - 26 * HOUR))
    assert (room.standing().score, room.standing().days_late) == (8, 2)
    room.extend(Extension(due=utc_now() - 2 * HOUR))
    assert room.told() is None
    assert (room.standing().score, room.standing().days_late) == (9, 1)
    assert room.standing("eve").days_late == 2
    room.extend(Extension(due=utc_now() + DAY))
    assert room.told() is None
    assert (room.standing().score, room.standing().days_late, room.standing().late) == (10, None, 0)
    room.extend(None)
    assert room.told() is None
    assert (room.standing().score, room.standing().days_late) == (8, 2)


def test_an_extension_for_who_has_handed_in_nothing_makes_no_row(room: Class) -> None:
    room.rule(Rules(due=utc_now() + DAY))
    with room.database.read() as session:
        bank = session.get_one(Item, room.school.item["bank"])
    ruling.grant(room.database, bank, "ada", Extension(attempts=2), version=0, granter=room.grace())
    assert room.told() is None
    with room.database.read() as session:
        assert session.get(Standing, (bank.id, room.school.user["ada"])) is None


def test_a_quiz_with_another_key(room: Class) -> None:
    answered = room.school.grade(room.school.answer("eve", {"import": "B"}), report(Verdict.WRONG_VALUE, 0))
    other = replace(QUIZ.questions[0], key=replace(QUIZ.questions[0].key, options=("B",)))
    room.load(Rules(), quiz=replace(QUIZ, questions=(other, *QUIZ.questions[1:])))
    assert room.told() is None
    room.regrade(report(Verdict.PASSED), "locks-quiz")
    assert room.told() is None
    with room.database.read() as session:
        found = session.get_one(Standing, (room.school.item["locks-quiz"], room.school.user["eve"]))
    assert (found.counting_id, found.score, found.verdict) == (answered, 10, Verdict.PASSED)


def test_a_submission_that_is_withdrawn_or_fails(room: Class) -> None:
    waiting, running, failed = (room.school.hand_in("ada") for _ in range(3))
    assert lifecycle.cancel(room.database, waiting)
    assert room.told() is None
    assert lifecycle.cancel(room.database, room.school.run(running))
    room.school.fail(failed)
    assert room.told() is None
    assert (room.standing().submissions, room.standing().graded, room.standing().score) == (5, 2, 10)
    # What was withdrawn while it was graded again keeps its old mark.
    assert lifecycle.regrade(room.database, room.second)
    assert lifecycle.cancel(room.database, room.second)
    assert room.told() is None
    assert room.standing().score == 10


def test_rules_wait_for_who_hands_in_for_the_first_time_just_now(room: Class) -> None:
    """A student whom the editor's transaction cannot see yet is drawn by the new rules all the same."""
    late = replace(LATE, due=utc_now() - 2 * HOUR)
    editing = threading.Thread(target=room.rule, args=(late,))
    with room.database.write() as session:
        item_id, user_id = room.school.item["counter"], room.school.user["grace"]
        session.add(Submission(item_id=item_id, user_id=user_id, files={}, seed=1, body_digest="0" * 64))
        standings.refresh(session, item_id, user_id)
        assert session.get_one(Standing, (item_id, user_id)).late == 0
        editing.start()
        editing.join(1)
        assert editing.is_alive(), "the editor waits"
    editing.join(60)
    assert room.standing("grace").late == 1
    assert room.told() is None


def test_who_hands_in_waits_for_rules_that_are_being_changed(room: Class) -> None:
    handing_in = threading.Thread(target=room.school.hand_in, args=("grace",))
    with room.database.write() as session:
        item_id = room.school.item["counter"]
        standings.hold_rules(session, [item_id])
        session.add(ItemRules(item_id=item_id, folder=Rules(due=utc_now() - HOUR).to_json(), edited=None))
        session.flush()
        standings.rebuild(session, [item_id])
        handing_in.start()
        handing_in.join(1)
        assert handing_in.is_alive(), "the student waits"
    handing_in.join(60)
    assert room.standing("grace").late == 1
    assert room.told() is None
