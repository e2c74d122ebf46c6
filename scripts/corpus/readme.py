"""Writes the counts of tests/corpus/README.md anew from the manifest: ``python -m scripts.corpus.readme``."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence

from graders.verdict import Verdict
from scripts.corpus.manifest import CORPUS, Program, read_manifest

README = CORPUS / "README.md"
BEGIN, END = "<!-- counted from the manifest -->", "<!-- end of the counts -->"


def page(text: str, programs: Sequence[Program]) -> str:
    """Return the README's text with its counts as they are; raises `ValueError` when their place is gone."""
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not (begin and end):
        raise ValueError(f"the README has lost its lines {BEGIN} and {END}")
    return f"{before}{BEGIN}\n\n{tables(programs)}\n\n{END}{after}"


def tables(programs: Sequence[Program]) -> str:
    """Return the part of the README that counts: labs and verdicts, kinds, styles. Markdown."""
    wrong = [program for program in programs if not program.right]
    right = [program for program in programs if program.right]
    kinds = len({program.kind for program in wrong})
    styles = len({program.style for program in right})
    return "\n\n".join(
        [
            f"**{len(wrong)} wrong programs of {kinds} kinds, {len(right)} right ones in {styles} styles.**",
            _labs_by_verdict(programs),
            _table("kind", wrong, lambda program: program.kind),
            _table("style", right, lambda program: program.style),
        ]
    )


def _labs_by_verdict(programs: Sequence[Program]) -> str:
    labs = list(dict.fromkeys(program.lab for program in programs))
    count = Counter((program.verdict, program.lab) for program in programs)
    rows = ["| verdict | " + " | ".join(_short(lab) for lab in labs) + " | all |"]
    rows.append("| --- |" + " ---: |" * (len(labs) + 1))
    for verdict in Verdict:
        numbers = [count[verdict, lab] for lab in labs]
        if sum(numbers):
            cells = " | ".join(str(number or "") for number in numbers)
            rows.append(f"| `{verdict}` | {cells} | {sum(numbers)} |")
    sums = [sum(program.lab == lab for program in programs) for lab in labs]
    rows.append(f"| all | {' | '.join(map(str, sums))} | {len(programs)} |")
    return "\n".join(rows)


def _table(heading: str, programs: Sequence[Program], key: Callable[[Program], str]) -> str:
    rows = [f"| {heading} | programs | labs |", "| --- | ---: | --- |"]
    for name in sorted({key(program) for program in programs}):
        mine = [program for program in programs if key(program) == name]
        labs = ", ".join(dict.fromkeys(_short(program.lab) for program in mine))
        rows.append(f"| {name} | {len(mine)} | {labs} |")
    return "\n".join(rows)


def _short(lab: str) -> str:
    return lab.partition("/")[2]


if __name__ == "__main__":
    README.write_text(page(README.read_text(encoding="utf-8"), read_manifest()), encoding="utf-8")
