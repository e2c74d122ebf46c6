"""Which kind of sandbox to use, and why."""

from __future__ import annotations

import logging
from typing import NamedTuple

from graders.errors import CallerError, SandboxError
from service.settings import Settings
from workers.sandbox.base import SandboxKind
from workers.sandbox.docker import DEFAULT_IMAGE, DockerKind
from workers.sandbox.local import LocalKind
from workers.sandbox.oci.kind import OciKind
from workers.sandbox.oci.store import Store
from workers.sandbox.ownership import deployment_id

log = logging.getLogger(__name__)

NAMES = ("auto", "docker", "oci", "local")


class Choice(NamedTuple):
    """A kind of sandbox and a sentence that says which it is and why."""

    kind: SandboxKind
    reason: str


def choose(
    name: str = "auto",
    *,
    image: str = DEFAULT_IMAGE,
    runtime: str = "",
    owner: str = "",
    deployment_id: str = "",
    deployment: str = "embedded",
    allow_local: bool = False,
    oci: OciKind | None = None,
) -> Choice:
    """Return the kind named by `name`; ``auto`` takes Docker when it can be used, else local.

    Takes seconds at most. A kind that was asked for by name is returned even when its `problem()`
    says that it cannot work now. Raises `SandboxError` when ``auto`` finds none, `CallerError` for
    another name.
    """
    docker = DockerKind(image, runtime, owner, deployment_id)
    local = LocalKind(deployment, allowed=allow_local)
    if name == "docker":
        return Choice(docker, "Submissions run in Docker, as asked.")
    if name == "oci":
        return Choice(
            oci or OciKind(), "Submissions run in containers that the worker starts itself, as asked."
        )
    if name == "local":
        return Choice(local, "Submissions run in the local sandbox, as asked.")
    if name != "auto":
        raise CallerError(f"There is no sandbox {name!r}: choose from {', '.join(NAMES)}.")
    docker_problem = docker.problem()
    if docker_problem is None:
        return Choice(docker, f"Submissions run in Docker: a daemon answers and has the image {image}.")
    local_problem = local.problem()
    if local_problem is None:
        return Choice(local, f"Submissions run in the local sandbox, not in Docker. {docker_problem}")
    raise SandboxError(f"{docker_problem} {local_problem}")


def choose_for(settings: Settings, owner: str = "") -> SandboxKind:
    """Return the kind that the settings ask for, and log the reason. Raises `SandboxError`.

    Containers are labelled with `owner` and its deployment, for the reaper.
    """
    kind, reason = choose(
        settings.sandbox,
        image=settings.sandbox_image,
        runtime=settings.docker_runtime,
        owner=owner,
        deployment_id=deployment_id(settings),
        deployment=settings.deployment,
        allow_local=settings.allow_local_sandbox,
        oci=oci_kind(settings, owner),
    )
    log.info(reason)
    return kind


def oci_kind(settings: Settings, owner: str = "") -> OciKind:
    """Return the oci kind of these settings."""
    return OciKind(
        settings.oci_runtime,
        Store(settings.oci_dir.absolute()),
        settings.oci_first_uid,
        owner,
        deployment_id(settings) if owner else "",
    )
