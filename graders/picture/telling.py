"""A witness as plain text: the steps as a table with a column per process, and who waits for what."""

from __future__ import annotations

from collections.abc import Sequence

from graders.picture.collisions import Collision, collisions
from graders.picture.words import capital, clean, cut, head, name_text, phrase, sentence
from graders.report import Report, Step, Wait, Witness
from graders.verdict import Certificate, Verdict
from graders.words import process, processes

COVERS = {
    Certificate.VERIFIED: "Verified: no order of events can break the program, for the input it was given.",
    Certificate.EXPLORED: "Explored: no order of events that was tried broke the program.",
    Certificate.INCONCLUSIVE: "Undecided: something is shared that the grader cannot follow.",
    Certificate.REFUTED: "Refuted: the grader found an order of events that breaks the program.",
}
_NARROWEST = 40


def text(report: Report, width: int = 100) -> str:
    """Return all that the picture of a report shows, in lines of at most about `width` characters.

    Empty when there is no picture. The steps are a table; where that would be too wide, sentences.
    """
    witness = report.witness
    if witness is None or not (witness.steps or witness.waits):
        return certificate(report)
    parts = [clean(witness.explanation)]
    if witness.steps:
        parts.append("\n".join(table(witness.steps, width)))
    if told := notes(witness):
        parts.append("\n".join(told))
    if witness.waits:
        parts.append("\n".join(told_waits(witness.waits)))
    return "\n\n".join(part for part in parts if part)


def covered(report: Report) -> str:
    """Return what the certificate covers, or what the budget cut off; empty when it does not say."""
    return clean(report.covers)


def certificate(report: Report) -> str:
    """Return what a report without a witness claims; empty when it claims nothing."""
    if report.certificate is None or report.certificate is Certificate.REFUTED:
        return ""
    runs = report.runs
    made = f"Runs: {runs.free} free, {runs.explored} explored." if runs.free or runs.explored else ""
    return "\n".join(part for part in (COVERS[report.certificate], covered(report), made) if part)


def table(steps: Sequence[Step], width: int = 100) -> list[str]:
    """Return the steps in aligned columns, a process each; in sentences where that is wider than `width`."""
    columns = sorted({step.process for step in steps})
    cells = [f"{phrase(step)}{_at(step)}" for step in steps]
    wide = {
        column: max(
            len(head(column)),
            *(len(cell) for step, cell in zip(steps, cells, strict=True) if step.process == column),
        )
        for column in columns
    }
    first = max(4, len(str(len(steps))))
    if first + sum(2 + room for room in wide.values()) > max(width, _NARROWEST):
        return numbered(steps)
    lines = ["step".rjust(first) + "".join(f"  {head(column):{wide[column]}}" for column in columns)]
    lines.append("-" * first + "".join(f"  {'-' * wide[column]}" for column in columns))
    for number, (step, cell) in enumerate(zip(steps, cells, strict=True), 1):
        row = "".join(f"  {cell if column == step.process else '':{wide[column]}}" for column in columns)
        lines.append(f"{number:{first}}{row}")
    return [line.rstrip() for line in lines]


def numbered(steps: Sequence[Step]) -> list[str]:
    """Return the steps as numbered sentences."""
    room = len(str(len(steps)))
    return [f"{number:{room}}. {sentence(step)}" for number, step in enumerate(steps, 1)]


def told_waits(waits: Sequence[Wait]) -> list[str]:
    """Return one sentence for each wait; processes that wait alike share one."""
    alike: dict[tuple[str, int | None, int | None], list[int]] = {}
    for wait in waits:
        itself = -1 if wait.held_by == wait.process else wait.held_by
        alike.setdefault((wait.waits_for, itself, wait.line), []).append(wait.process)
    return [_told_wait(numbers, *what) for what, numbers in alike.items()]


def notes(witness: Witness) -> list[str]:
    """Return in words what the picture of a race joins: values out of date, and writes that are lost."""
    if witness.kind is not Verdict.RACE:
        return []
    return [_told_collision(witness.steps, collision) for collision in collisions(witness.steps)]


def description(report: Report) -> str:
    """Return the text equivalent of the picture, in sentences."""
    witness = report.witness
    if witness is None or not (witness.steps or witness.waits):
        return certificate(report)
    parts = [clean(witness.explanation), *numbered(witness.steps), *notes(witness)]
    return "\n".join(part for part in [*parts, *told_waits(witness.waits)] if part)


def _at(step: Step) -> str:
    return f" (line {step.line})" if step.line else ""


def _told_wait(numbers: Sequence[int], waits_for: str, held_by: int | None, line: int | None) -> str:
    verb = "waits" if len(set(numbers)) == 1 else "wait"
    where = f" at line {line}" if line else ""
    told = f"{capital(processes(numbers))} {verb}{where} for {cut(waits_for, 160)}"
    if held_by is None or ", which " in waits_for:
        return f"{told}."
    return f"{told}, held by {'itself' if held_by == -1 else process(held_by)}."


def _told_collision(steps: Sequence[Step], collision: Collision) -> str:
    read = steps[collision.read]
    others = " and ".join(str(position + 1) for position in collision.others)
    name = name_text(read.object)
    several = len(collision.others) > 1
    writes = f"steps {others}" if several else f"step {others}"
    if collision.write is None:
        change = "change" if several else "changes"
        if read.process == 0:
            return f"Step {collision.read + 1} reads {name} too early: {writes} still {change} it."
        return f"What step {collision.read + 1} reads from {name} is out of date later: {writes} {change} it."
    return (
        f"The value of {name} read in step {collision.read + 1} is out of date when step "
        f"{collision.write + 1} uses it: that one writes over {writes}, and what was written there is lost."
    )
