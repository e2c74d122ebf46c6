"""E-mails that a submission is graded, through a real mail server in a process of its own."""

from __future__ import annotations

import mailbox
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import update

from graders.verdict import Verdict
from service.mail import MailError, RefusedError, message, send
from service.mailer import deliver
from service.settings import Settings, SettingsError, load_settings
from service.store import lifecycle
from service.store.database import Database
from service.store.models import Item, Submission, User
from service.store.notice_tables import MailWish
from service.store.notices import FORGOTTEN, Notice, due, wants_mail, wish_mail
from service.store.types import utc_now
from tests.service.store.conftest import World, furnish
from tests.service.store.samples import report
from tests.service.store.test_lifecycle import claim, hand_in

ADDRESS = "ada@example.org"


def until(found: Callable[[], bool], seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not found():
        assert time.monotonic() < deadline
        time.sleep(0.03)


@dataclass
class MailServer:
    """A mail server that keeps what it gets in a folder."""

    port: int
    folder: Path

    def messages(self) -> list[mailbox.MaildirMessage]:
        return list(mailbox.Maildir(self.folder, create=False))


@pytest.fixture(scope="module")
def mail_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MailServer]:
    folder = tmp_path_factory.mktemp("mail") / "box"
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [
        sys.executable,
        "-W",
        "ignore",
        "-m",
        "aiosmtpd",
        "--nosetuid",
        "--listen",
        f"127.0.0.1:{port}",
    ]
    process = subprocess.Popen([*command, "--class", "aiosmtpd.handlers.Mailbox", str(folder)])
    try:
        until(lambda: _answers(port))
        yield MailServer(port, folder)
    finally:
        process.terminate()
        process.wait(30)


def _answers(port: int) -> bool:
    with socket.socket() as asking:
        return asking.connect_ex(("127.0.0.1", port)) == 0


@pytest.fixture
def box(mail_server: MailServer) -> MailServer:
    mailbox.Maildir(mail_server.folder).clear()
    return mail_server


def settings_for(port: int, **rest: object) -> Settings:
    return load_settings(
        smtp_url=f"smtp://127.0.0.1:{port}",
        mail_from="grader@example.org",
        public_url="https://grader.example.org",
        **rest,
    )


@pytest.fixture
def world(database: Database) -> World:
    made = furnish(database)
    with database.write() as session:
        session.get_one(User, made.user_id).email = ADDRESS
    return made


def want(world: World, wanted: bool = True) -> None:
    with world.database.write() as session:
        wish_mail(session, world.user_id, wanted)


def grade(world: World) -> str:
    one = hand_in(world)
    assert lifecycle.finish(world.database, claim(world, one), report(Verdict.RACE))
    return one


def due_now(world: World) -> list[str]:
    with world.database.read() as session:
        return [notice.submission_id for notice in due(session, utc_now())]


NOTICE = Notice(1, "01ABC", ADDRESS, "Ada", "Counter", "Shared data", utc_now())


def test_nobody_is_told_who_has_not_asked_for_it(world: World) -> None:
    grade(world)
    assert due_now(world) == []
    with world.database.read() as session:
        assert not wants_mail(session, world.user_id)


def test_what_was_graded_after_the_wish_is_told_once(world: World, box: MailServer) -> None:
    grade(world)
    want(world)
    one = grade(world)
    settings = settings_for(box.port)
    assert deliver(settings, world.database)
    assert deliver(settings, world.database)
    (got,) = box.messages()
    assert (got["To"], got["From"], got["Subject"]) == (ADDRESS, "grader@example.org", "Graded: Counter")
    assert got["Auto-Submitted"] == "auto-generated"
    body = got.get_payload()
    assert f"https://grader.example.org/submissions/{one}" in body
    assert "https://grader.example.org/notices" in body


def test_an_e_mail_says_nothing_of_the_result(world: World, box: MailServer) -> None:
    want(world)
    grade(world)
    deliver(settings_for(box.port), world.database)
    told = box.messages()[0].as_string().lower()
    assert not [word for word in ("race", "passed", "score", "points", "verdict") if word in told]


def test_who_takes_the_wish_back_gets_nothing_more(world: World, box: MailServer) -> None:
    want(world)
    want(world, wanted=False)
    want(world, wanted=False)
    grade(world)
    assert deliver(settings_for(box.port), world.database)
    assert box.messages() == []


def test_regrades_locked_accounts_and_old_news_are_not_told(world: World) -> None:
    want(world)
    one = grade(world)
    assert due_now(world) == [one]
    with world.database.write() as session:
        session.get_one(User, world.user_id).active = False
    assert due_now(world) == []
    with world.database.write() as session:
        session.get_one(User, world.user_id).active = True
        session.execute(update(MailWish).values(told_until=utc_now() - 3 * FORGOTTEN))
        old = utc_now() - FORGOTTEN - timedelta(minutes=1)
        session.execute(update(Submission).values(graded_at=old))
    assert due_now(world) == []
    lifecycle.regrade(world.database, one)
    lifecycle.finish(world.database, claim(world, one), report())
    assert due_now(world) == []


def test_while_the_server_is_away_nothing_is_lost(world: World, box: MailServer) -> None:
    want(world)
    one = grade(world)
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        assert not deliver(settings_for(nobody.getsockname()[1]), world.database)
    assert due_now(world) == [one]
    assert deliver(settings_for(box.port), world.database)
    assert len(box.messages()) == 1


@pytest.mark.parametrize(
    "address", ["ada", "ada@", "a b@c.d", "ada@example.org\nBcc: eve@example.org", "<a@b>"]
)
def test_an_address_that_can_be_none_is_passed_over(world: World, box: MailServer, address: str) -> None:
    with world.database.write() as session:
        session.get_one(User, world.user_id).email = address
    want(world)
    grade(world)
    with pytest.raises(RefusedError):
        message(settings_for(box.port), replace(NOTICE, address=address))
    assert deliver(settings_for(box.port), world.database)
    assert box.messages() == []
    assert due_now(world) == []


def test_a_title_cannot_become_a_header(world: World, box: MailServer) -> None:
    with world.database.write() as session:
        session.get_one(Item, world.item_id).title = "Zähler\r\nBcc: eve@example.org"
    want(world)
    grade(world)
    assert deliver(settings_for(box.port), world.database)
    (got,) = box.messages()
    assert got["Bcc"] is None
    assert "Bcc: eve" in message(settings_for(1), replace(NOTICE, item="Z\r\nBcc: eve"))["Subject"]


def test_a_password_is_not_sent_to_a_server_without_encryption(box: MailServer) -> None:
    settings = load_settings(
        smtp_url=f"smtp://me:secret@127.0.0.1:{box.port}",
        mail_from="grader@example.org",
        public_url="https://grader.example.org",
    )
    with pytest.raises(MailError, match="no encryption"):
        send(settings, NOTICE)
    assert box.messages() == []


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ({"smtp_url": "mail.example.org"}, "smtp://user:password@host:587"),
        ({"smtp_url": "smtp://host:99999999"}, "smtp://user:password@host:587"),
        ({"smtp_url": "smtp://host", "public_url": "https://a.b"}, "INTERLEAVE_MAIL_FROM"),
        ({"smtp_url": "smtp://host", "mail_from": "a@b.c"}, "INTERLEAVE_PUBLIC_URL"),
        ({"mail_from": "a\nb@c"}, "expected an e-mail address"),
    ],
)
def test_settings_that_cannot_work_stop_the_start(values: dict[str, str], told: str) -> None:
    with pytest.raises(SettingsError, match=told):
        load_settings(**values)


def test_the_mailer_sends_until_it_is_told_to_stop(tmp_path: Path, sqlite_url: str, box: MailServer) -> None:
    database = Database(sqlite_url)
    world = furnish(database)
    with database.write() as session:
        session.get_one(User, world.user_id).email = ADDRESS
    want(world)
    grade(world)
    environment = os.environ | {
        "INTERLEAVE_DATABASE_URL": sqlite_url,
        "INTERLEAVE_SMTP_URL": f"smtp://127.0.0.1:{box.port}",
        "INTERLEAVE_MAIL_FROM": "grader@example.org",
        "INTERLEAVE_PUBLIC_URL": "https://grader.example.org",
        "INTERLEAVE_ALIVE_FILE": str(tmp_path / "alive"),
    }
    mailer = subprocess.Popen([sys.executable, "-m", "service.mailer"], env=environment)
    try:
        until(lambda: len(box.messages()) == 1)
        until((tmp_path / "alive").exists)
    finally:
        mailer.send_signal(signal.SIGTERM)
        assert mailer.wait(30) == 0
        database.dispose()


def test_the_mailer_says_when_there_is_no_server() -> None:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("INTERLEAVE_")}
    done = subprocess.run(
        [sys.executable, "-m", "service.mailer"], env=environment, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 2
    assert "INTERLEAVE_SMTP_URL is not set" in done.stderr
