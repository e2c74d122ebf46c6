"""A small school: a course with every kind of item, people of every role, work with many verdicts."""

from __future__ import annotations

import random
from dataclasses import dataclass, field, replace
from datetime import timedelta

from argon2 import PasswordHasher
from sqlalchemy import update

from graders.course import Item as Content
from graders.course import Lesson, digest, dump_item
from graders.lab import CheckSpec, Lab, Style
from graders.quiz import Key, Option, Question, QuestionKind, Quiz
from graders.report import CONVICTIONS, Check, Report, Runs, SandboxInfo, Step, Usage, Wait, Witness
from graders.verdict import Certificate, Verdict
from service.store import lifecycle, standings
from service.store.database import Database
from service.store.intake import submit
from service.store.models import Course, Enrollment, Item, Role, Submission, User, WorkerBeat
from service.store.types import utc_now
from tests.service.web.witnesses import CROSSED, CYCLE, OWN_LOCKS, PHILOSOPHERS, TWO_LOCKS

PASSWORD = "interleave all the things"
# The cheapest Argon2 there is: these tests are not about its cost.
_HASH = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)

RACY = '''"""Ten processes add one ten times each."""

from multiprocessing import Process
from multiprocessing.sharedctypes import RawValue


def increment(r):
    for _ in range(10):
        r.value = r.value + 1


if __name__ == "__main__":
    r = RawValue("i", 0)
    processes = [Process(target=increment, args=(r,)) for _ in range(10)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    print("The value is", r.value)
'''

RIGHT = RACY.replace("(r):", "(r, lock):").replace(
    "        r.value = r.value + 1", "        with lock:\n            r.value = r.value + 1"
)

LAB = Lab(
    course="shared-data",
    slug="counter",
    title="A counter that counts",
    style=Style.PROGRAM,
    file="counter.py",
    text="""# A counter that counts

Ten processes share one integer, and **each** of them adds one to it, ten times. At the end the parent
prints it.

Write the program so that the last word of the last line it prints is *exactly* 100 more than the start value,
in **every** order of events.

## What you may use

- everything in `multiprocessing`
- a lock, as in the lesson:

```python
lock.acquire()
r.value = r.value + 1
lock.release()
```

| start | end |
| ----- | --- |
| 0     | 100 |
| 55    | 155 |
""",
    starter=RACY,
    checks=(
        CheckSpec("value", "Ends at exactly 100 more", 4, "last-word"),
        CheckSpec("workers", "Ten processes do the work", 2, "workers"),
        CheckSpec("every-order", "Right in every order of events", 4, "explored"),
    ),
)

BANK = replace(
    LAB, slug="bank", title="Deposits", file="bank.py", text="Write `deposit(balance, amount, lock)`."
)

QUIZ = Quiz(
    course="shared-data",
    slug="locks-quiz",
    title="Locks",
    text="Four questions about locks.",
    questions=(
        Question(
            "import",
            QuestionKind.CHOICE,
            "Calling randint",
            "After `from random import *`, how is `randint` called?",
            1,
            (
                Option("A", "`x = randint(0, 10)`"),
                Option("B", "`x = random.randint(0, 10)`"),
                Option("C", "`x = rand.int(0, 10)`"),
            ),
            Key(options=("A",)),
            "Star import puts the names themselves at hand.",
        ),
        Question(
            "true",
            QuestionKind.CHOICES,
            "What is true of a lock",
            "Choose what holds for `Lock()`.",
            2,
            (
                Option("A", "Only one process holds it at a time."),
                Option("B", "Acquiring it twice in a row in one process waits for ever."),
                Option("C", "It makes the program faster."),
            ),
            Key(options=("A", "B")),
        ),
        Question(
            "sum",
            QuestionKind.NUMBER,
            "The balance",
            "100, then deposits of 50 and 25: what must the balance be?",
            1,
            (),
            Key(number=175.0),
        ),
        Question(
            "name",
            QuestionKind.TEXT,
            "The word for it",
            "What is the part between `acquire` and `release` called?",
            1,
            (),
            Key(accepted=("critical section",)),
        ),
    ),
)

LESSON = Lesson(
    "shared-data",
    "shared",
    "Shared data",
    """# Shared data

Processes of their own share nothing. To let them share an integer, make a `RawValue` and hand it over:

```python
from multiprocessing.sharedctypes import RawValue

r = RawValue("i", 0)  # an integer that begins at 0
```

## What can go wrong

Two processes read 55, both write 56, and one of the two additions is lost.

> Reading and writing back are two steps, and anything may come between them.
""",
)

CONTENT: tuple[Content, ...] = (LESSON, QUIZ, LAB, BANK)


@dataclass
class School:
    """What was made; `user` and `item` hold the ids by login and by slug."""

    database: Database
    user: dict[str, int] = field(default_factory=dict)
    item: dict[str, int] = field(default_factory=dict)

    def hand_in(self, login: str, slug: str = "counter", source: str = RACY, minutes_ago: float = 0) -> str:
        """Keep a submission as queued; return its id."""
        submission, _ = submit(
            self.database,
            item_id=self.item[slug],
            user_id=self.user[login],
            files={f"{slug}.py": source},
            main=f"{slug}.py",
            seed=7,
        )
        return self._dated(submission, minutes_ago)

    def answer(self, login: str, answers: dict[str, object], minutes_ago: float = 0) -> str:
        """Keep the answers of a quiz as queued; return the submission's id."""
        submission, _ = submit(
            self.database, item_id=self.item["locks-quiz"], user_id=self.user[login], answers=answers, seed=7
        )
        return self._dated(submission, minutes_ago)

    def grade(self, submission_id: str, report: Report) -> str:
        """Claim the submission as a worker does, and store its report."""
        claim = lifecycle.claim(self.database, submission_id, "worker-1", 60)
        assert claim is not None
        assert lifecycle.finish(self.database, claim, report)
        return submission_id

    def run(self, submission_id: str) -> str:
        """Claim the submission and leave it running."""
        assert lifecycle.claim(self.database, submission_id, "worker-1", 60)
        return submission_id

    def fail(self, submission_id: str) -> str:
        """Let the machinery fail until the submission is given up."""
        for _ in range(3):
            claim = lifecycle.claim(self.database, submission_id, "worker-1", 60)
            assert claim is not None
            lifecycle.fault(self.database, claim, "the sandbox could not be started")
        return submission_id

    def submission(self, submission_id: str) -> Submission:
        """Read a submission as it stands."""
        with self.database.read() as session:
            return session.get_one(Submission, submission_id)

    def _dated(self, submission: Submission, minutes_ago: float) -> str:
        if minutes_ago:
            moment = utc_now() - timedelta(minutes=minutes_ago)
            with self.database.write() as session:
                session.execute(
                    update(Submission)
                    .where(Submission.id == submission.id)
                    .values(created_at=moment, queued_at=moment)
                )
                standings.refresh(session, submission.item_id, submission.user_id)
        return submission.id


def furnish(database: Database) -> School:
    """Fill a migrated, empty database with the course and one person of each role."""
    school = School(database)
    with database.write() as session:
        course = Course(
            slug="shared-data",
            title="Shared data and locks",
            text="How processes share data, what goes wrong, and what a lock does about it.",
            digest="0" * 64,
        )
        session.add(course)
        session.flush()
        for position, content in enumerate(CONTENT):
            item = Item(
                course_id=course.id,
                slug=content.slug,
                kind=content.kind,
                title=content.title,
                position=position,
                max_score=content.max_score,
                content=dump_item(content),
                digest=digest(content),
            )
            session.add(item)
            session.flush()
            school.item[content.slug] = item.id
        for login, name, role in (
            ("ada", "Ada Lovelace", Role.STUDENT),
            ("eve", "Eve O'Neill", Role.STUDENT),
            ("grace", "Grace Hopper", Role.INSTRUCTOR),
            ("root", "The Administrator", None),
            ("stranger", "Not Enrolled", None),
        ):
            school.user[login] = _person(session, course.id, login, name, role)
    return school


def enroll(school: School, count: int) -> list[str]:
    """Put `count` more students on the roster; return their logins."""
    chance = random.Random(1)
    first = ("Alan", "Barbara", "Edsger", "Fran", "Hedy", "Jean", "Katherine", "Leslie", "Mary", "Tony")
    last = ("Allen", "Bartik", "Dijkstra", "Hoare", "Johnson", "Lamarr", "Lamport", "Liskov", "Turing")
    logins = [f"student{number:03}" for number in range(count)]
    with school.database.write() as session:
        course_id = session.get_one(Item, school.item["counter"]).course_id
        for login in logins:
            name = f"{chance.choice(first)} {chance.choice(last)}"
            school.user[login] = _person(session, course_id, login, name, Role.STUDENT)
    return logins


def _person(session: object, course_id: int, login: str, name: str, role: Role | None) -> int:
    user = User(
        login=login,
        name=name,
        email=f"{login}@example.org",
        password_hash=_HASH,
        is_admin=login == "root",
    )
    session.add(user)
    session.flush()
    if role is not None:
        session.add(Enrollment(user_id=user.id, course_id=course_id, role=role, section="A"))
    return user.id


def report(verdict: Verdict, points: float | None = None, **rest: object) -> Report:
    """Return a report of the counter lab with this verdict, told as the harness tells it."""
    good = verdict is Verdict.PASSED
    value = 4.0 if good else 0.0
    checks = [
        Check(
            "value",
            "Ends at exactly 100 more",
            verdict,
            value if points is None else points,
            4,
            MESSAGES.get(verdict, ""),
        ),
        Check("workers", "Ten processes do the work", Verdict.PASSED, 2, 2, "10 processes were at work."),
        Check("every-order", "Right in every order of events", verdict, value, 4),
    ]
    return Report.of(
        "shared-data/counter",
        checks,
        **{
            "runs": Runs(free=3, explored=2),
            "seed": 7,
            "seconds": 0.4,
            "certificate": Certificate.VERIFIED if good else Certificate.REFUTED,
            "output": "The value is 100\n" if good else "The value is 99\n",
            "usage": Usage(wall=0.6, cpu=0.4, memory=31_000_000, processes=11),
            "sandbox": SandboxInfo("docker", "runc", "sha256:0123"),
            "witness": WITNESSES.get(verdict, Witness(verdict, "", "") if verdict in CONVICTIONS else None),
            **rest,
        },
    )


MESSAGES = {
    Verdict.RACE: "In one run the program printed 100, in another 99: an addition was lost.",
    Verdict.DEADLOCK: "The program stood still: 10 processes wait, and nobody can wake them.",
    Verdict.CRASH: "NameError: name 'RawValu' is not defined, in line 13 of counter.py",
    Verdict.PASSED: "The last word printed was 100 in every run.",
}

WITNESSES = {
    Verdict.RACE: Witness(
        Verdict.RACE,
        "6r 10r 10w 6w",
        "Process 6 reads 55. Before it writes, process 10 reads 55 too and writes 56. Then process 6 writes "
        "56 as well: one of the two additions is lost.",
        (9,),
        (
            Step(6, "read", "r", 55, 9),
            Step(10, "read", "r", 55, 9),
            Step(10, "write", "r", 56, 9),
            Step(6, "write", "r", 56, 9),
        ),
    ),
    Verdict.DEADLOCK: Witness(
        Verdict.DEADLOCK,
        "",
        "Process 1 acquired the lock and ended without releasing it. All the others wait for it.",
        (9,),
        (),
        (Wait(2, "lock", 1, 9), Wait(3, "lock", 1, 9), Wait(0, "process 2 to end", 2, 19)),
    ),
}


def fill(school: School, students: int = 30) -> dict[str, str]:
    """Hand in for many students; return submissions of Ada's by what they show."""
    chance = random.Random(2)
    verdicts = [Verdict.RACE, Verdict.DEADLOCK, Verdict.CRASH, Verdict.WRONG_VALUE, Verdict.SEQUENTIAL]
    for login in enroll(school, students):
        for minutes in range(chance.randrange(4)):
            verdict = Verdict.PASSED if chance.random() < 0.5 else chance.choice(verdicts)
            points = None if verdict is Verdict.PASSED else chance.choice([0.0, 1.0, 2.0, 3.0])
            school.grade(school.hand_in(login, minutes_ago=60 - minutes), report(verdict, points))
    with school.database.write() as session:
        for name, age in (("worker-1", 3), ("worker-2", 900)):
            session.add(
                WorkerBeat(
                    name=name,
                    host="grader-a",
                    sandbox="docker",
                    slots=2,
                    seen_at=utc_now() - timedelta(seconds=age),
                )
            )
    shown: dict[str, str] = {}
    for minutes, verdict in enumerate(Verdict):
        source = RIGHT if verdict is Verdict.PASSED else RACY
        shown[verdict] = school.grade(
            school.hand_in("ada", source=source, minutes_ago=60 - minutes), report(verdict)
        )
    for name, source, witness in (
        ("own-locks", TWO_LOCKS, OWN_LOCKS),
        ("cycle", CROSSED, CYCLE),
        ("philosophers", RACY, PHILOSOPHERS),
    ):
        shown[name] = school.grade(
            school.hand_in("ada", source=source, minutes_ago=70), report(witness.kind, witness=witness)
        )
    shown["warned"] = school.grade(
        school.hand_in("ada", slug="bank"),
        report(
            Verdict.CRASH,
            sandbox=SandboxInfo(
                "local", warning="Graded in the local sandbox, which is for trying out, not for a course."
            ),
            output="\x1b[31mred\x1b[0m <script>alert(1)</script> \u202etxt\n" + "x" * 400,
        ),
    )
    shown["failed"] = school.fail(school.hand_in("ada", slug="bank", minutes_ago=2))
    shown["running"] = school.run(school.hand_in("ada", minutes_ago=0.1))
    school.hand_in("eve", minutes_ago=0.05)
    shown["queued"] = school.hand_in("ada", minutes_ago=0.01)
    shown["quiz"] = school.grade(
        school.answer("ada", {"import": "A", "true": ["A"], "sum": "175"}, minutes_ago=5),
        _quiz_report(),
    )
    return shown


def _quiz_report() -> Report:
    from graders.quiz import grade

    return grade(QUIZ, {"import": "A", "true": ["A"], "sum": "175"})
