"""What "be the scheduler" says can happen does happen: its programs really run, under the explorer."""

from __future__ import annotations

import pytest

from graders.job import Job
from graders.lab import CheckSpec, Lab, Style
from graders.play import PUZZLES, End, Puzzle
from graders.verdict import Certificate, Verdict
from workers.cli.grade import run

VERDICTS = {End.WRONG: Verdict.RACE, End.DEADLOCK: Verdict.DEADLOCK}


def lab_of(puzzle: Puzzle) -> Lab:
    """Return a lab that demands of a program what its puzzle says must come out."""
    ((name, start),) = puzzle.shared.items()
    return Lab(
        course="play",
        slug=puzzle.slug,
        title=puzzle.title,
        style=Style.PROGRAM,
        file="program.py",
        text="",
        starter="",
        checks=(
            CheckSpec("finishes", "Ends", 1, "finishes"),
            CheckSpec("value", "Value", 1, "final-value", {"adds": puzzle.wanted[name] - start}),
        ),
    )


@pytest.mark.parametrize("puzzle", PUZZLES, ids=[puzzle.slug for puzzle in PUZZLES])
def test_the_real_program_fails_as_its_puzzle_can_and_holds_where_it_cannot(puzzle: Puzzle) -> None:
    lab = lab_of(puzzle)
    report = run(Job(lab, {lab.file: puzzle.source}, lab.file, 7), "local")
    broken = [verdict for end, verdict in VERDICTS.items() if puzzle.found.orders[end]]
    assert report.verdict is (broken[0] if broken else Verdict.PASSED)
    if not broken:
        assert report.certificate is Certificate.VERIFIED
        return
    assert report.witness is not None
    of_the_steps = {step.line for steps in puzzle.processes for step in steps}
    assert set(report.witness.lines) <= of_the_steps
