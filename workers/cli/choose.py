"""The kind of sandbox for a command: what was asked for, on the settings of this machine."""

from __future__ import annotations

import click

from graders.errors import SandboxError
from service.settings import load_settings
from workers.sandbox.base import SandboxKind
from workers.sandbox.choice import NAMES, choose

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
    )
    if (name or settings.sandbox) == "auto":
        click.echo(reason, err=True)
    elif problem := kind.problem():
        raise SandboxError(problem)
    return kind
