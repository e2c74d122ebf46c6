"""For those who run the service: is it alive, is it ready, what are its numbers, which version is it."""

from __future__ import annotations

import hmac
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from flask import Flask, Response, abort, jsonify, request
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from redis.exceptions import RedisError
from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from service.context import database, services, session, settings
from service.problems import Detail, problem
from service.store import migrate
from service.store.line import ALIVE_SECONDS
from service.store.models import Attempt, Outcome, State, Submission, WorkerBeat
from service.store.types import utc_now
from service.version import VERSION


def init_app(app: Flask) -> None:
    """Register the four addresses."""
    app.add_url_rule("/healthz", view_func=healthz)
    app.add_url_rule("/readyz", view_func=readyz)
    app.add_url_rule("/metrics", view_func=metrics)
    app.add_url_rule("/version", view_func=version)


def healthz() -> Response:
    """Say that this process answers; asks nobody else."""
    return jsonify(status="alive")


def readyz() -> Response:
    """Say whether requests can be served: database, its migrations, Redis."""
    troubles = [trouble for check in (_database_trouble, _redis_trouble) if (trouble := check())]
    if troubles:
        words = "; ".join(f"{trouble.where}: {trouble.message}" for trouble in troubles)
        return problem(503, f"Not ready: {words}.", errors=troubles, headers=[("Retry-After", "5")])
    return jsonify(status="ready")


def version() -> Response:
    """Say which version this is."""
    return jsonify(version=VERSION)


def metrics() -> Response:
    """Return the numbers in Prometheus's format, to those who have the token."""
    wanted = settings().metrics_token.get_secret_value()
    if not wanted:
        abort(404)
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if not hmac.compare_digest(given.encode(), wanted.encode()):
        return problem(
            401, "Send the metrics token as a bearer token.", headers=[("WWW-Authenticate", "Bearer")]
        )
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_FromDatabase(session()))
    return Response(generate_latest(registry), content_type="text/plain; version=0.0.4; charset=utf-8")


class _FromDatabase(Collector):
    """The numbers are counted when they are asked for: every web process gives the same."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def collect(self) -> Iterator[Metric]:
        """Yield the metrics."""
        yield self._by(
            "interleave_submissions", "Submissions by state.", Submission.state, State, GaugeMetricFamily
        )
        yield self._by(
            "interleave_attempts", "Ended attempts by outcome.", Attempt.outcome, Outcome, CounterMetricFamily
        )
        now = utc_now()
        oldest = self._session.scalar(
            select(func.min(Submission.queued_at)).where(Submission.state == State.QUEUED)
        )
        yield GaugeMetricFamily(
            "interleave_oldest_queued_seconds",
            "How long the longest waiting submission has been queued.",
            value=(now - oldest).total_seconds() if oldest else 0.0,
        )
        alive = select(func.count()).where(WorkerBeat.seen_at > now - timedelta(seconds=ALIVE_SECONDS))
        yield GaugeMetricFamily(
            "interleave_workers_alive", "Workers seen lately.", value=self._session.scalar(alive) or 0
        )

    def _by(self, name: str, help_text: str, column: Any, kinds: Any, family: Any) -> Metric:
        found = select(column, func.count()).where(column.is_not(None)).group_by(column)
        counted = {row[0]: row[1] for row in self._session.execute(found)}
        metric: Metric = family(name, help_text, labels=[column.key])
        for kind in kinds:
            metric.add_metric([str(kind)], counted.get(kind, 0))  # type: ignore[attr-defined]
        return metric


def _database_trouble() -> Detail | None:
    try:
        current = migrate.is_current(database())
    except SQLAlchemyError:
        return Detail(where="database", message="cannot be reached")
    return None if current else Detail(where="database", message="its tables are not the newest: migrate")


def _redis_trouble() -> Detail | None:
    redis = services().redis
    try:
        if redis is not None:
            redis.ping()
    except RedisError:
        return Detail(where="redis", message="cannot be reached")
    return None
