"""Removes the containers that dead workers left behind."""

from __future__ import annotations

import time
from collections.abc import Collection
from typing import Any

from workers.sandbox import engine
from workers.sandbox.ownership import lives

GRACE_SECONDS = 120.0
"""A worker that has only just begun may not be known yet; its containers are young."""


def reap(
    deployment_id: str,
    alive: Collection[str] | None,
    older_than: float,
    grace: float = GRACE_SECONDS,
    own: str = "",
) -> list[str]:
    """Remove sandbox containers of this deployment that nobody owns any more; returns their names.

    Another deployment's workers are unknown here, alive as they may be: its containers are its own to
    reap. Those of no deployment come from the command line, and are cleared away by whoever finds them.

    A container goes when it is older than `older_than` seconds; or older than `grace` seconds and
    not running, or with an owner that is not among `alive`. One of the worker `own` goes as soon as
    the process that made it is no more: a worker can tell that of its own processes alone. With
    `alive` unknown (`None`) nothing goes for its owner's sake. Raises `SandboxError` when the daemon
    does not answer.
    """
    now = time.time()
    removed = []
    with engine.daemon() as client:
        with engine.as_sandbox_errors():
            found = client.api.containers(all=True, filters={"label": f"{engine.LABEL}={engine.LABEL_VALUE}"})
        for container in found:
            labels = container["Labels"]
            if labels.get(engine.DEPLOYMENT_LABEL, "") not in {"", deployment_id}:
                continue
            age = now - _created(labels)
            owner = labels.get(engine.OWNER_LABEL, "")
            lost = own and owner == own and not lives(labels.get(engine.PROCESS_LABEL, ""))
            # What is created, and not started within the grace, nobody is about to start.
            idle = container["State"] in ("created", "exited", "dead")
            orphaned = alive is not None and owner not in {"", *alive}
            if lost or age > older_than or ((idle or orphaned) and age > grace):
                engine.remove(client, container["Id"])
                removed.append(container["Names"][0].lstrip("/"))
    return removed


def _created(labels: dict[str, Any]) -> float:
    """Return the time of creation; what has none that can be read counts as very old."""
    value = str(labels.get(engine.CREATED_LABEL, ""))
    return float(value) if value.isdecimal() else 0.0
