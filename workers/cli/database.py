"""The database of the commands that need one with its tables."""

from __future__ import annotations

from sqlalchemy.exc import OperationalError

from graders.errors import CallerError
from service.settings import load_settings
from service.store import migrate
from service.store.database import Database


def current_database() -> Database:
    """Return the database of the settings; raises `CallerError` when it is away or lacks its tables."""
    database = Database(load_settings().database_address())
    name = database.engine.url.render_as_string(hide_password=True)
    try:
        current = migrate.is_current(database)
    except OperationalError as problem:
        raise CallerError(f"The database {name} cannot be reached: {problem.orig}") from None
    if not current:
        raise CallerError(
            f"The database {name} does not have the newest tables. Make them with `interleave migrate`; "
            "for another database set INTERLEAVE_DATABASE_URL, or for the one of `interleave up` "
            "INTERLEAVE_DATA_DIR."
        )
    return database
