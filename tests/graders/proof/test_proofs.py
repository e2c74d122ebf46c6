"""The programs are really run, under the real harness."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from graders.proof import Proof, insert, prove
from graders.quiz import Experiment, Key, Option, Question, QuestionKind, Quiz

HANG = "from multiprocessing import Lock\nlock = Lock()\nlock.acquire()\nlock.acquire()\n"


def question(experiment: Experiment | None, *options: Option, right: str = "A") -> Question:
    return Question(
        "q", QuestionKind.CHOICE, "Q", "?", 1.0, options, Key(options=(right,)), experiment=experiment
    )


def proofs(asked: Question, folder: Path) -> list[Proof]:
    return prove(Quiz("course", "quiz", "Quiz", "", (asked,)), folder)


def test_a_question_without_an_experiment_is_not_run(tmp_path: Path) -> None:
    assert proofs(question(None, Option("A", "yes"), Option("B", "no")), tmp_path) == []


def test_every_option_of_code_is_run_and_only_the_right_one_works(tmp_path: Path) -> None:
    options = (
        Option("A", "", code="x = randint(0, 10)"),
        Option("B", "", code="x = random.randint(0, 10)"),
        Option("C", "", code="x = .randint(0, 10)"),
        Option("D", "in words"),
    )
    found = proofs(question(Experiment("from random import *\nOPTION\n"), *options), tmp_path)
    assert [(proof.option, proof.holds) for proof in found] == [("A", True), ("B", True), ("C", True)]
    assert "AttributeError" in found[1].happened
    assert "SyntaxError" in found[2].happened


def test_a_wrong_key_is_found_at_both_options_it_is_wrong_about(tmp_path: Path) -> None:
    options = Option("A", "", code="1 / 0"), Option("B", "", code="1 / 1")
    found = proofs(question(Experiment("OPTION"), *options), tmp_path)
    assert [proof.holds for proof in found] == [False, False]
    assert str(found[1]) == "q B: NOT so: anything but finishes; it finished"


def test_claims_are_held_against_what_happened_in_one_run(tmp_path: Path) -> None:
    options = (
        Option("A", "", claim="prints 7"),
        Option("B", "", claim="finishes"),
        Option("C", "", claim="raises ValueError"),
        Option("D", "", claim="raises"),
        Option("E", "", claim="never-finishes"),
    )
    found = proofs(question(Experiment("print(3)\nprint(7)\n"), *options), tmp_path)
    # B is wrong as an option, for the program does finish: an author must hear of that.
    assert [proof.holds for proof in found] == [True, False, True, True, True]


@pytest.mark.parametrize(("name", "holds"), [("KeyError", True), ("Key", False), ("ValueError", False)])
def test_the_name_of_the_error_must_be_the_whole_name(tmp_path: Path, name: str, holds: bool) -> None:
    experiment = Experiment("{}['x']\n", f"raises {name}")
    assert [proof.holds for proof in proofs(question(experiment), tmp_path)] == [holds]


def test_a_program_that_waits_for_itself_is_known_to_hang_long_before_its_limit(tmp_path: Path) -> None:
    (proof,) = proofs(question(Experiment(HANG, "never-finishes")), tmp_path)
    assert proof.holds
    assert proof.happened == "never finished (deadlock)"


def test_a_program_that_finishes_does_not_prove_that_it_never_does(tmp_path: Path) -> None:
    (proof,) = proofs(question(Experiment("print(1)", "never-finishes")), tmp_path)
    assert not proof.holds


@pytest.mark.parametrize(("key", "holds"), [(50.0, True), (51.0, False)])
def test_a_number_is_what_the_program_prints_last(tmp_path: Path, key: float, holds: bool) -> None:
    asked = replace(
        question(Experiment("print('now')\nprint(50)\n")), kind=QuestionKind.NUMBER, key=Key(number=key)
    )
    assert [proof.holds for proof in proofs(asked, tmp_path)] == [holds]


@pytest.mark.parametrize("program", ["print('fifty')", "pass", "print(50)\n1 / 0"])
def test_a_program_that_prints_no_number_or_breaks_proves_none(tmp_path: Path, program: str) -> None:
    asked = replace(question(Experiment(program)), kind=QuestionKind.NUMBER, key=Key(number=50.0))
    assert [proof.holds for proof in proofs(asked, tmp_path)] == [False]


def test_a_text_is_compared_as_an_answer_is(tmp_path: Path) -> None:
    asked = replace(
        question(Experiment("print('  Lock ')")), kind=QuestionKind.TEXT, key=Key(accepted=("lock",))
    )
    assert [proof.holds for proof in proofs(asked, tmp_path)] == [True]


def test_programs_may_import_what_lies_beside_them(tmp_path: Path) -> None:
    (tmp_path / "proofs").mkdir()
    (tmp_path / "proofs" / "beside.py").write_text("def f():\n    return 5\n")
    experiment = Experiment("from beside import f\nprint(f())\n", "prints 5")
    assert [proof.holds for proof in proofs(question(experiment), tmp_path)] == [True]


def test_code_is_put_in_with_the_indentation_of_its_place() -> None:
    program = "def f():\n    OPTION\n    return OPTIONS\nOPTION\n"
    assert insert(program, "if x:\n    y = r'\\1'\n\nz = 1") == (
        "def f():\n    if x:\n        y = r'\\1'\n\n    z = 1\n    return OPTIONS\n"
        "if x:\n    y = r'\\1'\n\nz = 1\n"
    )
