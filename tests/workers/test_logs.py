"""Logs of a real worker, its pool and its beat."""

from __future__ import annotations

import json
import signal

import pytest

from service.store.models import State
from tests.workers.deployment import Deployment


@pytest.fixture(autouse=True)
def no_warning_of_root(monkeypatch: pytest.MonkeyPatch) -> None:
    """Celery warns a root user on standard error, before any logging stands."""
    monkeypatch.setenv("PYTHONWARNINGS", "ignore")


def lines_of(deployment: Deployment) -> list[dict[str, str]]:
    """Every line but the one that Celery writes past its own logging when it is told to end."""
    written = [line for line in deployment.log().splitlines() if line and "Warm shutdown" not in line]
    return [json.loads(line) for line in written]


def test_all_that_a_worker_logs_is_json_when_the_settings_say_so(deployment: Deployment) -> None:
    deployment.settings["log_format"] = "json"
    worker = deployment.start_worker(program=("--quiet",))
    deployment.wait_state(deployment.submit("pass"), State.GRADED)
    worker.send_signal(signal.SIGTERM)
    assert worker.wait(60) == 0
    lines = lines_of(deployment)
    assert {"event", "level", "timestamp"} <= set.intersection(*map(set, lines))
    assert {"attempt begins", "attempt ends"} <= {line["event"] for line in lines}
    loggers = {line["logger"] for line in lines if "logger" in line}
    assert {"celery.worker.strategy", "celery.beat"} <= loggers


def test_the_least_level_holds_for_workers_too(deployment: Deployment) -> None:
    deployment.settings |= {"log_format": "json", "log_level": "error"}
    deployment.start_worker(program=("--quiet",))
    deployment.wait_state(deployment.submit("fault"), State.FAILED)
    lines = lines_of(deployment)
    assert {line["level"] for line in lines} == {"error"}
    assert "infrastructure fault" in {line["event"] for line in lines}
