"""The kind of sandbox for a command: what was asked for, on the settings of this machine."""

from __future__ import annotations

import click

from graders.errors import SandboxError
from service.settings import load_settings
from workers.sandbox import image
from workers.sandbox.base import SandboxKind
from workers.sandbox.choice import NAMES, choose, oci_kind
from workers.sandbox.docker import DockerKind
from workers.sandbox.oci.kind import OciKind

sandbox_option = click.option(
    "--sandbox",
    type=click.Choice(NAMES),
    default=None,
    help="Where to run. Auto is Docker where it can be used, else the local sandbox, which is for trying out."
    "  [default: $INTERLEAVE_SANDBOX, else auto]",
)


def usable_kind(name: str | None) -> SandboxKind:
    """Return a kind that works here; where it was ours to choose, say which. Raises `SandboxError`."""
    settings = load_settings()
    kind, reason = choose(
        name or settings.sandbox,
        image=settings.sandbox_image,
        runtime=settings.docker_runtime,
        deployment=settings.deployment,
        allow_local=settings.allow_local_sandbox,
        oci=oci_kind(settings),
    )
    if isinstance(kind, OciKind):
        kind.store.follow_docker(settings.sandbox_image)
    if (name or settings.sandbox) == "auto":
        click.echo(reason, err=True)
    elif problem := kind.problem():
        raise SandboxError(problem)
    if isinstance(kind, DockerKind) and outdated(kind.image):
        click.echo(
            f"The image {kind.image} is older than the graders here, and it is its own that decide: "
            "`python -m workers.sandbox.image` builds it anew.",
            err=True,
        )
    return kind


def outdated(name: str) -> bool:
    """Whether the image `name` was built from other graders than those of this repository."""
    return (image.REPOSITORY / "Dockerfile").is_file() and not image.is_current(name)
