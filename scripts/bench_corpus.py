"""Runs tests/corpus through the explorer in a sandbox, and beside it through the naive judge.

``make bench-corpus``, or ``python -m scripts.bench_corpus --help``. The exit status is 0 when every
verdict is right and every bar of correctness is met, 1 when not, and 3 when a grading failed by a
fault of ours. Bars of time and memory are shown, and change nothing: they depend on the machine.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from fnmatch import fnmatch
from pathlib import Path

import click

from graders import wire
from graders.content import load_course
from graders.errors import InfrastructureError, SandboxError
from graders.handin import read_files
from graders.job import Job
from graders.lab import Lab
from scripts.corpus import measure, naive, show
from scripts.corpus.manifest import Program, read_manifest
from scripts.corpus.numbers import Measured, Number, numbers
from scripts.corpus.outcomes import FAULT, Outcome, Row
from workers.cli.choose import sandbox_option, usable_kind
from workers.cli.signals import ending_in_order
from workers.sandbox.base import SandboxKind
from workers.sandbox.docker import DockerKind
from workers.sandbox.local import LocalKind

COURSES = Path(__file__).parents[1] / "courses"
SEEDS_FOR_WRONG, SEEDS_FOR_RIGHT = 10, 20
"""How many seeds each program gets with ``--full``."""
EXAMPLE = "counter/right/zaehler_tryfinally.py"
"""Whose grading shows the memory that is needed: ten processes and a lock."""


@click.command
@sandbox_option
@click.option("--seeds", type=click.IntRange(1, 1000), default=1, show_default=True, help="For each program.")
@click.option("--full", is_flag=True, help="10 seeds for each wrong program and 20 for each right one.")
@click.option("--only", metavar="PATTERN", help="Programs whose path holds, or matches, this; 'bank/*'.")
@click.option("--json", "json_file", type=click.Path(path_type=Path), help="Write every report here.")
@click.option("--markdown", "markdown_file", type=click.Path(path_type=Path), help="Write the tables here.")
@click.option("--naive/--no-naive", "with_naive", default=True, help="Ask the naive judge too, or not.")
@click.option("--jobs", type=click.IntRange(1, 64), default=1, show_default=True, help="Gradings at once.")
def main(
    sandbox: str | None,
    seeds: int,
    full: bool,
    only: str | None,
    json_file: Path | None,
    markdown_file: Path | None,
    with_naive: bool,
    jobs: int,
) -> None:
    """Grade every program of the corpus and compare with its manifest."""
    programs = [program for program in read_manifest() if only is None or _chosen(program, only)]
    if not programs:
        raise click.UsageError(f"no program's path holds or matches {only!r}")
    try:
        bench = Bench(usable_kind(sandbox), seeds, full, with_naive)
    except SandboxError as problem:
        raise click.ClickException(str(problem)) from None
    rows = []
    click.echo(show.heading())
    with ending_in_order(), ThreadPoolExecutor(jobs) as pool:
        for row in pool.map(bench.row, programs):
            rows.append(row)
            click.echo("\n".join([show.line(row), *show.details(row)]))
    outcomes = [outcome for row in rows for outcome in row.outcomes]
    found = numbers(outcomes, _measured(outcomes, sandbox))
    totals = list(_totals(rows, found))
    click.echo("\n" + "\n".join(totals) + "\n\n" + show.numbers_text(found))
    if markdown_file:
        markdown_file.write_text(show.markdown(rows, found, totals), encoding="utf-8")
    if json_file:
        json_file.write_text(json.dumps(_plain(rows, found), indent=2) + "\n", encoding="utf-8")
    sys.exit(_status(rows, found))


class Bench:
    """How every program is tried."""

    def __init__(self, kind: SandboxKind, seeds: int, full: bool, with_naive: bool) -> None:
        self._kind, self._seeds, self._full, self._naive = kind, seeds, full, with_naive
        self._labs = labs()

    def row(self, program: Program) -> Row:
        """Grade the program with each seed, then ask the naive judge."""
        lab = self._labs[program.lab]
        outcomes = [self._grade(program, lab, seed) for seed in range(1, self._count(program) + 1)]
        return Row(program, outcomes, naive.judge(program, lab) if self._naive else None)

    def _count(self, program: Program) -> int:
        if not self._full:
            return self._seeds
        return SEEDS_FOR_RIGHT if program.right else SEEDS_FOR_WRONG

    def _grade(self, program: Program, lab: Lab, seed: int) -> Outcome:
        # Under the lab's file name, as a student's: the folders of the corpus tell too much.
        files, main = read_files([(lab.file, program.source().encode())], lab)
        try:
            with self._kind.open(lab.limits) as place:
                return Outcome(program, seed, place.grade(Job(lab, files, main, seed)))
        except InfrastructureError as problem:
            return Outcome(program, seed, None, str(problem))


def _chosen(program: Program, pattern: str) -> bool:
    return pattern in program.path or fnmatch(program.path, pattern)


def labs() -> dict[str, Lab]:
    """Return every lab of every course here, by its address."""
    courses = [load_course(path.parent) for path in COURSES.glob("*/course.toml")]
    return {item.id: item for course in courses for item in course.items if isinstance(item, Lab)}


def _measured(outcomes: Sequence[Outcome], sandbox: str | None) -> Measured:
    example = next(program for program in read_manifest() if program.path == EXAMPLE)
    known = labs()
    kind = usable_kind(sandbox)
    return Measured(
        replays=measure.replays(outcomes, known, sandbox),
        runs_per_second=measure.runs_per_second(kind.image if isinstance(kind, DockerKind) else ""),
        memory_mb=measure.memory_mb(LocalKind(), known[example.lab], example),
    )


def _totals(rows: Sequence[Row], found: Sequence[Number]) -> Iterator[str]:
    exact = sum(row.exact for row in rows)
    yield f"explorer: {exact} of {len(rows)} programs got the verdict they must get"
    asked = [row for row in rows if row.naive]
    if asked:
        right = sum(naive.agrees(row.naive, row.program) for row in asked if row.naive)
        missed = [row for row in asked if row.naive and not row.naive.convicts and not row.program.right]
        seconds = sum(row.naive.seconds for row in asked if row.naive)
        yield (
            f"naive judge: {right} of {len(asked)} told right from wrong in {seconds:.0f} s; "
            f"it let {len(missed)} wrong programs pass, marked (!)"
        )
    yield f"bars: {sum(n.met is True for n in found)} met, {sum(n.met is False for n in found)} missed"


def _plain(rows: Sequence[Row], found: Sequence[Number]) -> dict[str, object]:
    return {
        "numbers": [wire.dump(number) for number in found],
        "programs": [
            {
                "program": wire.dump(row.program),
                "naive": wire.dump(row.naive),
                "outcomes": [
                    {
                        "seed": outcome.seed,
                        "verdict": outcome.verdict,
                        "lines_right": outcome.lines_right,
                        "fault": outcome.fault,
                        "report": outcome.report.to_json() if outcome.report else None,
                    }
                    for outcome in row.outcomes
                ],
            }
            for row in rows
        ],
    }


def _status(rows: Sequence[Row], found: Sequence[Number]) -> int:
    if any(outcome.verdict == FAULT for row in rows for outcome in row.outcomes):
        return 3
    wrong = any(not row.exact for row in rows)
    return 1 if wrong or any(n.correctness and n.met is False for n in found) else 0


if __name__ == "__main__":
    main()
