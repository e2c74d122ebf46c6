"""The process that sends e-mails: ``python -m service.mailer``. A service without a mail server needs none.

It is no worker: those have no way out of their network, and their slots are for grading.
"""

from __future__ import annotations

import signal
import sys
import threading
from pathlib import Path
from types import FrameType

import structlog
from sqlalchemy.exc import OperationalError

from graders.errors import CallerError
from service import log_format
from service.mail import MailError, RefusedError, send
from service.settings import Settings, load_settings
from service.store import notices
from service.store.database import Database
from service.store.types import utc_now

PAUSE_SECONDS = 3.0
LONGEST_PAUSE_SECONDS = 300.0
"""Between two tries while the server takes nothing."""
_LOG = structlog.get_logger(__name__)


def deliver(settings: Settings, database: Database) -> bool:
    """Send all that is due. False when the server took nothing more: the rest stays due."""
    with database.read() as session:
        due = notices.due(session, utc_now())
    for notice in due:
        try:
            send(settings, notice)
            _LOG.info("mail.sent", submission=notice.submission_id)
        except RefusedError as problem:
            _LOG.warning("mail.refused", submission=notice.submission_id, problem=str(problem))
        except MailError as problem:
            _LOG.warning("mail.not sent", submission=notice.submission_id, problem=str(problem))
            return False
        with database.write() as session:
            notices.told(session, notice)
    return True


def run(settings: Settings, database: Database, stop: threading.Event) -> None:
    """Deliver again and again until `stop` is set; wait longer and longer while nothing can be sent."""
    pause = PAUSE_SECONDS
    while not stop.wait(pause):
        try:
            done = deliver(settings, database)
        except OperationalError as problem:
            _LOG.warning("mail.no database", problem=str(problem.orig))
            done = False
        pause = PAUSE_SECONDS if done else min(pause * 2, LONGEST_PAUSE_SECONDS)
        if settings.alive_file:
            Path(settings.alive_file).touch()


def main() -> int:
    """Run until a signal comes; 2 when no mail server is set."""
    stop = threading.Event()

    def end(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, end)
    try:
        settings = load_settings()
        log_format.configure(settings)
        if not settings.smtp_url.get_secret_value():
            raise CallerError("INTERLEAVE_SMTP_URL is not set, so there is no server to send e-mails with.")
    except CallerError as problem:
        print(problem, file=sys.stderr)
        return 2
    database = Database(settings.database_address())
    try:
        run(settings, database, stop)
    finally:
        database.dispose()
    return 0


if __name__ == "__main__":
    sys.exit(main())
