"""How log lines are written: JSON for machines, plain ones for people. No Flask: workers use it too.

What is logged is named field by field; bodies, cookies, tokens and passwords never are.
"""

from __future__ import annotations

import logging
import sys

import structlog
from structlog.typing import Processor

from service.settings import Settings

_FIRST: tuple[Processor, ...] = (
    structlog.contextvars.merge_contextvars,
    structlog.processors.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.processors.format_exc_info,
)


def configure(settings: Settings) -> None:
    """Set up structlog for this process."""
    structlog.configure(
        processors=[*_FIRST, _renderer(settings)],
        wrapper_class=structlog.make_filtering_bound_logger(_level(settings)),
        cache_logger_on_first_use=False,
    )


def configure_libraries(settings: Settings) -> None:
    """Write what libraries log with `logging` in the same way and to the same place."""
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[*_FIRST, structlog.stdlib.add_logger_name],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, _renderer(settings)],
        )
    )
    logging.basicConfig(level=_level(settings), handlers=[handler], force=True)


def _renderer(settings: Settings) -> Processor:
    if settings.log_format == "json":
        return structlog.processors.JSONRenderer()
    return structlog.dev.ConsoleRenderer(colors=False)


def _level(settings: Settings) -> int:
    return int(getattr(logging, settings.log_level.upper()))
