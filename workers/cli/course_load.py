"""`interleave course load`: bring a course into the database, after a look at what that changes."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import click

from graders.content import read_course
from graders.course import Course
from graders.errors import CallerError
from service.store.content_tables import Way
from service.store.course_plan import Fate, ItemPlan, Plan, plan
from service.store.courses import ItemKindError, install_course, kept_by_people, with_term
from service.store.database import Database
from workers.cli.course_source import found
from workers.cli.database import current_database
from workers.cli.terminal import printable


@click.command()
@click.argument("place", metavar="PATH")
@click.option("--slug", default="", help="The course's name in addresses; else the folder's.")
@click.option("--term", help="When it is held, such as 'autumn 2026'; else what it was, or course.toml's.")
@click.option("--ref", default="", help="Of a git repository: the branch, tag or commit.")
@click.option("--folder", default="", help="Where in the repository the course lies.")
@click.option("--yes", is_flag=True, help="Load it without asking.")
@click.option("--dry-run", is_flag=True, help="Only say what would change.")
@click.option(
    "--at-start",
    is_flag=True,
    help="Load it without asking, but leave a course alone that somebody has loaded otherwise since.",
)
def load(
    place: str, slug: str, term: str | None, ref: str, folder: str, yes: bool, dry_run: bool, at_start: bool
) -> None:
    """Load the course at PATH into the database, after showing what changes.

    PATH is a course's folder, a zip archive of one, or the address of a git repository. What was handed
    in is kept, also for labs that are gone; nothing is graded again by itself. The same course can be
    loaded once more under another --slug, for another term. The database is the one of
    INTERLEAVE_DATABASE_URL.
    """
    database = current_database()
    with found(place, ref, folder) as here:
        course = read_course(here.source, slug or here.slug, term or "")
        way = Way.START if at_start else Way.COMMAND
        if at_start and _kept(database, course):
            click.echo(f"{course.slug} stays as it was last loaded by hand.", err=True)
            return
        with database.read() as session:
            course = with_term(session, course) if term is None else course
            planned = plan(session, course)
        for line in told(planned):
            click.echo(printable(line))
        if planned.conflicts:
            raise ItemKindError("it cannot be loaded like this")
        if dry_run or not planned:
            return
        _ask(yes or at_start)
        with database.write() as session:
            install_course(session, course, base=planned.base, way=way, source=here.told)
    click.echo(f"{course.slug} is loaded.", err=True)


def told(planned: Plan) -> Iterator[str]:
    """Yield what loading would change, a line each."""
    term = f" ({planned.term})" if planned.term else ""
    yield f"{planned.slug}: {planned.title}{term}" + (", a new course" if planned.is_new else "")
    for one in planned.course:
        yield f"  changed   course  {one.aspect}" + (f", {one.detail}" if one.detail else "")
    for item in planned.items:
        yield f"  {item.fate:9} {item.kind:7} {item.slug:24} {_what(item)}".rstrip()
    for conflict in planned.conflicts:
        yield f"  PROBLEM   {conflict}"
    if planned.unchanged:
        stay = "item stays as it is" if planned.unchanged == 1 else "items stay as they are"
        yield f"  {planned.unchanged} {stay}"
    elif not planned:
        yield "  nothing changes"


def _what(item: ItemPlan) -> str:
    parts = [one.aspect + (f" ({one.detail})" if one.detail else "") for one in item.differences]
    work = ""
    if item.submissions:
        each = "submission" if item.submissions == 1 else "submissions"
        who = "student" if item.students == 1 else "students"
        work = f"; {item.submissions} {each} of {item.students} {who}"
        work += " kept" if item.fate is Fate.RETIRED else ""
        work += ", which keep their marks until you grade them again" if item.grades else ""
    return (", ".join(parts) + work).removeprefix("; ")


def _kept(database: Database, course: Course) -> bool:
    with database.read() as session:
        return kept_by_people(session, course.slug)


def _ask(answered: bool) -> None:
    if answered:
        return
    if not sys.stdin.isatty():
        raise CallerError("nothing was changed, because there is nobody to ask: add --yes, or --dry-run")
    if not click.confirm("Load it like this?", err=True):
        raise click.Abort
