"""Keeps a claim alive while its attempt runs: a lease that is not renewed ends, and another may take over."""

from __future__ import annotations

import threading
from collections.abc import Callable
from types import TracebackType

import structlog
from sqlalchemy.exc import OperationalError

_log = structlog.get_logger(__name__)


class LeaseKeeper:
    """A context with a thread that calls `renew` three times per lease.

    `renew` says whether the claim is still ours; if not, `lost` is called once, from that thread. A database
    that cannot be reached is asked again until the lease must have run out: then the claim counts as lost.
    """

    def __init__(self, renew: Callable[[], bool], lost: Callable[[], None], lease_seconds: float) -> None:
        self._renew = renew
        self._lost = lost
        self._interval = lease_seconds / 3
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._keep, name="lease", daemon=True)

    def __enter__(self) -> LeaseKeeper:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._done.set()
        self._thread.join()

    def _keep(self) -> None:
        missed = 0
        while not self._done.wait(self._interval):
            try:
                ours = self._renew()
            except OperationalError as problem:
                missed += 1
                _log.warning("lease not renewed", problem=str(problem.orig), missed=missed)
                ours = missed < 3
            else:
                missed = 0
            if not ours:
                self._lost()
                return
