"""A sample of the corpus, through the real harness: each program's verdict, and its guilty lines.

`make bench-corpus` runs all of it, with many seeds.
"""

from __future__ import annotations

from collections import defaultdict
from functools import cache
from pathlib import Path

import pytest

from graders.content import load_course
from graders.job import Job
from graders.lab import Lab
from graders.verdict import Verdict
from scripts.corpus.manifest import Program, read_manifest
from scripts.corpus.outcomes import Outcome
from tests.graders.harness.serving import serve

COURSE = Path(__file__).parents[3] / "courses" / "shared-data"
MOST = 24
SEED = 5
SLOW = frozenset({Verdict.TIMEOUT, Verdict.MEMORY_LIMIT, Verdict.PROCESS_LIMIT, Verdict.OUTPUT_LIMIT})
"""Verdicts that use up a limit: other tests have one of each."""


def _sample() -> list[Program]:
    """Return the first program of each verdict in its first lab, then in its second, and so on."""
    by_verdict: dict[Verdict, dict[str, Program]] = defaultdict(dict)
    for program in read_manifest():
        if program.verdict not in SLOW and not program.unmodelled:
            by_verdict[program.verdict].setdefault(program.lab, program)
    rounds = [
        list(by_lab.values())[turn]
        for turn in range(MOST)
        for by_lab in by_verdict.values()
        if turn < len(by_lab)
    ]
    return rounds[:MOST]


SAMPLE = _sample()


@cache
def _labs() -> dict[str, Lab]:
    return {item.id: item for item in load_course(COURSE).items if isinstance(item, Lab)}


def test_the_sample_is_spread_over_labs_and_verdicts() -> None:
    assert len(SAMPLE) == MOST
    assert len({program.lab for program in SAMPLE}) >= 5
    assert {program.verdict for program in SAMPLE} == set(Verdict) - SLOW - {Verdict.INCONCLUSIVE}


@pytest.mark.parametrize("program", SAMPLE, ids=lambda program: program.name)
def test_a_program_of_the_corpus_gets_its_verdict_and_its_lines(program: Program) -> None:
    lab = _labs()[program.lab]
    report = serve(Job(lab, {lab.file: program.source()}, lab.file, SEED).encode()).report
    assert report.verdict is program.verdict, report
    if program.lines:
        assert program.names(Outcome(program, SEED, report).lines), report.witness
