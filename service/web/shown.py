"""How values are written on pages: filters and the words every template has at hand."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

from flask import request, url_for
from flask_login import current_user

from service import acting
from service.context import settings
from service.web import access, text, words
from service.web.assets import asset
from service.web.blueprint import bp
from service.web.pictures import style_address

_ISO = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")


@bp.app_template_filter("iso")
def iso(moment: datetime) -> str:
    """2026-11-22T13:15:00Z, for `time` elements and files."""
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


@bp.app_template_filter("utc")
def utc(moment: datetime) -> str:
    """22 Nov 2026, 13:15 UTC; JavaScript puts the reader's own time in its place."""
    moment = moment.astimezone(UTC)
    return f"{moment.day} {moment:%b %Y, %H:%M} UTC"


@bp.app_template_filter("number")
def number(value: float | None, digits: int = 2) -> str:
    """At most `digits` decimals, no trailing zeros: 4, 7.5, 3.33; a dash for nothing."""
    if value is None:
        return "\N{EN DASH}"
    text = f"{value:.{digits}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


@bp.app_template_filter("percent")
def percent(share: float) -> str:
    """A share from 0 to 1 in whole per cent."""
    return f"{share * 100:.0f} %"


@bp.app_template_filter("size")
def size(count: float) -> str:
    """Bytes in the unit a person would choose."""
    for unit in ("bytes", "KiB", "MiB"):
        if count < 1024:
            return f"{number(count, 1)} {unit}"
        count /= 1024
    return f"{number(count, 1)} GiB"


@bp.app_template_filter("span")
def span(seconds: float) -> str:
    """A length of time: 0.4 s, 12 s, 3 min, 2 h."""
    if seconds < 10:
        return f"{number(seconds, 1)} s"
    if seconds < 100:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{number(seconds / 3600, 1)} h"


@bp.app_template_test("moment")
def is_moment(value: object) -> bool:
    """Whether this is a moment as `iso` writes it."""
    return isinstance(value, str) and bool(_ISO.fullmatch(value))


def spoken(answer: object) -> str:
    """Return the answer to a question in words; empty when it was not answered."""
    if isinstance(answer, list):
        return ", ".join(map(str, answer))
    return "" if answer is None else str(answer)


def address(path: str) -> str:
    """Return `path` as users of this service write it, host included."""
    public = settings().public_url
    return public + path if public else url_for("web.home", _external=True).rstrip("/") + path


def with_query(path: str, **changes: str | int | None) -> str:
    """Return `path` with this request's query, changed; `None` leaves a part out."""
    asked = {**request.args.to_dict(), **changes}
    query = urlencode({name: value for name, value in asked.items() if value is not None})
    return f"{path}?{query}" if query else path


@bp.app_context_processor
def at_hand() -> dict[str, Any]:
    """Give every template the reader, the words for verdicts and the safe ways to show text."""
    known = current_user.is_authenticated
    return {
        "me": access.me() if known else None,
        "acting": acting.current() if known else None,
        "may": access.may,
        "staff_anywhere": known and access.staff_anywhere(),
        "words_for": words.for_submission,
        "words_of": words.for_verdict,
        "asset": asset,
        "picture_style": style_address,
        "address": address,
        "with_query": with_query,
        "markdown": text.markdown,
        "inline_markdown": text.inline_markdown,
        "visible": text.visible,
        "source_lines": text.source_lines,
    }
