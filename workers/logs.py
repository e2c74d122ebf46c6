"""Logs of workers and beat: Celery's lines and ours in one format, by the settings."""

from __future__ import annotations

from celery import signals

from service import log_format
from service.settings import load_settings


def configure(**_: object) -> None:
    """Set up all logging of this process, from Celery's ``setup_logging``, which leaves it to us then."""
    settings = load_settings()
    log_format.configure(settings)
    log_format.configure_libraries(settings)


def connect() -> None:
    """Have Celery leave its logging to us."""
    signals.setup_logging.connect(configure, weak=False)
