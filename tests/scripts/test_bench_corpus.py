"""The benchmark of the corpus: how it counts, what the naive judge says, and how the command ends."""

from __future__ import annotations

import dataclasses
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from graders.errors import SandboxError
from graders.job import Job
from graders.report import Check, Report, Step, Witness
from graders.verdict import Certificate, Verdict
from scripts import bench_corpus
from scripts.corpus import measure, naive, show
from scripts.corpus.manifest import Program, read_manifest
from scripts.corpus.numbers import Measured, Number, numbers
from scripts.corpus.outcomes import Outcome, Row
from workers.sandbox.local import LocalKind
from workers.sandbox.stub import StubKind

PROGRAMS = {program.name: program for program in read_manifest()}
RACE = PROGRAMS["increment/lost-update-unlocked/no_lock"]
CRASH = PROGRAMS["increment/crash-in-child/range_of_value"]
RIGHT = PROGRAMS["increment/right/all_at_once"]


def _report(verdict: Verdict, message: str = "", **rest: object) -> Report:
    points = 1.0 if verdict is Verdict.PASSED else 0.0
    return Report.of(
        "shared-data/increment", [Check("value", "Value", verdict, points, 1.0, message)], **rest
    )


def _race(lines: tuple[int, ...], steps: int = 4) -> Report:
    shown = tuple(Step(number % 2 + 1, "read", "r", 5, 4) for number in range(steps))
    witness = Witness(Verdict.RACE, "schedule", "told", lines, shown)
    return _report(Verdict.RACE, certificate=Certificate.REFUTED, witness=witness, seconds=0.1)


def _number(found: list[Number], what: str) -> Number:
    return next(number for number in found if number.what == what)


def test_guilty_lines_must_be_exact_or_those_of_another_independent_mistake() -> None:
    program = dataclasses.replace(RACE, lines=(4, 7), also=((9,),))
    assert program.names((7, 4))
    assert program.names((9,))
    assert not program.names((4,))
    assert not program.names((4, 7, 9))


def test_the_line_of_a_crash_is_read_from_the_message() -> None:
    report = _report(Verdict.CRASH, "Run 1 of 3 crashed at line 4: TypeError: an integer is required")
    assert Outcome(CRASH, 1, report).lines == (4,)
    assert Outcome(CRASH, 1, report).lines_right is True


def test_lines_of_a_wrong_verdict_are_not_counted() -> None:
    assert Outcome(RACE, 1, _report(Verdict.PASSED)).lines_right is None


def test_a_pass_or_no_word_at_all_is_no_conviction() -> None:
    for verdict in (Verdict.PASSED, Verdict.INCONCLUSIVE):
        assert not Outcome(RACE, 1, _report(verdict)).convicted
    assert not Outcome(RACE, 1, None, "the sandbox died").convicted
    assert Outcome(RACE, 1, _report(Verdict.CRASH)).convicted


def test_the_numbers_say_met_missed_and_not_measured() -> None:
    outcomes = [
        Outcome(RACE, 1, _race((4,))),
        Outcome(RACE, 2, _race((3,), steps=9)),
        Outcome(RIGHT, 1, _report(Verdict.PASSED, certificate=Certificate.VERIFIED, seconds=0.9)),
    ]
    found = numbers(outcomes, Measured(replays=(1, 2), memory_mb=20.0))
    words = {number.what: number.word for number in found}
    assert words["wrong programs convicted"] == "met"
    assert words["exact guilty lines"] == "MISSED"
    assert words["small witnesses of races"] == "MISSED"
    assert words["witnesses replay"] == "MISSED"
    assert words["time to race, median"] == "met"
    assert words["time to pass verified, p95"] == "MISSED"
    assert words["time to deadlock, median"] == "not measured"
    assert words["memory of harness and processes"] == "met"
    assert words["explored runs of ten processes"] == "not measured"


def test_a_share_just_below_its_bar_is_not_rounded_up_to_it() -> None:
    outcomes = [Outcome(RACE, seed, _race((4,))) for seed in range(1, 2000)]
    outcomes.append(Outcome(RACE, 2000, _report(Verdict.PASSED)))
    number = _number(numbers(outcomes, Measured()), "wrong programs convicted")
    assert (number.value, number.met) == ("99.9 % (1999 of 2000)", False)


def test_a_row_shows_the_seed_that_went_wrong() -> None:
    row = Row(RACE, [Outcome(RACE, 1, _race((4,))), Outcome(RACE, 2, _report(Verdict.PASSED))])
    assert show.cells(row)[1:4] == ["race", "passed", "NO"]
    assert show.details(row) == ["    other than expected with 1 of 2 seeds: 2"]


def test_the_table_fits_a_terminal_of_140_columns() -> None:
    rows = [Row(program, [Outcome(program, 1, None)]) for program in read_manifest()]
    assert max(len(line) for line in [*show.heading().splitlines(), *map(show.line, rows)]) <= 140
    widths = [column.width for column in show.COLUMNS]
    assert all(
        len(cell) <= width for row in rows for cell, width in zip(show.cells(row), widths, strict=True)
    )


def test_a_program_is_graded_in_a_sandbox() -> None:
    bench = bench_corpus.Bench(LocalKind(), seeds=1, full=False, with_naive=False)
    row = bench.row(PROGRAMS["counter/nine-times/off_by_one"])
    assert row.exact
    (outcome,) = row.outcomes
    assert outcome.report
    assert outcome.report.sandbox
    assert outcome.report.sandbox.kind == "local"


@pytest.mark.parametrize(
    ("name", "verdict", "runs"),
    [
        ("counter/right/count_then_add", "right", naive.RUNS),
        ("transfer/right/loop_of_pairs", "right", naive.RUNS),
        ("counter/hard-coded/just_print", "right", naive.RUNS),
        ("counter/nine-times/off_by_one", "wrong", 1),
        ("transfer/wrong-amount/with_fee", "wrong", 1),
        ("counter/syntax-error/half_written", "wrong", 1),
    ],
)
def test_the_naive_judge_believes_the_last_line(name: str, verdict: str, runs: int) -> None:
    program = PROGRAMS[name]
    found = naive.judge(program, bench_corpus.labs()[program.lab])
    assert (found.verdict, found.runs) == (verdict, runs)


def test_the_naive_judge_gives_up_on_what_does_not_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(naive, "WALL_SECONDS", 0.5)
    program = PROGRAMS["counter/semaphore-zero/semaphore"]
    found = naive.judge(program, bench_corpus.labs()[program.lab])
    assert (found.verdict, found.runs) == ("timed out", 1)
    assert naive.agrees(found, program)


@pytest.mark.parametrize(
    ("program", "expected"),
    [
        ("sys.exit(2)", None),
        ("sys.exit(0)", (1, 1)),
        ("sys.exit('--help' not in sys.argv)", (0, 1)),
        ("sys.exit('--help' not in sys.argv and json.load(open(sys.argv[-2]))['verdict'] != 'race')", (1, 1)),
    ],
)
def test_replays_are_counted_by_their_exit_status_where_there_is_such_a_command(
    monkeypatch: pytest.MonkeyPatch, program: str, expected: tuple[int, int] | None
) -> None:
    monkeypatch.setattr(measure, "_INTERLEAVE", (sys.executable, "-c", f"import json, sys; {program}"))
    outcomes = [Outcome(RACE, 1, _race((4,))), Outcome(RIGHT, 1, _report(Verdict.PASSED))]
    assert measure.replays(outcomes, bench_corpus.labs(), None) == expected


def test_memory_is_that_of_all_processes_below_one() -> None:
    script = "import subprocess, sys; subprocess.run([sys.executable, '-c', 'print(1, flush=True); input()'])"
    with subprocess.Popen(
        [sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as parent:
        assert parent.stdout
        assert parent.stdin
        parent.stdout.readline()
        below = measure.descendants(os.getpid())
        (grandchild,) = measure.descendants(parent.pid)
        assert {parent.pid, grandchild} <= set(below)
        assert measure.proportional_kb(grandchild) > 500
        parent.stdin.write(b"\n")
    assert measure.proportional_kb(grandchild) == 0


def test_the_textbook_is_explored_run_by_run() -> None:
    # In a process of its own: it pins itself to one CPU, and is forked from as it is.
    made = measure.runs_per_second()
    assert made is not None
    assert made > 1


@pytest.fixture
def command(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    """The command with a stub for its sandbox, and nothing measured beside the gradings."""

    def run(outcome: Report | BaseException | Callable[[Job], Report], *arguments: str) -> Result:
        monkeypatch.setattr(bench_corpus, "usable_kind", lambda _: StubKind(outcome))
        monkeypatch.setattr(bench_corpus, "LocalKind", lambda: StubKind(outcome))
        monkeypatch.setattr(measure, "replays", lambda *_: None)
        monkeypatch.setattr(measure, "runs_per_second", lambda *_: None)
        return CliRunner().invoke(bench_corpus.main, ["--no-naive", *arguments])

    return run


def test_the_command_ends_well_when_everything_is_right(
    command: Callable[..., Result], tmp_path: Path
) -> None:
    passed = _report(Verdict.PASSED, certificate=Certificate.VERIFIED, seconds=9.0)
    files = ["--json", str(tmp_path / "b.json"), "--markdown", str(tmp_path / "b.md")]
    done = command(passed, "--only", "increment/right/*", "--seeds", "2", *files)
    # Slow it is, but time is no matter of right and wrong.
    assert "MISSED" in done.output
    assert done.exit_code == 0, done.output
    written = json.loads((tmp_path / "b.json").read_text())
    assert [len(row["outcomes"]) for row in written["programs"]] == [2] * len(written["programs"])
    assert "| increment/right/all_at_once | passed | passed | yes |" in (tmp_path / "b.md").read_text()


def test_the_command_fails_on_a_false_alarm(command: Callable[..., Result]) -> None:
    done = command(_race((1,)), "--only", "increment/right/*")
    assert done.exit_code == 1
    assert "0 % (0 of 6)" in done.output


def test_the_command_fails_on_wrong_lines(command: Callable[..., Result]) -> None:
    done = command(_race((1,)), "--only", RACE.path)
    assert done.exit_code == 1
    assert "guilty lines are [4], named were [1]" in done.output


def test_a_fault_of_ours_is_told_as_such(command: Callable[..., Result]) -> None:
    done = command(SandboxError("the daemon is gone"), "--only", RACE.path)
    assert done.exit_code == 3
    assert "the daemon is gone" in done.output


def test_a_pattern_without_any_program_is_a_mistake_of_the_caller(command: Callable[..., Result]) -> None:
    assert command(_race((1,)), "--only", "no/such").exit_code == 2


def test_full_tries_wrong_programs_with_ten_seeds_and_right_ones_with_twenty(
    command: Callable[..., Result], tmp_path: Path
) -> None:
    file = tmp_path / "b.json"
    command(_race((4,)), "--full", "--only", "increment", "--json", str(file))
    seeds = {
        Program(**row["program"]).path: len(row["outcomes"])
        for row in json.loads(file.read_text())["programs"]
    }
    assert seeds[RACE.path] == 10
    assert seeds[RIGHT.path] == 20
