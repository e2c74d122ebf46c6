"""Being told when a submission is graded: by e-mail, if the service sends any and the reader asks for it."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for

from service.context import database, session, settings
from service.store.notices import wants_mail, wish_mail
from service.web import access
from service.web.blueprint import bp


@bp.get("/notices")
def notices() -> str:
    """Show how the reader is told."""
    return render_template(
        "people/notices.html", sends=_sends(), wanted=wants_mail(session(), access.me().id)
    )


@bp.post("/notices")
def change_notices() -> Any:
    """Keep what the reader wants."""
    wanted = request.form.get("mail") == "yes"
    if wanted and not (_sends() and access.me().email):
        flash("No e-mail can be sent to you, so nothing was changed.", "limit")
        return redirect(url_for("web.notices"), 303)
    with database().write() as writing:
        wish_mail(writing, access.me().id, wanted)
    flash("You will get an e-mail when it is graded." if wanted else "You will get no e-mails.", "good")
    return redirect(url_for("web.notices"), 303)


def _sends() -> bool:
    return bool(settings().smtp_url.get_secret_value())
