"""The benchmark as text: a table for a terminal of 140 columns, and the same as Markdown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import click

from graders.report import Witness
from scripts.corpus.naive import agrees
from scripts.corpus.numbers import Number
from scripts.corpus.outcomes import Row


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the table; numbers stand to the right."""

    title: str
    width: int
    number: bool = False


COLUMNS = (
    Column("program", 51),
    Column("expected", 13),
    Column("explorer", 13),
    Column("ok", 3),
    Column("lines", 5),
    Column("certificate", 12),
    Column("runs", 4, number=True),
    Column("ms", 5, number=True),
    Column("steps", 5, number=True),
    Column("naive", 12),
    Column("s", 5, number=True),
)
_NUMBER_COLUMNS = (Column("what", 37), Column("value", 24), Column("bar", 12), Column("", 14), Column("", 40))


def cells(row: Row) -> list[str]:
    """Return what stands in the row. `steps` is ``steps/processes`` of the witness."""
    shown, naive = row.shown, row.naive
    report = shown.report
    lines = {None: "", True: "yes", False: "NO"}[shown.lines_right]
    witness = report.witness if report else None
    return [
        row.program.name,
        row.program.verdict,
        shown.verdict,
        "yes" if row.exact else "NO",
        lines,
        shown.certificate or "",
        str(report.runs.explored) if report else "",
        "" if row.milliseconds is None else f"{row.milliseconds:.0f}",
        _size(witness, shown.steps, shown.processes),
        _naive_words(row),
        f"{naive.seconds:.1f}" if naive else "",
    ]


def _size(witness: Witness | None, steps: int, processes: int) -> str:
    return f"{steps}/{processes}" if witness and steps else ""


def _naive_words(row: Row) -> str:
    if row.naive is None:
        return ""
    return row.naive.verdict + ("" if agrees(row.naive, row.program) else " (!)")


def heading() -> str:
    """Return the title line of the table and a rule."""
    return _line([column.title for column in COLUMNS], COLUMNS) + "\n" + "-" * _width(COLUMNS)


def line(row: Row) -> str:
    """Return one line of the table, coloured where it is not as it must be."""
    text = _line(cells(row), COLUMNS)
    wrong = not row.exact or row.shown.lines_right is False
    return click.style(text, fg="red") if wrong else text


def details(row: Row) -> list[str]:
    """Return what is to be said below a line: of seeds that differ, faults, and other guilty lines."""
    said = []
    odd = [outcome for outcome in row.outcomes if not outcome.exact]
    if odd and len(row.outcomes) > 1:
        seeds = ", ".join(str(outcome.seed) for outcome in odd)
        said.append(f"other than expected with {len(odd)} of {len(row.outcomes)} seeds: {seeds}")
    if row.shown.fault:
        said.append(row.shown.fault)
    if row.shown.lines_right is False:
        answers = " or ".join(str(list(lines)) for lines in (row.program.lines, *row.program.also))
        said.append(f"guilty lines are {answers}, named were {list(row.shown.lines)}")
    return [f"    {text}" for text in said]


def numbers_text(numbers: Sequence[Number]) -> str:
    """Return the numbers with their bars, one a line."""
    lines = []
    for number in numbers:
        text = _line(_number_cells(number), _NUMBER_COLUMNS)
        lines.append(click.style(text, fg="red") if number.met is False else text)
    return "\n".join(lines)


def markdown(rows: Sequence[Row], numbers: Sequence[Number], totals: Sequence[str]) -> str:
    """Return everything as Markdown, the numbers first."""
    parts = [
        "# The corpus through the explorer",
        _markdown_table(
            ["what", "value", "bar", "", ""], [_number_cells(number) for number in numbers], "lllll"
        ),
        "\n".join(f"* {total}" for total in totals),
        _markdown_table(
            [column.title for column in COLUMNS],
            [cells(row) for row in rows],
            "".join("r" if column.number else "l" for column in COLUMNS),
        ),
    ]
    return "\n\n".join(parts) + "\n"


def _number_cells(number: Number) -> list[str]:
    return [number.what, number.value, number.bar, number.word, number.note]


def _markdown_table(titles: Sequence[str], rows: Sequence[Sequence[str]], align: str) -> str:
    rules = ["---:" if side == "r" else "---" for side in align]
    return "\n".join(f"| {' | '.join(row)} |" for row in (titles, rules, *rows))


def _line(texts: Sequence[str], columns: Sequence[Column]) -> str:
    fitted = [
        text.rjust(column.width) if column.number else text.ljust(column.width)
        for text, column in zip(texts, columns, strict=True)
    ]
    return " ".join(fitted).rstrip()


def _width(columns: Sequence[Column]) -> int:
    return sum(column.width for column in columns) + len(columns) - 1
