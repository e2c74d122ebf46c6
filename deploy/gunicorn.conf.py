"""gunicorn in the web container: threads, because a request with ?wait= holds one while it waits."""

import os

bind = "0.0.0.0:8000"
worker_class = "gthread"
workers = int(os.environ.get("WEB_CONCURRENCY") or 2)
threads = int(os.environ.get("WEB_THREADS") or 16)
timeout = 90
graceful_timeout = 20
max_requests = 20_000
max_requests_jitter = 2_000
# The root file system is read-only; heartbeat files belong in memory anyway.
worker_tmp_dir = "/dev/shm"  # noqa: S108
control_socket_disable = True
accesslog = None
errorlog = "-"
