"""``interleave grade``: one attempt, here and now, without a service."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from graders import quiz
from graders.course import Item, digest
from graders.errors import CallerError
from graders.handin import read_files
from graders.job import Event, Job
from graders.lab import Lab
from graders.picture import drawable, svg
from graders.quiz import Quiz
from graders.report import Report
from workers.cli.choose import sandbox_option, usable_kind
from workers.cli.courses import find_item
from workers.cli.group import NOT_PASSED, PASSED
from workers.cli.show import show_report
from workers.cli.signals import ending_in_order
from workers.cli.terminal import output, progress

LARGEST_ANSWERS = 256 * 1024


@click.command
@click.argument("address", metavar="LAB")
@click.argument(
    "paths",
    metavar="PATH...",
    nargs=-1,
    required=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
)
@sandbox_option
@click.option(
    "--seed",
    type=click.IntRange(0, 2**31 - 1),
    help="Repeat an attempt's random choices. [default: new ones]",
)
@click.option(
    "--json", "as_json", is_flag=True, help="Print the report as one JSON object; all else goes to stderr."
)
@click.option(
    "--courses",
    type=click.Path(path_type=Path),
    default=Path("courses"),
    show_default=True,
    help="The folder that holds the courses.",
)
@click.option(
    "--svg",
    "picture",
    type=click.Path(dir_okay=False, writable=True, path_type=Path),
    metavar="FILE",
    help="Write a picture of what happened, or of the certificate of a pass, to FILE.",
)
def grade(
    address: str,
    paths: tuple[Path, ...],
    sandbox: str | None,
    seed: int | None,
    as_json: bool,
    courses: Path,
    picture: Path | None,
) -> int:
    """Grade a program, or a quiz's answers, and say what is wrong with it.

    LAB is course/lab, such as shared-data/counter, or the .json file that a lab's page gives. PATH is
    the program: one .py file, several, or a zip archive of them. For a quiz it is a JSON file such as
    {"answers": {"q1": "A"}}.

    The exit status is 0 when the program passed, 1 when it did not, 2 when the command was wrong,
    and 3 when Interleave or the machine failed.
    """
    item = find_item(courses, address)
    if picture and not picture.absolute().parent.is_dir():
        raise CallerError(f"{picture} cannot be written: there is no folder {picture.parent}")
    drawn = secrets.randbelow(2**31) if seed is None else seed
    report, files = _grade(item, paths, sandbox, drawn)
    report = report.stamped(content=digest(item))
    if as_json:
        click.echo(json.dumps(report.to_json(), indent=2))
    else:
        show_report(output(), report, files)
    if picture:
        draw(picture, report, next(iter(files.values()), ""))
    return PASSED if report.passed else NOT_PASSED


def draw(path: Path, report: Report, source: str) -> None:
    """Write the report's picture, and say so; raises `CallerError` when the file cannot be written."""
    if not drawable(report):
        click.echo(f"There is nothing to draw for the verdict {report.verdict}.", err=True)
        return
    try:
        path.write_text(svg(report, source), encoding="utf-8")
    except OSError as problem:
        raise CallerError(f"{path} cannot be written: {problem.strerror}") from None
    click.echo(f"The picture is in {path}", err=True)


def _grade(
    item: Item, paths: tuple[Path, ...], sandbox: str | None, seed: int
) -> tuple[Report, Mapping[str, str]]:
    if isinstance(item, Quiz):
        return quiz.grade(item, read_answers(paths), seed), {}
    if not isinstance(item, Lab):
        raise CallerError(f"{item.id} is a lesson: there is nothing to hand in")
    files, main = read_files(((path.name, path.read_bytes()) for path in paths), item)
    return run(Job(item, files, main, seed), sandbox), {main: files[main]}


def run(job: Job, sandbox: str | None) -> Report:
    """Make the attempt in a sandbox of its own; raises `InfrastructureError`."""
    kind = usable_kind(sandbox)
    with progress("Starting the sandbox") as status:

        def on_event(event: Event) -> None:
            if event.check:
                status.update(f"{event.check.title}: {event.check.verdict}")

        with ending_in_order(), kind.open(job.lab.limits) as place:
            status.update(f"Running {job.main}")
            return place.grade(job, on_event)


def read_answers(paths: tuple[Path, ...]) -> dict[str, Any]:
    """Return the answers in the one file of `paths`; raises `CallerError`."""
    if len(paths) != 1:
        raise CallerError("a quiz takes one JSON file of answers")
    try:
        data = json.loads(paths[0].read_bytes()[:LARGEST_ANSWERS])
    except (ValueError, RecursionError) as problem:
        raise CallerError(f"{paths[0]} is not JSON: {problem}") from None
    answers = data.get("answers", data) if isinstance(data, dict) else None
    if not isinstance(answers, dict):
        raise CallerError(
            f'{paths[0]}: expected an object such as {{"answers": {{"q1": "A", "q2": ["A", "C"]}}}}'
        )
    return answers
