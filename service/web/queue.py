"""The queue, for staff: is the machinery well, and how long do students wait."""

from __future__ import annotations

from flask import render_template

from service.context import session
from service.store import watch
from service.store.types import utc_now
from service.web import access
from service.web.blueprint import bp


@bp.get("/queue")
def queue() -> str:
    """Show depth, oldest wait, times and the workers' signs of life."""
    if not access.staff_anywhere():
        access.unknown("page")
    now = utc_now()
    return render_template("staff/queue.html", now=now, view=watch.queue_view(session(), now))
