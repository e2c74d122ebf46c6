"""The embedded service from start to end."""

from __future__ import annotations

import os
import tempfile
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from graders.errors import CallerError
from service.settings import Settings, load_settings
from service.store import migrate
from service.store.database import Database
from service.store.types import utc_now
from workers.embedded import demo, people, sandbox
from workers.embedded.home import Home
from workers.embedded.parts import listen, web_part, worker_part
from workers.embedded.private_redis import redis_part, url
from workers.embedded.progress import Progress
from workers.embedded.supervisor import StopRequested, Supervisor
from workers.embedded.sweeps import SweepWatch

EXIT_UNEXPECTED = 1
SWEEP_SECONDS = 5
_OURS = ("DATABASE_URL", "REDIS_URL", "SECRET_KEY", "DEPLOYMENT", "ALIVE_FILE")
"""Settings that are decided here: what the environment says about them is for other deployments."""


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the command line asks for."""

    host: str
    port: int
    data: Path | None
    courses: tuple[Path, ...]
    sandbox: str | None


class Embedded:
    """Starts everything in order, tells where it is, stays until it is asked to end."""

    def __init__(self, wishes: Wishes, progress: Progress) -> None:
        self._wishes = wishes
        self._progress = progress

    @cached_property
    def _settings(self) -> Settings:
        for name in _OURS:
            os.environ.pop(f"INTERLEAVE_{name}", None)
            os.environ.pop(f"INTERLEAVE_{name}_FILE", None)
        if self._wishes.data:
            os.environ["INTERLEAVE_DATA_DIR"] = str(self._wishes.data.absolute())
        if self._wishes.sandbox:
            os.environ["INTERLEAVE_SANDBOX"] = self._wishes.sandbox
        return load_settings()

    @cached_property
    def _home(self) -> Home:
        return Home(self._settings.data_dir.absolute())

    def run(self, *, demo: bool, once: bool) -> int:
        """Run until the end is asked for; returns the exit status. Raises `InterleaveError`."""
        self._home.prepare()
        lock = self._home.lock()
        try:
            with (
                tempfile.TemporaryDirectory(prefix="interleave-") as sockets,
                Supervisor(self._progress) as parts,
            ):
                return self._serve(parts, Path(sockets), demo, once)
        except StopRequested:
            return 0
        finally:
            self._progress.say("Everything that was started has ended.")
            os.close(lock)

    def _serve(self, parts: Supervisor, sockets: Path, with_demo: bool, once: bool) -> int:
        choice = sandbox.decide(self._settings, self._progress)
        self._progress.say(choice.reason)
        socket = sockets / "redis.sock"
        environment = self._environment(url(socket), choice.kind.name)
        parts.start(redis_part(socket, self._home.log("redis")))
        database = self._fill()
        with listen(self._wishes.host, self._wishes.port) as listener:
            host, port = listener.getsockname()[:2]
            if port != self._wishes.port:
                self._progress.say(f"Port {self._wishes.port} is taken; port {port} is used instead.")
            address = f"http://{f'[{host}]' if ':' in host else host}:{port}"
            worker = f"embedded-{os.getpid()}@{os.uname().nodename}"
            watch = SweepWatch(url(socket), SWEEP_SECONDS)
            parts.start(
                web_part(listener, address, self._home.log("web"), environment),
                worker_part(
                    worker, database, utc_now(), self._home.log("worker"), environment, watch.trouble
                ),
            )
        self._progress.say(f"Interleave is at {address}")
        status = self._demonstrate(database, address) if with_demo else self._introduce(database)
        if once:
            return status
        self._progress.say("It stays up until Ctrl-C.")
        parts.watch()
        return status

    def _environment(self, redis_url: str, sandbox_name: str) -> dict[str, str]:
        return {
            "INTERLEAVE_DATA_DIR": str(self._home.path),
            "INTERLEAVE_DATABASE_URL": self._home.database_url,
            "INTERLEAVE_REDIS_URL": redis_url,
            "INTERLEAVE_SANDBOX": sandbox_name,
            # One machine, one person: be quick rather than thrifty, also when it ends.
            "INTERLEAVE_SWEEP_SECONDS": str(SWEEP_SECONDS),
            "INTERLEAVE_LEASE_SECONDS": "20",
            "INTERLEAVE_SHUTDOWN_SECONDS": "2",
        }

    def _fill(self) -> Database:
        """Bring the tables up to date and load the courses."""
        self._progress.step("preparing the database")
        database = Database(self._home.database_url)
        migrate.upgrade(database)
        for folder in self._courses():
            self._progress.step(f"loading {folder.name}")
            people.load(database, folder)
        return database

    def _courses(self) -> list[Path]:
        if self._wishes.courses:
            return list(self._wishes.courses)
        found = sorted(path.parent for path in self._settings.courses_dir.glob("*/course.toml"))
        if not found:
            raise CallerError(
                f"There is no course in {self._settings.courses_dir.absolute()}: "
                "run this in the repository, or name a course's folder with --course."
            )
        return found

    def _introduce(self, database: Database) -> int:
        """Make the first administrator, and tell the password this once."""
        if made := people.first_admin(database):
            self._progress.say(
                f"Log in as {made.login} with the password {made.password} (told only this once)."
            )
        return 0

    def _demonstrate(self, database: Database, address: str) -> int:
        """Hand the samples in and show what came of them."""
        folder = next((path for path in self._courses() if path.name == demo.COURSE), None)
        if folder is None:
            raise CallerError(f"The demonstration needs the course {demo.COURSE}.")
        student, instructor = people.demonstration(database, demo.COURSE)
        rows = demo.run(demo.Client(address, student.token), demo.samples(folder), self._progress)
        self._progress.say("")
        self._progress.show(demo.table(rows))
        self._progress.show(
            f"\nAddress     {address}\n"
            f"Student     login {student.login}, password {student.password}\n"
            f"Instructor  login {instructor.login}, password {instructor.password}\n"
        )
        return 0 if all(row.expected for row in rows) else EXIT_UNEXPECTED
