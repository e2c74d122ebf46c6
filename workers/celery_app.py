"""The Celery application: ``celery -A workers.celery_app worker -B`` (or ``beat``).

Celery carries ids and nothing else. What is queued, who grades it and how often it was tried stands in the
database; Redis may lose everything.
"""

from __future__ import annotations

from typing import Any

from celery import Celery

from service.queue import broker_url
from service.settings import Settings, load_settings
from workers import heartbeat, logs, process, shutdown

VISIBILITY_SECONDS = 3600
"""When Redis gives an unacknowledged message to another worker; above the longest job, or it runs twice."""
HOUSEKEEPING = "housekeeping"
QUEUES = (HOUSEKEEPING, "interactive", "regrade")
"""In the order in which a free worker takes from them."""

app = Celery("interleave", include=["workers.tasks"])


def configuration(settings: Settings) -> dict[str, Any]:
    """Return the configuration of Celery for these settings."""
    return {
        "broker_url": broker_url(settings.redis_address()),
        "broker_connection_retry_on_startup": True,
        "broker_connection_max_retries": None,
        "broker_transport_options": {
            "visibility_timeout": VISIBILITY_SECONDS,
            # BRPOP takes from the first list that is not empty, and sorted by name the three queues stand
            # in the order of QUEUES: a regrade is taken only when no student waits.
            "queue_order_strategy": "sorted",
            "priority_steps": [0],
            "socket_keepalive": True,
            "health_check_interval": 30,
        },
        "task_ignore_result": True,
        "task_serializer": "json",
        "accept_content": ["json"],
        "task_queues": {name: {"exchange": name, "routing_key": name} for name in QUEUES},
        "task_default_queue": HOUSEKEEPING,
        "task_acks_late": True,
        # A message whose process died comes back at most twice. That is for a process lost before it could
        # claim; afterwards the lease in the database decides, and a message that comes too early is void.
        "task_retry_on_worker_lost": True,
        "task_reject_on_worker_lost": False,
        "task_time_limit": process.LONGEST_SECONDS,
        "worker_prefetch_multiplier": 1,
        "worker_concurrency": settings.worker_concurrency,
        # A lost connection to Redis is no reason to drop an attempt: the report goes to the database.
        "worker_cancel_long_running_tasks_on_connection_loss": False,
        "worker_soft_shutdown_timeout": float(settings.shutdown_seconds),
        "worker_hijack_root_logger": False,
        "worker_send_task_events": False,
        "worker_enable_remote_control": True,
        "beat_schedule": {
            "sweep": {
                "task": "workers.tasks.sweep",
                "schedule": float(settings.sweep_seconds),
                # A sweep that waited for a free worker is void when the next one is there.
                "options": {"queue": HOUSEKEEPING, "expires": float(settings.sweep_seconds)},
            }
        },
        "beat_scheduler": "workers.beat:Scheduler",
        # A turn of beat's loop is its sign of life, so it must not sleep for long.
        "beat_max_loop_interval": 10.0,
        "timezone": "UTC",
    }


app.add_defaults(lambda: configuration(load_settings()))
heartbeat.connect()
logs.connect()
process.connect()
shutdown.connect()
