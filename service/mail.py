"""E-mail over SMTP: one message that a submission is graded. Nothing is sent where no server is set."""

from __future__ import annotations

import re
import smtplib
import ssl
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid
from urllib.parse import unquote, urlsplit

from service.settings import Settings
from service.store.notices import Notice

SECONDS = 10.0
"""How long the server may take to answer."""
_ADDRESS = re.compile(r"[^\s@<>()\[\]\\,;:\"\x00-\x1f\x7f]{1,64}@[A-Za-z0-9.-]{1,190}")


class MailError(Exception):
    """A message could not be sent now; to try again later may help."""


class RefusedError(MailError):
    """The server will never take this message: the address is wrong, or it is refused."""


def message(settings: Settings, notice: Notice) -> EmailMessage:
    """Return the message; raises `RefusedError` when the address can be none."""
    if not _ADDRESS.fullmatch(notice.address):
        raise RefusedError(f"{notice.address!r} is no e-mail address")
    made = EmailMessage()
    item, course, name = (_line(text) for text in (notice.item, notice.course, notice.name))
    made["From"] = settings.mail_from
    made["To"] = notice.address
    made["Subject"] = f"Graded: {item}"
    made["Date"] = format_datetime(notice.graded_at)
    made["Message-ID"] = make_msgid(notice.submission_id, domain=settings.mail_from.rpartition("@")[2])
    # Programs that answer for people on holiday leave such messages alone (RFC 3834).
    made["Auto-Submitted"] = "auto-generated"
    made.set_content(
        f"Hello {name},\n\n"
        f"your submission for {item} ({course}) is graded:\n\n"
        f"{settings.public_url}/submissions/{notice.submission_id}\n\n"
        "You get this because you asked for it. To get no more of them:\n\n"
        f"{settings.public_url}/notices\n"
    )
    return made


def send(settings: Settings, notice: Notice) -> None:
    """Send a notice; raises `MailError`, and `RefusedError` where trying again is no use."""
    made = message(settings, notice)
    try:
        with _connection(settings) as server:
            server.send_message(made)
    except smtplib.SMTPRecipientsRefused as problem:
        code, answer = next(iter(problem.recipients.values()))
        kind = RefusedError if 500 <= code < 600 else MailError
        raise kind(f"{code} {answer.decode(errors='replace')}") from problem
    except (OSError, smtplib.SMTPException) as problem:
        raise MailError(f"{type(problem).__name__}: {problem}") from problem


def _connection(settings: Settings) -> smtplib.SMTP:
    """Connect, encrypted where the server can; a password is never sent in the clear."""
    url = urlsplit(settings.smtp_url.get_secret_value())
    host, context = url.hostname or "", ssl.create_default_context()
    if url.scheme == "smtps":
        server: smtplib.SMTP = smtplib.SMTP_SSL(host, url.port or 465, timeout=SECONDS, context=context)
        encrypted = True
    else:
        server = smtplib.SMTP(host, url.port or 25, timeout=SECONDS)
        server.ehlo()
        encrypted = server.has_extn("starttls")
        if encrypted:
            server.starttls(context=context)
    if url.username:
        if not encrypted:
            server.close()
            raise MailError("the server offers no encryption, so its password is not sent")
        server.login(unquote(url.username), unquote(url.password or ""))
    return server


def _line(text: str) -> str:
    """Return text in one line: a title must not become a header of its own."""
    return " ".join("".join(char if char.isprintable() else " " for char in text).split())
