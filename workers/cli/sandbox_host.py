"""``interleave sandbox``: what the oci sandbox of a grading host needs done by hand."""

from __future__ import annotations

from pathlib import Path

import click

from graders.errors import SandboxError
from service.settings import load_settings
from workers.process import LONGEST_SECONDS
from workers.sandbox.choice import oci_kind


@click.command
@click.argument(
    "archive",
    required=False,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="[ARCHIVE]",
)
def unpack(archive: Path | None) -> None:
    """Unpack the sandbox image; sandboxes are made of it from then on.

    ARCHIVE is what `docker save interleave-sandbox` wrote, or an image in OCI layout as one tar file. Without
    it the image comes from the Docker daemon of this host. Workers notice by themselves.
    """
    settings = load_settings()
    store = oci_kind(settings).store
    image = store.add_archive(archive) if archive else store.add_from_docker(settings.sandbox_image)
    click.echo(f"Sandboxes are made of {image.digest}, in {image.root}.")


@click.command
def reap() -> None:
    """Remove what killed workers of this host left: containers, control groups, files.

    Workers do so themselves, at their start and now and then; this is for a host that has none any more.
    """
    kind = oci_kind(load_settings())
    if problem := kind.problem():
        raise SandboxError(problem)
    removed = kind.reap(None, LONGEST_SECONDS)
    click.echo("\n".join(removed) or "Nothing was left.")
