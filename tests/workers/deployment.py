"""A small deployment for tests: SQLite, a Redis of its own, real Celery workers that can be killed."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TypeVar

import redis
from sqlalchemy import select

from graders.course import dump_item
from graders.lab import CheckSpec, Lab, Style
from graders.quiz import Quiz
from service.queue import Queue
from service.store import lifecycle, migrate
from service.store.database import Database
from service.store.models import Attempt, Course, Item, QueueName, State, Submission, User, WorkerBeat
from workers.embedded.private_redis import find_server

REPOSITORY = Path(__file__).parents[2]
LAB = Lab(
    course="shared-data",
    slug="counter",
    title="Counter",
    style=Style.PROGRAM,
    file="counter.py",
    text="",
    starter="",
    checks=(CheckSpec("all", "All", 1, "value"),),
)

T = TypeVar("T")


def eventually(found: Callable[[], T], seconds: float = 90) -> T:
    """Return what `found` gives as soon as it is true."""
    deadline = time.monotonic() + seconds
    while not (value := found()):
        assert time.monotonic() < deadline, f"not within {seconds} s: {found}"
        time.sleep(0.03)
    return value


class Deployment:
    """Everything below one folder; `close` ends all that was started."""

    def __init__(
        self, folder: Path, lab: Lab = LAB, app: str = "tests.workers.gated_worker", **settings: object
    ) -> None:
        self.folder = folder
        self.app = app
        self.gates = folder / "gates"
        self.gates.mkdir()
        # A socket's path may not be longer than about 100 bytes; pytest's folders often are.
        self.sockets = Path(tempfile.mkdtemp(prefix="ilv-"))
        self.redis_url = f"unix://{self.sockets / 'redis.sock'}"
        self.database_url = f"sqlite:///{folder / 'interleave.db'}"
        self.processes: list[subprocess.Popen[bytes]] = []
        self.redis_process: subprocess.Popen[bytes] | None = None
        self.settings = {
            "lease_seconds": 5,
            "sweep_seconds": 1,
            "requeue_seconds": 2,
            "shutdown_seconds": 20,
        } | settings
        self.database = Database(self.database_url)
        migrate.upgrade(self.database)
        self.item_id, self.user_id = self._fill(lab)
        self.queue = Queue(self.redis_url)

    def _fill(self, lab: Lab) -> tuple[int, int]:
        with self.database.write() as session:
            course = Course(slug="shared-data", title="Shared Data", digest="0")
            user = User(login="ada")
            session.add_all([course, user])
            session.flush()
            item = Item(
                course_id=course.id,
                slug=lab.slug,
                kind="lab",
                title=lab.title,
                position=1,
                content=dump_item(lab),
                digest="0",
            )
            session.add(item)
            session.flush()
            return item.id, user.id

    def add_quiz(self, quiz: Quiz) -> int:
        with self.database.write() as session:
            item = Item(
                course_id=1,
                slug=quiz.slug,
                kind="quiz",
                title="",
                position=2,
                content=dump_item(quiz),
                digest="0",
            )
            session.add(item)
            session.flush()
            return item.id

    @property
    def environment(self) -> dict[str, str]:
        own = {f"INTERLEAVE_{name.upper()}": str(value) for name, value in self.settings.items()}
        return {
            **{name: value for name, value in os.environ.items() if not name.startswith("INTERLEAVE_")},
            **own,
            "INTERLEAVE_DATABASE_URL": self.database_url,
            "INTERLEAVE_REDIS_URL": self.redis_url,
            "INTERLEAVE_TEST_GATES": str(self.gates),
            "PYTHONPATH": str(REPOSITORY),
        }

    def start_redis(self, *options: str) -> None:
        socket = self.sockets / "redis.sock"
        socket.unlink(missing_ok=True)
        self.redis_process = subprocess.Popen(
            [
                find_server(),
                "--port",
                "0",
                "--unixsocket",
                socket,
                "--save",
                "",
                "--dir",
                self.sockets,
                *options,
            ],
            stdout=subprocess.DEVNULL,
        )
        eventually(self.redis_answers)

    def redis_answers(self) -> bool:
        with self.redis() as client, suppress(redis.ConnectionError):
            return bool(client.ping())
        return False

    def kill_redis(self) -> None:
        assert self.redis_process
        self.redis_process.kill()
        self.redis_process.wait()

    def redis(self) -> redis.Redis:
        return redis.Redis.from_url(self.redis_url)

    def flush_redis(self) -> None:
        with self.redis() as client:
            client.flushall()

    def start_worker(
        self, *options: str, name: str = "worker", program: tuple[str, ...] = ()
    ) -> subprocess.Popen[bytes]:
        """Start a worker with embedded beat and wait for its sign of life."""
        log = (self.folder / f"{name}.log").open("ab")
        process = subprocess.Popen(
            [
                *(sys.executable, "-m", "celery", *program, "-A", self.app, "worker", "-B"),
                *("-n", f"{name}@test", "--without-mingle", "--without-gossip", *options),
            ],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            env=self.environment,
            cwd=self.folder,
            start_new_session=True,
        )
        log.close()
        self.processes.append(process)
        eventually(lambda: process.poll() is not None or f"{name}@test" in self.beats())
        assert process.poll() is None, self.log(name)
        return process

    def beats(self) -> list[str]:
        with self.database.read() as session:
            return list(session.scalars(select(WorkerBeat.name)))

    def log(self, name: str = "worker") -> str:
        return (self.folder / f"{name}.log").read_text()

    def submit(self, program: str, queue: QueueName = QueueName.INTERACTIVE) -> str:
        """Hand in a program and put it on Redis."""
        row, _ = lifecycle.submit(
            self.database,
            item_id=self.item_id,
            user_id=self.user_id,
            files={LAB.file: program},
            main=LAB.file,
        )
        self.queue.enqueue(row.id, queue)
        return row.id

    def row(self, submission_id: str) -> Submission:
        with self.database.read() as session:
            return session.get_one(Submission, submission_id)

    def attempts(self, submission_id: str) -> list[Attempt]:
        with self.database.read() as session:
            return list(
                session.scalars(
                    select(Attempt).where(Attempt.submission_id == submission_id).order_by(Attempt.number)
                )
            )

    def wait_state(self, submission_id: str, state: State, seconds: float = 90) -> Submission:
        eventually(lambda: self.row(submission_id).state is state, seconds)
        return self.row(submission_id)

    def wait_gate(self, name: str) -> int:
        """Wait until an attempt stands at the gate; returns the id of its process."""
        path = self.gates / f"{name}.pid"
        eventually(lambda: path.exists() and path.read_text())
        return int(path.read_text())

    def open_gate(self, name: str) -> None:
        (self.gates / f"{name}.open").touch()

    def journal(self) -> list[str]:
        """What the sandboxes were asked to do, in order."""
        path = self.gates / "journal"
        return path.read_text().split("\n")[:-1] if path.exists() else []

    def close(self) -> None:
        for process in self.processes:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        if self.redis_process:
            self.kill_redis()
        self.database.dispose()
        shutil.rmtree(self.sockets)
