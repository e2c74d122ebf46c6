"""The queue, for staff: is the machinery well, and how long do students wait."""

from __future__ import annotations

from datetime import datetime
from hashlib import sha256

from flask import Response, render_template, request

from service.context import session
from service.store import watch
from service.store.types import utc_now
from service.store.watch import QueueView
from service.web import access
from service.web.blueprint import bp
from service.web.labs import send
from service.web.shown import iso
from service.web.tables import Table


@bp.get("/queue")
def queue() -> str:
    """Show depth, oldest wait, times and the workers' signs of life; the page keeps itself up to date."""
    now, view = _look()
    return render_template("staff/queue.html", now=now, view=view)


@bp.get("/queue/now")
def queue_now() -> Response:
    """Return what changes on the page of the queue, for its script; 304 while nothing did."""
    now, view = _look()
    body = render_template("dashboards/queue_now.html", now=now, view=view)
    response = Response(body)
    response.set_etag(sha256(body.encode()).hexdigest()[:32])
    response.headers["Cache-Control"] = "no-store"
    return response.make_conditional(request)  # type: ignore[return-value]


@bp.get("/queue/<table>.csv")
def queue_table(table: str) -> Response:
    """Download a table of the page."""
    now, view = _look()
    tables = (_depth(view), _times(view), _workers(view), _failures(view))
    return send(tables, table, f"queue-{table}-{now:%Y%m%d-%H%M}.csv")


def _look() -> tuple[datetime, QueueView]:
    """Return the moment and the state of things; failures only of courses whose submissions may be opened."""
    if not access.staff_anywhere():
        access.unknown("page")
    now = utc_now()
    return now, watch.queue_view(session(), now, courses=access.staffed_courses())


def _depth(view: QueueView) -> Table:
    rows = [
        ("waiting", view.queued),
        ("regrades waiting", view.regrades),
        ("being graded", view.running),
        ("failed in 24 hours", view.failed_today),
    ]
    return Table("depth", "Submissions in the line", ("what", "submissions"), rows)


def _times(view: QueueView) -> Table:
    rows = [
        (name, *(pair or (None, None)), view.sample)
        for name, pair in (("wait", view.wait), ("run", view.run))
    ]
    return Table("times", "Seconds", ("what", "p50_seconds", "p95_seconds", "attempts"), rows)


def _workers(view: QueueView) -> Table:
    rows = [
        (one.name, one.host, one.sandbox, one.slots, iso(one.seen_at), "alive" if alive else "silent")
        for one, alive in view.workers
    ]
    return Table("workers", "Signs of life", ("worker", "host", "sandbox", "at_once", "seen", "state"), rows)


def _failures(view: QueueView) -> Table:
    rows = [
        (one.submission_id, one.title, iso(one.queued_at), one.worker, one.fault) for one in view.failures
    ]
    return Table(
        "failures", "Given up by our fault", ("submission", "item", "queued", "worker", "fault"), rows
    )
