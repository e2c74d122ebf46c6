"""``python -m scripts.bench.term ADDRESS``: a term's work in a scratch database, to measure pages on.

500 students, 10 labs and 100,000 submissions with sources and reports like real ones: the programs that
ship with the course's labs under many names and with their lines moved, each with the report that its
verdict brings. The same seed gives the same rows. Only for a database that is migrated and empty.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from graders.content import load_course
from graders.course import digest, dump_item
from graders.lab import Lab
from graders.verdict import Verdict
from scripts.bench.program import COURSE
from scripts.bench.programs import Made, programs_of
from service.store import migrate, standings
from service.store.database import Database
from service.store.models import (
    Attempt,
    CheckResult,
    Course,
    Enrollment,
    Item,
    Outcome,
    QueueName,
    Role,
    State,
    Submission,
    User,
    WorkerBeat,
)
from service.store.passwords import hash_password
from service.store.summary_tables import GuiltyPattern
from service.store.types import utc_now

SLUG = "term"
STAFF = "staff"
PASSWORD = "only for measuring pages"  # noqa: S105 - of a scratch database
BEGIN = datetime(2026, 2, 2, 8, tzinfo=UTC)
_BATCH = 2_000
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_FIRST = [
    "Ada",
    "Alan",
    "Barbara",
    "Edsger",
    "Fran",
    "Grace",
    "Hedy",
    "Jean",
    "Katherine",
    "Leslie",
    "Mary",
    "Niklaus",
    "Ömer",
    "Tony",
    "Zoë",
]
_LAST = [
    "Allen",
    "Bartik",
    "Dijkstra",
    "Hoare",
    "Hopper",
    "Johnson",
    "Lamarr",
    "Lamport",
    "Liskov",
    "O'Neill",
    "Turing",
    "Wirth",
    "Çelik",
]


@dataclass(frozen=True)
class Size:
    """How much there is."""

    students: int = 500
    labs: int = 10
    submissions: int = 100_000


def build(database: Database, size: Size, seed: int = 7) -> None:
    """Fill a migrated, empty database. Raises `ValueError` when it is not empty."""
    chance = random.Random(seed)  # noqa: S311 - the same rows each time
    with database.write() as session:
        if session.scalar(select(func.count()).select_from(User)):
            raise ValueError("this database is in use: a term is made in an empty one only")
        course = Course(slug=SLUG, title="A term of shared data", text="", digest="0" * 64)
        session.add(course)
        session.flush()
        labs = [lab for lab in load_course(COURSE).items if isinstance(lab, Lab)]
        chosen = [(labs[number % len(labs)], number) for number in range(size.labs)]
        items = [_item(session, course.id, lab, number) for lab, number in chosen]
        students = [_student(session, course.id, number, chance) for number in range(size.students)]
        _staff(session, course.id)
        for name in ("worker-1", "worker-2"):
            session.add(WorkerBeat(name=name, host="grader", sandbox="docker", slots=2, seen_at=utc_now()))
        made = [programs_of(lab, chance) for lab, _ in chosen]
        works = _works(chance, size, students, items, made)
        for rows in _batches(works):
            for table in (Submission, Attempt, CheckResult, GuiltyPattern):
                if found := [row for kind, row in rows if kind is table]:
                    session.execute(insert(table), found)
        standings.rebuild(session)
    if not database.is_sqlite:
        # What autovacuum would do within a minute.
        with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("VACUUM ANALYZE")


def _works(
    chance: random.Random,
    size: Size,
    students: list[int],
    items: list[int],
    made: list[dict[Verdict, list[Made]]],
) -> Iterator[tuple[type, dict[str, Any]]]:
    """Yield the rows: everybody at every lab, week by week, most on the days before it is due."""
    each, more = divmod(size.submissions, len(students) * len(items))
    skill = {student: chance.betavariate(3, 2) for student in students}
    for number, item_id in enumerate(items):
        due = BEGIN + timedelta(days=7 * number + 6, hours=15)
        for place, student in enumerate(students):
            count = each + (number * len(students) + place < more)
            moments = sorted(due - timedelta(hours=chance.expovariate(1 / 30)) for _ in range(count))
            for index, moment in enumerate(moments):
                yield from _work(
                    chance,
                    made[number],
                    item_id,
                    student,
                    moment,
                    skill[student] * (index + 1) / max(count, 1),
                )


def _work(
    chance: random.Random,
    made: dict[Verdict, list[Made]],
    item_id: int,
    student: int,
    moment: datetime,
    hope: float,
) -> Iterator[tuple[type, dict[str, Any]]]:
    """Yield one submission with its attempt and its checks; now and then one that was never graded."""
    wrong = [verdict for verdict in made if verdict is not Verdict.PASSED]
    verdict = Verdict.PASSED if chance.random() < hope else chance.choice(wrong)
    one = chance.choice(made[verdict])
    key = _id(moment, chance)
    fate = chance.random()
    state = State.GRADED if fate > 0.004 else State.FAILED if fate > 0.002 else State.CANCELLED
    graded = state is State.GRADED
    waited, lasted = timedelta(seconds=chance.expovariate(0.2)), timedelta(seconds=chance.uniform(0.5, 6))
    end = moment + waited + lasted
    yield (
        Submission,
        {
            "id": key,
            "item_id": item_id,
            "user_id": student,
            "state": state,
            "queue": QueueName.INTERACTIVE,
            "attempts": 1,
            "faults": 3 if state is State.FAILED else 0,
            "seed": 7,
            "files": one.files,
            "main": one.main,
            "created_at": moment,
            "queued_at": moment,
            "enqueued_at": moment,
            "worker": "worker-1",
            "graded_attempt": 1 if graded else None,
            "verdict": one.report.verdict if graded else None,
            "score": one.report.score if graded else None,
            "max_score": one.report.max_score if graded else None,
            "graded_at": end if graded else None,
            "fault": "the sandbox could not be started" if state is State.FAILED else None,
            "body_digest": "0" * 64,
        },
    )
    yield (
        Attempt,
        {
            "submission_id": key,
            "number": 1,
            "worker": "worker-1",
            "started_at": moment + waited,
            "ended_at": end,
            "outcome": {State.GRADED: Outcome.GRADED, State.FAILED: Outcome.FAULT}.get(
                state, Outcome.CANCELLED
            ),
            "report": one.json if graded else None,
        },
    )
    if graded and (pattern := one.pattern):
        yield (
            GuiltyPattern,
            {
                "submission_id": key,
                "item_id": item_id,
                "user_id": student,
                "key": pattern.key,
                "verdict": pattern.verdict,
                "told": pattern.told,
                "kinds": pattern.kinds,
            },
        )
    for position, check in enumerate(one.report.checks if graded else ()):
        yield (
            CheckResult,
            {
                "submission_id": key,
                "position": position,
                "item_id": item_id,
                "check_id": check.id,
                "title": check.title,
                "verdict": check.verdict,
                "points": check.points,
                "max_points": check.max_points,
            },
        )


def _batches(
    rows: Iterator[tuple[type, dict[str, Any]]],
) -> Iterator[list[tuple[type, dict[str, Any]]]]:
    some: list[tuple[type, dict[str, Any]]] = []
    for row in rows:
        if len(some) >= _BATCH and row[0] is Submission:
            yield some
            some = []
        some.append(row)
    yield some


def _item(session: Session, course_id: int, lab: Lab, number: int) -> int:
    own = replace(lab, slug=f"lab-{number + 1:02}", title=f"{number + 1}. {lab.title}")
    item = Item(
        course_id=course_id,
        slug=own.slug,
        kind=own.kind,
        title=own.title,
        position=number,
        max_score=own.max_score,
        content=dump_item(own),
        digest=digest(own),
    )
    session.add(item)
    session.flush()
    return item.id


def _student(session: Session, course_id: int, number: int, chance: random.Random) -> int:
    name = f"{chance.choice(_FIRST)} {chance.choice(_LAST)}"
    user = User(login=f"s{number:04}", name=name, email=f"s{number:04}@example.org")
    session.add(user)
    session.flush()
    section = chr(ord("A") + number % 10)
    session.add(Enrollment(user_id=user.id, course_id=course_id, role=Role.STUDENT, section=section))
    return user.id


def _staff(session: Session, course_id: int) -> None:
    user = User(login=STAFF, name="Staff", password_hash=hash_password(PASSWORD))
    session.add(user)
    session.flush()
    session.add(Enrollment(user_id=user.id, course_id=course_id, role=Role.INSTRUCTOR))


def _id(moment: datetime, chance: random.Random) -> str:
    """Return an id as `service.store.types.new_id` makes them, for a moment of the past."""
    number = int(moment.timestamp() * 1000) << 80 | chance.getrandbits(80)
    return "".join(_ALPHABET[number >> shift & 31] for shift in range(125, -1, -5))


def main() -> int:
    """Make a term in the database whose address is given; without one, in a SQLite file of that path."""
    parser = argparse.ArgumentParser(prog="python -m scripts.bench.term", description=__doc__)
    parser.add_argument("address", help="postgresql://... or sqlite:///path, or a path: a scratch database")
    parser.add_argument("--seed", type=int, default=7)
    for name, value in vars(Size()).items():
        parser.add_argument(f"--{name}", type=int, default=value)
    wishes = parser.parse_args()
    address = wishes.address if "://" in wishes.address else f"sqlite:///{Path(wishes.address).absolute()}"
    database = Database(address)
    try:
        migrate.upgrade(database)
        build(database, Size(wishes.students, wishes.labs, wishes.submissions), wishes.seed)
    except ValueError as problem:
        print(problem, file=sys.stderr)
        return 2
    finally:
        database.dispose()
    print(json.dumps({"course": SLUG, "login": STAFF, "password": PASSWORD}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
