"""Deployments: one of its own for each test that breaks something, one that all others share."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.workers.deployment import Deployment


@contextmanager
def deployed(folder: Path) -> Iterator[Deployment]:
    deployment = Deployment(folder)
    try:
        deployment.start_redis()
        yield deployment
    finally:
        deployment.close()


@pytest.fixture
def deployment(tmp_path: Path) -> Iterator[Deployment]:
    """A deployment without a worker."""
    with deployed(tmp_path) as deployment:
        yield deployment


@pytest.fixture(scope="module")
def working(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployment]:
    """A deployment whose one worker, with one slot, is at work."""
    with deployed(tmp_path_factory.mktemp("working")) as deployment:
        deployment.start_worker("-c", "1")
        yield deployment
