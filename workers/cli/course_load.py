"""`interleave course load`: bring a course's folder into the database."""

from __future__ import annotations

from pathlib import Path

import click

from workers.cli.database import current_database
from workers.embedded import people


@click.command()
@click.argument("folder", metavar="PATH", type=click.Path(exists=True, file_okay=False, path_type=Path))
def load(folder: Path) -> None:
    """Bring the course in the folder PATH into the database; what is the same stays as it is.

    What was handed in is kept, also for labs that vanished from the folder. The database is the one of
    INTERLEAVE_DATABASE_URL.
    """
    slug, changes = people.load(current_database(), folder)
    for word in ("added", "changed", "retired"):
        for item in getattr(changes, word):
            click.echo(f"{slug}/{item}: {word}", err=True)
    click.echo(f"{slug} is loaded.", err=True)
