"""How long pages take with a term's work in the database: over HTTP, from the web server that courses run."""

from __future__ import annotations

import http.client
import os
import random
import re
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import partial
from urllib.parse import urlencode

import psycopg
from sqlalchemy import make_url, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from scripts.bench import term
from scripts.bench.program import ROOT
from scripts.bench.rows import Row
from scripts.bench.service import tree
from scripts.bench.timing import percentile, seconds_of, threads_cpu
from service.store import migrate, tokens
from service.store.database import Database
from service.store.models import CheckResult, Item, Submission, User
from service.store.summary_tables import GuiltyPattern
from tests.service.servers import postgres_server
from workers.ending import end_with_parent

PAGE_MS = 200.0
START_SECONDS = 60.0
_WARM_UP = 3

Tell = Callable[[str], None]


@dataclass(frozen=True)
class Address:
    """A page, as a path with names in braces that are drawn anew for each request."""

    what: str
    path: str
    api: bool = False


COURSE = f"/courses/{term.SLUG}"
PAGES = (
    Address("course overview", f"{COURSE}/staff"),
    Address("lab", f"{COURSE}/staff/{{lab}}"),
    Address("lab, searched", f"{COURSE}/staff/{{lab}}?q=ada"),
    Address("lab, failing a check", f"{COURSE}/staff/{{lab}}/checks/{{check}}"),
    Address("mistakes made alike", f"{COURSE}/staff/{{lab}}/clusters"),
    Address("one mistake", f"{COURSE}/staff/{{lab}}/clusters/{{key}}"),
    Address("student", f"{COURSE}/students/{{student}}"),
    Address("gradebook", f"{COURSE}/gradebook"),
    Address("gradebook, sorted by a lab", f"{COURSE}/gradebook?sort={{lab}}&down=1&page=3"),
    Address("gradebook, searched in a section", f"{COURSE}/gradebook?q=a&section=C"),
    Address("queue", "/queue"),
    Address("queue, what changes", "/queue/now"),
    Address("roster", f"{COURSE}/roster"),
    Address("submission", "/submissions/{submission}"),
    Address("course, as students see it", COURSE),
    Address("lab, as students see it", f"{COURSE}/labs/{{lab}}"),
    Address("CSV: gradebook", f"{COURSE}/gradebook.csv"),
    Address("CSV: scores of a lab", f"{COURSE}/staff/{{lab}}/scores.csv"),
    Address("CSV: verdicts day by day", f"{COURSE}/staff/{{lab}}/mix.csv"),
    Address("CSV: mistakes made alike", f"{COURSE}/staff/{{lab}}/clusters.csv"),
    Address("API: gradebook", f"/api/v1{COURSE}/gradebook", api=True),
    Address("API: statistics", f"/api/v1{COURSE}/statistics", api=True),
)


def measure(size: term.Size, times: int, tell: Tell) -> Iterator[Row]:
    """Measure every page on SQLite and on PostgreSQL, each holding the same term's work."""
    for kind, scratch in (("SQLite", _sqlite), ("PostgreSQL", _postgres)):
        with scratch() as address, _opened(address) as database:
            tell(f"a term's work in {kind}: {size.submissions} submissions")
            migrate.upgrade(database)
            term.build(database, size)
            names = Names.read(database)
            with _serving(address) as (port, pid):
                reader = Reader(port, database)
                for page in PAGES:
                    tell(f"{kind}, {page.what}")
                    yield _row(kind, page, reader, names, times, pid)


def _row(kind: str, page: Address, reader: Reader, names: Names, times: int, pid: int) -> Row:
    """Measure one page, asking for another student, lab or submission each time.

    The web server's CPU time stands beside: on a busy machine it tells more than the clock.
    """
    chance = random.Random(7)  # noqa: S311 - the same pages each time
    addresses = [page.path.format_map(names.draw(chance)) for _ in range(times + _WARM_UP)]
    taken: list[float] = []
    used: list[float] = []
    for address in addresses:
        before = threads_cpu(tree(pid))
        taken.append(1000 * seconds_of(partial(reader.get, address, page.api)))
        used.append(1000 * (threads_cpu(tree(pid)) - before))
    p50, p95 = (percentile(taken[_WARM_UP:], share) for share in (0.5, 0.95))
    cpu = percentile(used[_WARM_UP:], 0.95)
    told = f"p50 {p50:.0f} ms; CPU p95 {cpu:.0f} ms"
    return Row(f"{kind}: {page.what}, p95", p95, "ms", at_most=PAGE_MS, ratio=told)


@dataclass(frozen=True)
class Names:
    """What there is to ask for. By lab: a check or a mistake belongs to one."""

    checks: dict[str, list[str]]
    keys: dict[str, list[str]]
    students: list[int]
    submissions: list[str]

    @classmethod
    def read(cls, database: Database) -> Names:
        """Read them; of submissions the newest thousand."""
        with database.read() as session:
            labs = {item.id: item.slug for item in session.scalars(select(Item))}
            return cls(
                {slug: _some(session, CheckResult.check_id, item_id) for item_id, slug in labs.items()},
                {slug: _some(session, GuiltyPattern.key, item_id) for item_id, slug in labs.items()},
                list(session.scalars(select(User.id).where(User.login != term.STAFF))),
                list(session.scalars(select(Submission.id).order_by(Submission.id.desc()).limit(1000))),
            )

    def draw(self, chance: random.Random) -> dict[str, str | int]:
        """Choose one of each."""
        lab = chance.choice(list(self.checks))
        return {
            "lab": lab,
            "check": chance.choice(self.checks[lab]),
            "key": chance.choice(self.keys[lab]),
            "student": chance.choice(self.students),
            "submission": chance.choice(self.submissions),
        }


def _some(session: Session, column: InstrumentedAttribute[str], item_id: int) -> list[str]:
    return sorted(session.scalars(select(column).where(column.class_.item_id == item_id).distinct()))


class Reader:
    """Somebody of the staff, logged in, who opens pages one after the other over one connection."""

    def __init__(self, port: int, database: Database) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        with database.read() as session:
            staff = session.scalars(select(User.id).where(User.login == term.STAFF)).one()
        self._token = f"Bearer {tokens.issue(database, staff, 'bench')[1]}"
        self._cookie = ""
        form = re.search(r'name="csrf_token" value="([^"]+)"', self.get("/login"))
        assert form, "there is no form to log in with"
        fields = {"login": term.STAFF, "password": term.PASSWORD, "csrf_token": form[1]}
        self._ask("POST", "/login", urlencode(fields), 303)

    def get(self, path: str, api: bool = False) -> str:
        """Return a page to its last byte; raises `RuntimeError` when it is not there."""
        return self._ask("GET", path, None, 200, api)

    def _ask(self, method: str, path: str, body: str | None, status: int, api: bool = False) -> str:
        headers = {"Authorization": self._token} if api else {"Cookie": self._cookie}
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        self._connection.request(method, path, body, headers)
        answer = self._connection.getresponse()
        text = answer.read().decode()
        if answer.status != status:
            raise RuntimeError(f"{method} {path}: {answer.status} {text[:300]!r}")
        if cookie := answer.headers.get("Set-Cookie"):
            self._cookie = cookie.partition(";")[0]
        return text


@contextmanager
def _opened(address: str) -> Iterator[Database]:
    database = Database(address)
    try:
        yield database
    finally:
        database.dispose()


@contextmanager
def _sqlite() -> Iterator[str]:
    with tempfile.TemporaryDirectory(prefix="interleave-bench-") as folder:
        yield f"sqlite:///{folder}/interleave.db"


@contextmanager
def _postgres() -> Iterator[str]:
    """Give a database of a server that tests use too, and drop it afterwards."""
    name = f"ilv_bench_{os.getpid()}"
    with postgres_server() as server:
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}")
        try:
            yield make_url(server).set(database=name).render_as_string(hide_password=False)
        finally:
            with psycopg.connect(server, autocommit=True) as connection:
                connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@contextmanager
def _serving(address: str) -> Iterator[tuple[int, int]]:
    """Run the web server as `interleave up` does, without Redis and workers; give its port and process."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = int(listener.getsockname()[1])
        own = {"DATABASE_URL": address, "SECRET_KEY": "k" * 40, "LOG_LEVEL": "warning"}
        process = subprocess.Popen(
            [
                *(sys.executable, "-m", "gunicorn", "service.app:serve()", "--no-control-socket"),
                *("--bind", f"fd://{listener.fileno()}", "--worker-class", "gthread"),
                *("--workers", "1", "--threads", "8", "--log-level", "error"),
            ],
            cwd=ROOT,
            env={
                **os.environ,
                "PYTHONPATH": str(ROOT),
                **{f"INTERLEAVE_{key}": value for key, value in own.items()},
            },
            stdin=subprocess.DEVNULL,
            pass_fds=(listener.fileno(),),
            preexec_fn=partial(end_with_parent, os.getpid()),
        )
        try:
            _await_start(process, port)
            yield port, process.pid
        finally:
            process.terminate()
            process.wait()


def _await_start(process: subprocess.Popen[bytes], port: int) -> None:
    deadline = time.monotonic() + START_SECONDS
    while True:
        with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=START_SECONDS)) as connection:
            connection.request("GET", "/healthz")
            if connection.getresponse().status == 200:
                return
        if process.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError("the web server did not start")
