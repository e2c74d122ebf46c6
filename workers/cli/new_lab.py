"""`interleave course new-lab`: a folder to begin with, which passes `interleave course check` at once."""

from __future__ import annotations

import json
import re
import shutil
import tomllib
from collections.abc import Iterator
from pathlib import Path

import click

from graders.content import load_course
from graders.content.table import MAX_TITLE, SLUG
from graders.errors import CallerError

TEMPLATES = Path(__file__).with_name("templates")


def kinds() -> list[str]:
    """Return the properties there are templates for."""
    return sorted(path.name for path in TEMPLATES.iterdir() if (path / "lab.toml").is_file())


@click.command
@click.argument("course", type=click.Path(file_okay=False, path_type=Path))
@click.argument("slug")
@click.option(
    "--property",
    "kind",
    type=click.Choice(kinds()),
    default="final-value",
    show_default=True,
    help="What must hold; python: a property of your own.",
)
@click.option("--title", help="As students read it; else made of SLUG.")
def new_lab(course: Path, slug: str, kind: str, title: str | None) -> None:
    """Make the lab SLUG in the folder COURSE, from a template.

    It comes with a task, a starter and programs whose verdict is known: change them, and run
    `interleave course check` whenever you want to know whether all of it still fits together. Where
    there is no course in the folder yet, it is made too.
    """
    title = title or slug.replace("-", " ").capitalize()
    _refuse(course, slug, title)
    if not (course / "course.toml").exists():
        _begin(course)
    before = load_course(course)
    if any(item.slug == slug for item in before.items):
        raise CallerError(f"{course} has an item {slug} already: give the lab another name")
    listed = _listed((course / "course.toml").read_text(encoding="utf-8"), f"labs/{slug}")
    lab = course / "labs" / slug
    # Whole or not at all: a lab that stopped halfway would stand in the way of the next try.
    beside = lab.with_name(f".{slug}.new")
    shutil.rmtree(beside, ignore_errors=True)
    _copy(TEMPLATES / kind, beside, title)
    beside.rename(lab)
    (course / "course.toml").write_text(listed, encoding="utf-8")
    click.echo(f"{lab} is made, and listed in {course / 'course.toml'}. Now:", err=True)
    click.echo(f"  edit {lab / 'README.md'}, lab.toml, starter.py and the programs in submissions/", err=True)
    click.echo(f"  interleave course check {course} --only {slug}", err=True)


def _refuse(course: Path, slug: str, title: str) -> None:
    if not re.fullmatch(SLUG[0], slug):
        raise CallerError(f"{slug!r} cannot be a lab's name: expected {SLUG[1]}")
    if not title.strip() or not title.isprintable() or len(title) > MAX_TITLE:
        raise CallerError(f"a title is one line of at most {MAX_TITLE} characters")
    if (course / "labs" / slug).exists():
        raise CallerError(f"{course / 'labs' / slug} is there already: give the lab another name")


def _begin(course: Path) -> None:
    name = course.resolve().name
    if not re.fullmatch(SLUG[0], name):
        raise CallerError(f"a course's folder is named with {SLUG[1]}, not {name!r}")
    course.mkdir(parents=True, exist_ok=True)
    title = json.dumps(name.replace("-", " ").capitalize())
    (course / "course.toml").write_text(f"title = {title}\nitems = []\n", encoding="utf-8")


def _listed(text: str, item: str) -> str:
    """Return course.toml with one more item, everything else as its author wrote it."""
    wanted = [*tomllib.loads(text)["items"], item]
    for made in _additions(text, item):
        if _reads(made, wanted):
            return made
    raise CallerError(f"course.toml is written in a way that is not changed here: add {item!r} to its items")


def _additions(text: str, item: str) -> Iterator[str]:
    """Yield what adding an item may look like: the list ends at one of the brackets."""
    for begin in re.finditer(r"^items\s*=\s*\[", text, re.MULTILINE):
        for end in re.finditer(r"\]", text[begin.end() :]):
            inside, rest = text[begin.end() : begin.end() + end.start()], text[begin.end() + end.start() :]
            many = "\n" in inside
            held = inside.rstrip()
            space = "\n  " if many else " " if held else ""
            tail = ",\n" if many else ""
            for comma in ("", ","):
                yield f"{text[: begin.end()]}{held}{comma}{space}{json.dumps(item)}{tail}{rest}"


def _reads(text: str, wanted: list[str]) -> bool:
    try:
        return bool(tomllib.loads(text).get("items") == wanted)
    except tomllib.TOMLDecodeError:
        return False


def _copy(template: Path, target: Path, title: str) -> None:
    for path in sorted(template.rglob("*")):
        if path.is_dir() or "__pycache__" in path.parts:
            continue
        text = path.read_text(encoding="utf-8")
        if path.name == "lab.toml":
            text = text.replace("TITLE", json.dumps(title, ensure_ascii=False), 1)
        if path.name == "README.md":
            text = text.replace("HEADING", title, 1)
        place = target / path.relative_to(template)
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text, encoding="utf-8")
