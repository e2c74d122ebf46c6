"""What the tests need of the machine besides the environment, and what to do where it is missing.

`python -m tests.machine` prints what is missing and ends with 1, or says that nothing is.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path

IN_CI = os.environ.get("CI") in {"true", "1"}

OWN_IMAGES = ("interleave-sandbox", "interleave-service", "interleave-worker")
PUBLIC_IMAGES = ("postgres:17", "redis:8")
BROWSERS = ("chromium", "chromium-browser", "google-chrome")


@cache
def browser() -> str | None:
    """Where a Chromium or Chrome is, for playwright's `executable_path`."""
    return next(filter(None, map(shutil.which, BROWSERS)), None)


@cache
def postgres_programs() -> Path | None:
    """The folder with `initdb` and `postgres`; Debian keeps it off PATH."""
    on_path = shutil.which("initdb")
    if on_path:
        return Path(on_path).resolve().parent
    folders = [p.parent for p in Path("/usr/lib/postgresql").glob("*/bin/initdb")]
    return max(folders, key=lambda folder: int(folder.parent.name), default=None)


@cache
def redis_server() -> str | None:
    """The environment's own redis-server, or else the one on PATH."""
    beside_python = Path(sys.prefix) / "bin" / "redis-server"
    return str(beside_python) if beside_python.exists() else shutil.which("redis-server")


def _complaint_of(*command: str) -> str | None:
    """Why the command fails, in its own last words; None when it succeeds."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        return str(error)
    if done.returncode == 0:
        return None
    return (done.stderr.strip() or f"exit status {done.returncode}").splitlines()[-1]


def _missing_image(names: tuple[str, ...]) -> str | None:
    for name in names:
        if _complaint_of("docker", "image", "inspect", "--format", "{{.Id}}", name):
            return f"there is no image {name}: make prepare makes it, or says why it cannot"
    return None


@cache
def docker_problem() -> str | None:
    """Why tests marked `docker` cannot run here."""
    if not shutil.which("docker"):
        return "there is no docker command: install the Docker Engine"
    complaint = _complaint_of("docker", "ps", "--quiet")
    if complaint:
        return f"start the Docker daemon, or let this user talk to it ({complaint:.100})"
    return _missing_image(OWN_IMAGES)


@cache
def oci_problem() -> str | None:
    """Why tests marked `oci` cannot run here: they unpack the image that Docker has built."""
    if os.geteuid() != 0:
        return "the oci sandbox needs root"
    if not shutil.which("runc"):
        return "there is no runc: install it (Debian: runc)"
    return docker_problem()


@cache
def compose_problem() -> str | None:
    """Why tests marked `compose` cannot run here."""
    if problem := docker_problem():
        return problem
    if _complaint_of("docker", "compose", "version"):
        return "docker compose (version 2) is missing: install Docker's compose plugin"
    return _missing_image(PUBLIC_IMAGES)


@cache
def browser_problem() -> str | None:
    """Why tests marked `browser` cannot run here."""
    return None if browser() else f"no browser on PATH: install one of {', '.join(BROWSERS)}"


@cache
def redis_problem() -> str | None:
    """Why tests marked `redis` or `faults` cannot run here."""
    return None if redis_server() else "no redis-server: run make prepare, or install one"


@cache
def postgres_problem() -> str | None:
    """Why tests marked `postgres` cannot run here."""
    return None if postgres_programs() else "no initdb: install PostgreSQL's server (Debian: postgresql)"


NEEDS: dict[str, Callable[[], str | None]] = {
    "docker": docker_problem,
    "oci": oci_problem,
    "compose": compose_problem,
    "browser": browser_problem,
    "redis": redis_problem,
    "faults": redis_problem,
    "postgres": postgres_problem,
}


def main() -> int:
    """Print what is missing, and which tests will not run for it."""
    missing: dict[str, list[str]] = {}
    for marker, problem_of in NEEDS.items():
        problem = problem_of()
        if problem:
            missing.setdefault(problem, []).append(marker)
    if not missing:
        print("  Nothing is missing: every test can run here")
        return 0
    print("  Missing here; these tests will " + ("fail:" if IN_CI else "be skipped:"))
    for problem, markers in missing.items():
        print(f"    {', '.join(markers)}: {problem}")
    return 1


if __name__ == "__main__":
    sys.exit(main())
