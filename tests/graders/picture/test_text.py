"""The same as plain text: a table that is aligned, sentences where there is no room, waits told together."""

from __future__ import annotations

import pytest
from hypothesis import given

from graders.picture import table, text
from graders.picture.words import sentence
from graders.report import Report, Step
from graders.verdict import Certificate
from graders.words import processes
from tests.graders.picture.reports import (
    ANYTHING,
    EARLY,
    HOSTILE,
    LOST,
    NOTHING_TO_DRAW,
    itself,
    kept_lock,
    passed,
    race,
)


def test_steps_are_a_table_with_a_column_for_each_process() -> None:
    assert table(LOST) == [
        "step  process 6                 process 10",
        "----  ------------------------  ------------------------",
        "   1  reads 55 from r (line 3)",
        "   2                            reads 55 from r (line 3)",
        "   3                            writes 56 to r (line 3)",
        "   4  writes 56 to r (line 3)",
    ]


def test_where_a_table_has_no_room_the_steps_are_sentences() -> None:
    assert table(LOST, width=40)[:2] == [
        "1. Process 6 reads 55 from r at line 3.",
        "2. Process 10 reads 55 from r at line 3.",
    ]


def test_the_text_of_a_race_tells_explanation_steps_and_what_is_lost() -> None:
    told = text(race(LOST))
    assert told.startswith("Process 6 reads 55 from r at line 3. That update is lost.\n\nstep  process 6")
    assert told.endswith(
        "The value of r read in step 1 is out of date when step 4 uses it: "
        "that one writes over step 3, and what was written there is lost."
    )


def test_a_read_that_came_too_early_is_told_as_that() -> None:
    assert "Step 2 reads r too early: step 5 still changes it." in text(race(EARLY))
    looked = (Step(1, "read", "b", 50), Step(2, "write", "b", 0), Step(1, "write", "a", 1))
    assert "What step 1 reads from b is out of date later: step 2 changes it." in text(race(looked))


def test_waits_that_are_alike_are_told_together() -> None:
    assert text(kept_lock()).endswith(
        "The main program waits at line 18 for process 2 to end.\n"
        "Processes 2 to 10 wait at line 6 for the lock, "
        "which process 1 acquired at line 6 and never released; it has ended."
    )
    assert "Process 1 waits at line 6 for the lock, which it has itself acquired" in text(itself())


@pytest.mark.parametrize(
    ("certificate", "words"),
    [
        (
            Certificate.VERIFIED,
            "Verified: no order of events can break the program, for the input it was given.",
        ),
        (Certificate.EXPLORED, "Explored: no order of events that was tried broke the program."),
    ],
)
def test_the_text_of_a_pass_is_its_certificate(certificate: Certificate, words: str) -> None:
    assert text(passed(certificate)) == f"{words}\nRuns: 3 free, 12 explored."


@pytest.mark.parametrize("kind", NOTHING_TO_DRAW)
def test_what_has_no_picture_has_no_text(kind: str) -> None:
    assert text(NOTHING_TO_DRAW[kind]) == ""


@pytest.mark.parametrize(
    ("step", "words"),
    [
        (Step(6, "read", "r", 55, 7), "Process 6 reads 55 from r at line 7."),
        (Step(0, "write", "r", 56), "The main program writes 56 to r."),
        (Step(1, "acquire", "the lock a", line=3), "Process 1 acquires the lock a at line 3."),
        (Step(1, "release", "the lock a", line=3), "Process 1 releases the lock a at line 3."),
        (Step(2, "wait", "the lock a", line=4), "Process 2 waits for the lock a at line 4."),
        (Step(0, "start", "process 3", line=9), "The main program starts process 3 at line 9."),
        (Step(0, "join", "process 3", line=9), "The main program joins process 3 at line 9."),
        (Step(3, "end", ""), "Process 3 ends."),
        (Step(0, "print", "", 99, 12), "The main program prints 99 at line 12."),
        (Step(1, "send", "q", 5, 2), "Process 1 sends 5 to q at line 2."),
        (Step(2, "receive", "q", 5, 2), "Process 2 receives 5 from q at line 2."),
        (Step(0, "signal", "process 2", line=8), "The main program signals process 2 at line 8."),
        (Step(4, "try acquire", "the lock", 0, 8), "Process 4 try acquire the lock: 0 at line 8."),
    ],
)
def test_every_operation_is_a_sentence(step: Step, words: str) -> None:
    assert sentence(step) == words


@pytest.mark.parametrize(
    ("numbers", "words"),
    [
        ([0], "the main program"),
        ([4], "process 4"),
        ([2, 3], "processes 2 and 3"),
        ([3, 1, 2, 4], "processes 1 to 4"),
        ([0, 2, 5, 6, 7, 8], "the main program and processes 2 and 5 to 8"),
    ],
)
def test_processes_are_told_in_ranges(numbers: list[int], words: str) -> None:
    assert processes(numbers) == words


def test_what_a_student_calls_things_cannot_drive_a_terminal() -> None:
    told = text(race((Step(1, "read", HOSTILE, HOSTILE, 1), Step(1, HOSTILE, "r", 1, 1))))
    assert all(char.isprintable() or char == "\n" for char in told)
    assert max(map(len, told.splitlines())) < 250


@given(ANYTHING)
def test_whatever_a_report_holds_each_step_has_its_row(made: Report) -> None:
    assert made.witness is not None
    steps = made.witness.steps
    if steps:
        for width in (30, 4000):
            rows = table(steps, width)
            assert len(rows) == len(steps) + (2 if rows[0].startswith("step") else 0)
    text(made)
