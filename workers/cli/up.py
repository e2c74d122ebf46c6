"""`interleave up`: the whole service on this machine, until Ctrl-C."""

from __future__ import annotations

from pathlib import Path

import click

from workers.embedded.progress import Progress
from workers.embedded.service import Embedded, Wishes


@click.command()
@click.option(
    "--demo", is_flag=True, help="Hand in the samples of the course that ships, and show their verdicts."
)
@click.option(
    "--once", is_flag=True, help="With --demo: end after the table; 0 when each verdict is the expected one."
)
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option(
    "--port",
    default=8080,
    show_default=True,
    type=click.IntRange(1, 65535),
    help="Port to listen on; the next free one when it is taken.",
)
@click.option(
    "--data",
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder for the database, the secret key and the logs.  [default: var, or INTERLEAVE_DATA_DIR]",
)
@click.option(
    "--course",
    "courses",
    multiple=True,
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="A course's folder to load; may be given several times.  [default: all in courses/]",
)
@click.option(
    "--sandbox", type=click.Choice(["auto", "docker", "oci", "local"]), help="Where submissions run."
)
def up(
    demo: bool,
    once: bool,
    host: str,
    port: int,
    data: Path | None,
    courses: tuple[Path, ...],
    sandbox: str | None,
) -> int:
    """Run the whole service on this machine: SQLite, a private Redis, a web server and one worker.

    No Docker is needed; with Docker, submissions are isolated better. Ctrl-C ends everything it started.
    """
    if once and not demo:
        raise click.UsageError("--once goes with --demo.")
    return Embedded(Wishes(host, port, data, courses, sandbox), Progress()).run(demo=demo, once=once)
