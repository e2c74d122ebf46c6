"""Where submissions run: Celery tasks, sandboxes, the reaper and the command line."""
