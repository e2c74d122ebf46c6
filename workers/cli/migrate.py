"""`interleave migrate`: bring the database to the newest tables."""

from __future__ import annotations

import click

from service.settings import load_settings
from service.store import migrate as migrations
from service.store.database import Database


@click.command()
def migrate() -> None:
    """Bring the database to the newest tables; nothing is done when it is there already.

    The database is the one of INTERLEAVE_DATABASE_URL.
    """
    database = Database(load_settings().database_address())
    migrations.upgrade(database)
    click.echo("The database has the newest tables.", err=True)
