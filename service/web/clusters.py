"""Pages of the same mistake: submissions with the same verdict and the same guilty pattern, together."""

from __future__ import annotations

from flask import Response, render_template

from service.context import session
from service.store import clusters as store
from service.web import access, labs
from service.web.blueprint import bp
from service.web.tables import csv_answer


@bp.get("/courses/<course>/staff/<slug>/clusters")
def clusters(course: str, slug: str) -> str:
    """Show the mistakes of an item, those most students made first, each with one example."""
    found, item = labs.find_graded(course, slug)
    shown, page = store.clusters(session(), item, labs.page_wanted())
    return render_template("dashboards/clusters.html", course=found, item=item, clusters=shown, page=page)


@bp.get("/courses/<course>/staff/<slug>/clusters.csv")
def clusters_csv(course: str, slug: str) -> Response:
    """Download the list of mistakes."""
    _, item = labs.find_graded(course, slug)
    head = ("verdict", "pattern", "objects", "students", "stuck", "submissions", "example")
    rows = [
        (str(one.verdict), one.told, one.kinds, one.students, one.stuck, one.submissions, one.example)
        for one in store.all_clusters(session(), item)
    ]
    return csv_answer(f"{course}-{slug}-clusters.csv", head, rows)


@bp.get("/courses/<course>/staff/<slug>/clusters/<key>")
def cluster(course: str, slug: str, key: str) -> str:
    """Show one mistake with everybody who made it."""
    found, item = labs.find_graded(course, slug)
    one = store.find(session(), item, key)
    if one is None:
        access.unknown("cluster")
    members, page = store.members(session(), item, key, labs.page_wanted())
    return render_template(
        "dashboards/cluster.html", course=found, item=item, cluster=one, members=members, page=page
    )
