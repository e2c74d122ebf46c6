"""Marks that people give, on both databases."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from graders.report import Report
from graders.verdict import Verdict
from service.store import lifecycle, marking
from service.store.audit import AuditEntry
from service.store.marking import ChangedMeanwhileError, MarkingError
from service.store.models import Item, Submission, User
from tests.service.store.conftest import World
from tests.service.store.samples import report
from tests.service.store.test_lifecycle import claim, graded, hand_in

RUBRIC = [
    {"id": "names", "title": "Names say what they mean", "points": 2.0},
    {"id": "copied", "title": "Copied from the lesson", "points": -5.0},
]


def give(
    world: World, submission_id: str, points: float, reason: str = "We talked.", seen: str | None = None
):
    with world.database.write() as session:
        row = session.get_one(Submission, submission_id)
        form = marking.of_submission(session, submission_id).seen if seen is None else seen
        marking.override(session, row, session.get_one(User, world.user_id), points, reason, form)


def tick(world: World, submission_id: str, *lines: str, seen: str | None = None) -> None:
    with world.database.write() as session:
        row = session.get_one(Submission, submission_id)
        form = marking.of_submission(session, submission_id).seen if seen is None else seen
        marking.tick(session, row, session.get_one(User, world.user_id), lines, form)


def with_rubric(world: World) -> None:
    with world.database.write() as session:
        session.get_one(Item, world.item_id).content = {"rubric": RUBRIC}


def test_an_override_counts_and_the_graders_own_mark_is_kept(world: World) -> None:
    one = graded(world, report(Verdict.RACE, 0.0))
    give(world, one, 5.5)
    row = world.row(one)
    assert (row.score, row.max_score, row.verdict) == (5.5, 6.0, Verdict.RACE)
    assert Report.from_json(row.attempt_rows[0].report).score == 2.0


def test_removing_it_lets_the_graders_mark_count_again(world: World) -> None:
    one = graded(world, report(Verdict.RACE, 0.0))
    give(world, one, 5.5)
    with world.database.write() as session:
        row = session.get_one(Submission, one)
        seen = marking.of_submission(session, one).seen
        marking.remove_override(session, row, session.get_one(User, world.user_id), seen)
    assert world.row(one).score == 2.0
    with world.database.read() as session:
        last = session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
        assert last is not None
        assert (last.action, last.details) == (
            "mark.override-remove",
            {"points": 5.5, "reason": "We talked."},
        )


@pytest.mark.parametrize(
    ("points", "reason", "why"),
    [(-0.5, "x", "from 0 to 6"), (6.5, "x", "from 0 to 6"), (3.0, "  ", "reason is needed")],
)
def test_a_mark_beyond_the_points_there_are_or_without_a_reason_is_refused(
    world: World, points: float, reason: str, why: str
) -> None:
    one = graded(world)
    with pytest.raises(MarkingError, match=why):
        give(world, one, points, reason)
    assert world.row(one).score == 6.0


def test_what_was_never_graded_has_no_mark_to_change(world: World) -> None:
    with pytest.raises(MarkingError, match="no grading yet"):
        give(world, hand_in(world), 1.0)


def test_the_second_of_two_who_change_a_mark_is_told(world: World) -> None:
    one = graded(world)
    with world.database.read() as session:
        seen = marking.of_submission(session, one).seen
    give(world, one, 5.0, seen=seen)
    with pytest.raises(ChangedMeanwhileError, match="Somebody else"):
        give(world, one, 1.0, seen=seen)
    assert world.row(one).score == 5.0


def test_an_override_outlives_a_regrade(world: World) -> None:
    one = graded(world)
    give(world, one, 5.0)
    assert lifecycle.regrade(world.database, one)
    assert lifecycle.finish(world.database, claim(world, one), report(Verdict.RACE, 0.0))
    assert (world.row(one).score, world.row(one).verdict) == (5.0, Verdict.RACE)


def test_ticked_lines_add_their_points_and_belong_to_the_maximum(world: World) -> None:
    with_rubric(world)
    one = graded(world)
    assert (world.row(one).score, world.row(one).max_score) == (6.0, 8.0)
    tick(world, one, "names")
    assert world.row(one).score == 8.0
    tick(world, one, "names", "copied")
    assert world.row(one).score == 3.0
    tick(world, one)
    assert world.row(one).score == 6.0


def test_a_rubric_takes_nobody_below_nothing(world: World) -> None:
    with_rubric(world)
    one = graded(world, report(Verdict.RACE, 0.0))
    tick(world, one, "copied")
    assert world.row(one).score == 0.0


def test_a_line_that_the_rubric_does_not_have_is_refused_and_one_that_left_it_counts_nothing(
    world: World,
) -> None:
    with_rubric(world)
    one = graded(world)
    with pytest.raises(MarkingError, match="no line 'other'"):
        tick(world, one, "other")
    tick(world, one, "names")
    with world.database.write() as session:
        session.get_one(Item, world.item_id).content = {"rubric": RUBRIC[1:]}
        marking.settle(session, one)
    assert (world.row(one).score, world.row(one).max_score) == (6.0, 6.0)


def say(world: World, submission_id: str, file: str, line: int, text: str) -> int:
    with world.database.write() as session:
        row = session.get_one(Submission, submission_id)
        return marking.comment(session, row, session.get_one(User, world.user_id), file, line, text).id


def test_a_comment_stands_at_its_line_until_it_is_taken_back(world: World) -> None:
    one = graded(world)
    number = say(world, one, "counter.py", 1, "  Why\r\nthis?\x00 ")
    with world.database.read() as session:
        (found,) = marking.of_submission(session, one).comments
        assert (found.file, found.line, found.text) == ("counter.py", 1, "Why\nthis?\ufffd")
    other = graded(world)
    with world.database.write() as session:
        user = session.get_one(User, world.user_id)
        assert not marking.remove_comment(session, session.get_one(Submission, other), user, number)
        assert marking.remove_comment(session, session.get_one(Submission, one), user, number)
        assert marking.of_submission(session, one).comments == []


@pytest.mark.parametrize(
    ("file", "line", "text", "why"),
    [
        ("other.py", 1, "x", "one of the files"),
        ("counter.py", 0, "x", "lines 1 to 1"),
        ("counter.py", 2, "x", "lines 1 to 1"),
        ("counter.py", 1, " ", "A comment is needed"),
        ("counter.py", 1, "x" * 4001, "at most 4000"),
    ],
)
def test_a_comment_without_a_place_or_words_is_refused(
    world: World, file: str, line: int, text: str, why: str
) -> None:
    one = graded(world)
    with pytest.raises(MarkingError, match=why):
        say(world, one, file, line, text)
