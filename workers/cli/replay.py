"""``interleave replay``: the run of a witness once more."""

from __future__ import annotations

import json
from pathlib import Path

import click

from graders import wire
from graders.errors import CallerError
from graders.explorer.schedule import Schedule, source_hash
from graders.handin import read_files
from graders.job import Job
from graders.lab import Lab
from graders.report import Report
from workers.cli.choose import sandbox_option
from workers.cli.courses import find_item
from workers.cli.grade import run
from workers.cli.group import NOT_PASSED, PASSED
from workers.cli.show import show_report
from workers.cli.terminal import output

LARGEST_REPORT = 4 * 1024**2


@click.command
@click.argument("report", metavar="REPORT.json", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.argument(
    "paths",
    metavar="PATH...",
    nargs=-1,
    required=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
)
@sandbox_option
@click.option(
    "--json",
    "as_json",
    is_flag=True,
    help="Print the new report as one JSON object; all else goes to stderr.",
)
@click.option(
    "--courses",
    type=click.Path(path_type=Path),
    default=Path("courses"),
    show_default=True,
    help="The folder that holds the courses.",
)
def replay(report: Path, paths: tuple[Path, ...], sandbox: str | None, as_json: bool, courses: Path) -> int:
    """Make the run of a report's witness once more, and see whether the verdict is the same.

    REPORT.json is what `interleave grade --json` printed, PATH the program it was printed for.

    The exit status is 0 when the same verdict comes out again, 1 when it does not, 2 when the command
    was wrong, and 3 when Interleave or the machine failed.
    """
    told = read_report(report)
    lab = find_item(courses, told.lab)
    if not isinstance(lab, Lab):
        raise CallerError(f"{told.lab} is no lab: only a program can be replayed")
    files, main = read_files(((path.name, path.read_bytes()) for path in paths), lab)
    again = run(Job(lab, files, main, told.seed, schedule_of(told, files)), sandbox)
    same = again.verdict is told.verdict
    if as_json:
        click.echo(json.dumps(again.to_json(), indent=2))
    else:
        show_report(output(), again, {main: files[main]})
    said = f"the same verdict again: {again.verdict}" if same else f"{again.verdict}, and not {told.verdict}"
    click.echo(f"Replayed: {said}.", err=True)
    return PASSED if same else NOT_PASSED


def read_report(path: Path) -> Report:
    """Return the report in a file; raises `CallerError`."""
    try:
        return Report.from_json(json.loads(path.read_bytes()[:LARGEST_REPORT]))
    except wire.WireError as problem:
        raise CallerError(f"{path} is no report of this version: {problem}") from None
    except (ValueError, RecursionError) as problem:
        raise CallerError(f"{path} is not JSON: {problem}") from None


def schedule_of(report: Report, files: dict[str, str]) -> str:
    """Return the schedule to replay; raises `CallerError` when there is none, or it is of other files."""
    text = report.witness.schedule if report.witness else ""
    if not text:
        raise CallerError(
            f"there is nothing to replay: the report says {report.verdict} without a schedule that shows it"
        )
    try:
        schedule = Schedule.parse(text)
    except ValueError as problem:
        raise CallerError(f"the report's schedule cannot be read: {problem}") from None
    if schedule.source != source_hash(files):
        raise CallerError("the report was made for another program: the files differ from what was graded")
    return text
