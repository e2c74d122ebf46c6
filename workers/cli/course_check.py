"""``interleave course check``: is every verdict as its folder promises, and every quiz answer true?"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import click

from graders.content import known_submissions, load_course
from graders.course import Item
from graders.errors import CallerError, InfrastructureError
from graders.handin import read_files
from graders.job import Job
from graders.lab import Lab
from graders.proof import prove
from graders.quiz import Quiz
from graders.report import Report
from workers.cli.choose import sandbox_option, usable_kind
from workers.cli.group import NOT_PASSED, OUR_FAULT, PASSED
from workers.cli.signals import ending_in_order
from workers.cli.terminal import printable, progress
from workers.sandbox.base import SandboxKind


@dataclass(frozen=True)
class Row:
    """One promise of the course, and what came of it."""

    item: str
    promise: str
    subject: str
    kept: bool
    found: str = ""
    """What came instead."""
    seconds: float = 0.0
    ours: bool = False
    """It could not be tried, for a fault of ours."""


@click.command
@click.argument("path", type=click.Path(exists=True, file_okay=False, path_type=Path))
@sandbox_option
@click.option("--only", metavar="ITEM", multiple=True, help="Check this lab or quiz alone; may be repeated.")
@click.option(
    "--seed", type=click.IntRange(0, 2**31 - 1), default=1, show_default=True, help="Of every attempt."
)
def check(path: Path, sandbox: str | None, only: tuple[str, ...], seed: int) -> int:
    """Try everything that the course in the folder PATH promises.

    Every program in a lab's submissions/VERDICT/ must get that verdict, and every quiz answer that
    can be proven by running code is proven. The exit status is 0 when all promises are kept, 1 when
    one is not, 2 when the course cannot be read, and 3 when Interleave or the machine failed.
    """
    items = _wanted(path, only)
    kind = usable_kind(sandbox) if any(isinstance(item, Lab) for item in items) else None
    rows = []
    began = time.monotonic()
    with ending_in_order(), progress("Reading the course") as status:
        for row in _rows(path, items, kind, seed, status.update):
            _show(row)
            rows.append(row)
    kept = sum(row.kept for row in rows)
    click.echo(f"\n{kept} of {len(rows)} promises kept, in {time.monotonic() - began:.0f} s")
    if any(row.ours for row in rows):
        return OUR_FAULT
    return PASSED if kept == len(rows) else NOT_PASSED


def _wanted(path: Path, only: tuple[str, ...]) -> list[Item]:
    items = [item for item in load_course(path).items if isinstance(item, Lab | Quiz)]
    if unknown := set(only) - {item.slug for item in items}:
        known = ", ".join(item.slug for item in items)
        raise CallerError(f"{path} has no lab or quiz {', '.join(sorted(unknown))}; it has {known}")
    return [item for item in items if not only or item.slug in only]


def _rows(
    path: Path, items: list[Item], kind: SandboxKind | None, seed: int, tell: Callable[[str], None]
) -> Iterator[Row]:
    for item in items:
        tell(item.slug)
        if isinstance(item, Quiz):
            yield from _quiz_rows(item, path / "quizzes" / item.slug)
        elif isinstance(item, Lab):
            assert kind is not None
            yield from _lab_rows(item, path, kind, seed, tell)


def _lab_rows(
    lab: Lab, path: Path, kind: SandboxKind, seed: int, tell: Callable[[str], None]
) -> Iterator[Row]:
    for known in known_submissions(path, lab):
        tell(f"{lab.slug}: {known.path.name}")
        began = time.monotonic()
        try:
            # Through the same door as a student's file, so that nothing ships that could not be handed in.
            files, main = read_files([(known.main, known.source.encode())], lab)
            with kind.open(lab.limits) as sandbox:
                report = sandbox.grade(Job(lab, files, main, seed))
        except InfrastructureError as problem:
            yield Row(
                lab.slug, known.verdict, known.main, kept=False, found=f"not tried: {problem}", ours=True
            )
            continue
        kept = report.verdict == known.verdict
        found = "" if kept else f"got {report.verdict}: {_reason(report)}"
        yield Row(lab.slug, known.verdict, known.main, kept, found, time.monotonic() - began)


def _reason(report: Report) -> str:
    messages = [check.message for check in report.checks if check.verdict is report.verdict and check.message]
    return messages[0] if messages else "no reason given"


def _quiz_rows(quiz: Quiz, folder: Path) -> Iterator[Row]:
    try:
        proofs = prove(quiz, folder)
    except InfrastructureError as problem:
        yield Row(quiz.slug, "to be proven", "", kept=False, found=f"not tried: {problem}", ours=True)
        return
    for proof in proofs:
        subject = f"{proof.question} {proof.option}".strip()
        found = "" if proof.holds else f"it {proof.happened}"
        yield Row(quiz.slug, proof.expected, subject, proof.holds, found)


def _show(row: Row) -> None:
    mark = click.style("ok  ", fg="green") if row.kept else click.style("FAIL", fg="red", bold=True)
    seconds = f"{row.seconds:5.1f} s" if row.seconds else ""
    click.echo(f"{mark}  {row.item:18}  {row.subject:28}  {row.promise:20}  {seconds}".rstrip())
    if row.found:
        click.echo(f"      {printable(row.found)}")
