"""Alembic's entry point: `service.store.migrate` hands the connection over."""

from __future__ import annotations

from alembic import context

from service.store import (
    after_tables,
    audit,
    content_tables,
    notice_tables,
    people_tables,
    rules_tables,
    summary_tables,
)
from service.store.models import Base

TABLES = (
    after_tables,
    audit,
    content_tables,
    notice_tables,
    people_tables,
    rules_tables,
    summary_tables,
)
"""Modules that define tables: imported, so that `Base` knows them."""


def run() -> None:
    """Run the migrations on the connection that was handed over."""
    connection = context.config.attributes["connection"]
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        # SQLite changes a table by copying it.
        render_as_batch=True,
        compare_type=True,
    )
    with context.begin_transaction():
        context.run_migrations()


run()
