"""A report for reading: on a terminal with colours, elsewhere as plain text."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping

from rich.console import Console
from rich.text import Text

from graders.hints import hints
from graders.picture import covered, notes, table
from graders.report import Check, Report, Witness
from graders.verdict import Verdict
from workers.cli.terminal import printable

CONTEXT_LINES = 2
OUTPUT_LINES = 10
WIDEST_TABLE = 160


def show_report(console: Console, report: Report, files: Mapping[str, str]) -> None:
    """Print verdict, checks, witness and guilty lines; `files` holds the main file's source, by its name."""
    headline = Text.assemble((report.lab, "bold"), "  ", (report.verdict, _style(report.verdict)))
    headline.append(f"  {_points(report.score)} of {_points(report.max_score)} points")
    console.print(headline)
    console.print()
    for check in report.checks:
        _show_check(console, check)
    if report.witness:
        told = {check.message for check in report.checks}
        _show_witness(console, report.witness, files, told)
        _show_hints(console, report, next(iter(files.values()), ""))
    elif covers := covered(report):
        console.print()
        _indented(console, covers, 2)
    if not report.passed and report.output.strip():
        _show_output(console, report.output)
    console.print(Text(_footer(report), style="dim"))
    if report.sandbox and report.sandbox.warning:
        console.print(Text(report.sandbox.warning, style="yellow"))


def _show_check(console: Console, check: Check) -> None:
    held = check.verdict is Verdict.PASSED
    mark = "ok  " if held else "FAIL" if check.points == 0 else "part"
    line = Text.assemble("  ", (mark, _style(check.verdict)), f"  {printable(check.title)}")
    line.append(f"  {_points(check.points)}/{_points(check.max_points)}", style="dim")
    if not held:
        line.append(f"  {check.verdict}", style=_style(check.verdict))
    console.print(line)
    if check.message and not held:
        _indented(console, check.message, 8)


def _show_witness(console: Console, witness: Witness, files: Mapping[str, str], told: set[str]) -> None:
    """Print the explanation, unless a check has told it already, the steps, and the guilty lines."""
    if not any(witness.explanation in message for message in told):
        console.print()
        console.print(Text("What happened", style="bold"))
        _indented(console, witness.explanation, 2)
    if witness.steps:
        _show_steps(console, witness)
    for name, source in files.items():
        if witness.lines:
            console.print()
            console.print(Text(f"In {printable(name)}", style="bold"))
            _show_lines(console, source, set(witness.lines))


def _show_hints(console: Console, report: Report, source: str) -> None:
    """Print what follows from the witness: what to change, and at which lines."""
    found = hints(report, source)
    if found:
        console.print()
        console.print(Text("What follows from it", style="bold"))
    for hint in found:
        _indented(console, hint.text.replace("`", ""), 2)


def _show_steps(console: Console, witness: Witness) -> None:
    """Print the steps as a table, a column for each process, and what to see in it."""
    console.print()
    console.print(Text("Step by step", style="bold"))
    for row in table(witness.steps, _table_width(console)):
        console.print(Text("  " + row), no_wrap=True)
    for note in notes(witness):
        _indented(console, note, 2)


def _table_width(console: Console) -> int:
    """Return how wide a table may be: a file or a pipe takes any width, a terminal only its own."""
    return console.width - 2 if console.is_terminal else WIDEST_TABLE


def _show_lines(console: Console, source: str, guilty: set[int]) -> None:
    """Print the guilty lines with their numbers and a little of what stands around them."""
    lines = source.splitlines()
    around = {near for line in guilty for near in range(line - CONTEXT_LINES, line + CONTEXT_LINES + 1)}
    last = 0
    for number in sorted(around & set(range(1, len(lines) + 1))):
        if last and number > last + 1:
            console.print(Text("       ...", style="dim"))
        marked = number in guilty
        text = f"{'>' if marked else ' '} {number:4}  {printable(lines[number - 1])}"
        console.print(Text("  " + text, style="bold red" if marked else ""), no_wrap=True)
        last = number


def _show_output(console: Console, text: str) -> None:
    lines = text.rstrip().splitlines()
    cut = f", its last {OUTPUT_LINES} lines" if len(lines) > OUTPUT_LINES else ""
    console.print()
    console.print(Text(f"What it printed{cut}", style="bold"))
    _indented(console, "\n".join(lines[-OUTPUT_LINES:]), 2)


def _footer(report: Report) -> str:
    """Return one line on how the verdict was reached."""
    parts = []
    if report.runs.free or report.runs.explored:
        runs = (
            f"{report.runs.free} free and {report.runs.explored} explored runs"
            if report.runs.explored
            else None
        )
        parts.append(f"{runs or _plural(report.runs.free, 'free run')} in {report.seconds:.1f} s")
        parts.append(f"{_plural(report.usage.processes, 'process', 'processes')} at once")
        parts.append(f"{report.usage.memory / 1024**2:.0f} MiB")
    if report.certificate:
        parts.append(f"certificate: {report.certificate}")
    parts.append(f"seed {report.seed}")
    if report.sandbox:
        runtime = f" ({report.sandbox.runtime})" if report.sandbox.runtime else ""
        parts.append(f"{report.sandbox.kind} sandbox{runtime}")
    return "\n" + ", ".join(parts)


def _indented(console: Console, text: str, columns: int) -> None:
    """Print lines with a margin; on a terminal long ones are wrapped within it."""
    margin = " " * columns
    for line in printable(text).splitlines():
        pieces = textwrap.wrap(line, max(20, console.width - columns)) if console.is_terminal else [line]
        for piece in pieces or [""]:
            console.print(Text((margin + piece).rstrip()), no_wrap=True)


def _plural(number: int, one: str, many: str = "") -> str:
    return f"{number} {one if number == 1 else many or one + 's'}"


def _points(value: float) -> str:
    return f"{value:g}"


def _style(verdict: Verdict) -> str:
    if verdict is Verdict.PASSED:
        return "bold green"
    return "bold yellow" if verdict in (Verdict.REQUIREMENT, Verdict.INCONCLUSIVE) else "bold red"
