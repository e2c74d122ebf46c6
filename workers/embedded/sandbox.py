"""Which sandbox the embedded service uses: decided once, at the start, and told."""

from __future__ import annotations

import subprocess
import sys

from service.settings import Settings
from workers.embedded.progress import Progress
from workers.sandbox import engine
from workers.sandbox.choice import Choice, choose, oci_kind

BUILD_SECONDS = 600


def decide(settings: Settings, progress: Progress) -> Choice:
    """Return the kind to use and why; builds the Docker image where that helps. Raises `SandboxError`."""
    progress.step("looking for a sandbox")
    if settings.sandbox != "local" and engine.problem_of_daemon() is None:
        progress.step("Docker answers; making sure of the sandbox image, about a minute the first time")
        trouble = _build()
        if trouble and settings.sandbox == "auto":
            local = choose("local").kind
            return Choice(local, f"Submissions run in the local sandbox, not in Docker. {trouble}")
    oci = oci_kind(settings)
    if settings.sandbox == "oci":
        oci.store.follow_docker(settings.sandbox_image)
    return choose(settings.sandbox, image=settings.sandbox_image, runtime=settings.docker_runtime, oci=oci)


def _build() -> str | None:
    """Build the image in a process of its own, which can be cut short; returns what went wrong."""
    try:
        done = subprocess.run(
            [sys.executable, "-m", "workers.sandbox.image"],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=BUILD_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return f"The sandbox image was not built within {BUILD_SECONDS} s."
    return done.stderr.strip() if done.returncode else None
