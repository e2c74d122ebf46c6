"""Clears away the containers of processes that are no more: all of them ran on this host, so it is known."""

from __future__ import annotations

import json
import time
from pathlib import Path

from workers.sandbox.engine import CREATED_LABEL, PROCESS_LABEL
from workers.sandbox.oci.runtime import CONFIG, Runtime
from workers.sandbox.ownership import lives

GRACE_SECONDS = 30.0
"""A bundle is made before what it is for is written into it."""


def reap(runtime: Runtime, older_than: float) -> list[str]:
    """Remove what is left of containers whose process has ended, or that are older than `older_than` seconds.

    Returns their names. It asks neither the deployment nor the database: whoever made them is on this host,
    and dead is dead.
    """
    now = time.time()
    removed = []
    for bundle in sorted(runtime.store.runs.glob("*")):
        labels = _labels(bundle)
        if labels is None:
            if now - _modified(bundle) <= GRACE_SECONDS:
                continue
        elif lives(labels.get(PROCESS_LABEL, "")) and now - float(labels[CREATED_LABEL]) <= older_than:
            continue
        runtime.clear(bundle.name)
        removed.append(bundle.name)
    return removed


def _labels(bundle: Path) -> dict[str, str] | None:
    try:
        labels: dict[str, str] = json.loads((bundle / CONFIG).read_bytes())["annotations"]
    except (OSError, ValueError):
        return None
    return labels


def _modified(bundle: Path) -> float:
    try:
        return bundle.stat().st_mtime
    except OSError:
        # It is cleared away at this moment; nothing of it is ours to remove.
        return time.time()
