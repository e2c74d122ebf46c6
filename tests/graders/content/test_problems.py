"""Every mistake an author can make is told with file, key and what was expected there."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from graders.content import load_course
from graders.errors import ContentError
from tests.graders.content.folders import change, put

LAB, CALL, QUIZ = "labs/add/lab.toml", "labs/call/lab.toml", "quizzes/quiz/quiz.toml"


def problem(course: Path) -> ContentError:
    with pytest.raises(ContentError) as caught:
        load_course(course)
    return caught.value


CHANGES = [
    ("course.toml", 'title = "Course"', "", "title", "text; it is missing"),
    ("course.toml", 'title = "Course"', 'titel = "Course"', "titel", "did you mean title?"),
    ("course.toml", "labs/add", "labs/Add", "items", "lessons/NAME, labs/NAME or quizzes/NAME"),
    ("course.toml", "quizzes/quiz", "quizzes/../quiz", "items", "lessons/NAME"),
    ("course.toml", "quizzes/quiz", "lessons/add", "items", "'add' is there more than once"),
    ("course.toml", "items = [", "items = 5 # [", "items", "a list of items"),
    ("course.toml", "items = [", "items = [[", "", "valid TOML"),
    ("lessons/intro.md", "# Introduction", "Introduction", "line 1", "# Title"),
    (LAB, 'title = "Add"', 'title = " "', "title", "it is empty"),
    (LAB, 'title = "Add"', "title = 5", "title", "text, not 5"),
    (LAB, 'title = "Add"', 'title = "Add"\nstyle = "programm"', "style", "did you mean program?"),
    (LAB, 'title = "Add"', 'title = "Add"\nfile = "../add.py"', "file", "such as counter.py"),
    (
        LAB,
        'title = "Add"',
        'title = "Add"\nfree_runs = 0',
        "free_runs",
        "a whole number from 1 to 100, not 0",
    ),
    (LAB, 'title = "Add"', 'title = "Add"\nfree_runs = 2.5', "free_runs", "not 2.5"),
    (LAB, 'title = "Add"', 'title = "Add"\nexplore = { run = 5 }', "explore.run", "did you mean runs?"),
    (LAB, 'title = "Add"', 'title = "Add"\nexplore = 5', "explore", "a table, not 5"),
    (LAB, 'title = "Add"', 'title = "Add"\nlimits = { cpu = 5 }', "limits.cpu", "did you mean cpus?"),
    (LAB, 'title = "Add"', 'title = "Add"\nlimits = { cpus = 0 }', "limits.cpus", "from 1 to 4096"),
    (LAB, 'title = "Add"', 'title = "Add"\nlimits = { tmp_bytes = "1 MB" }', "limits.tmp_bytes", '"64 KiB"'),
    (LAB, 'title = "Add"', 'title = "Add"\nlimits = { tmp_bytes = true }', "limits.tmp_bytes", '"64 KiB"'),
    (
        LAB,
        'title = "Add"',
        'title = "Add"\nlimits = { run_seconds = 60 }',
        "limits.run_seconds",
        "at most wall_seconds",
    ),
    (
        LAB,
        'title = "Add"',
        'title = "Add"\nlimits = { wall_seconds = nan }',
        "limits.wall_seconds",
        "a number",
    ),
    (LAB, 'title = "Add"', 'title = "Add"\nfunction = { name = "F" }', "function", 'style = "function"'),
    (LAB, 'id = "value"', 'id = "The value"', "check[1].id", "lower-case letters"),
    (LAB, 'id = "finishes"', 'id = "value"', "check[2].id", "'value' is taken"),
    (LAB, "points = 6", "points = -1", "check[1].points", "from 0 to 1000"),
    (LAB, "points = 6", 'points = "6"', "check[1].points", "a number"),
    (LAB, "points = 6", "points = true", "check[1].points", "a number"),
    (LAB, "points = 6", "", "check[1].points", "it is missing"),
    (LAB, "points = 6", "point = 6", "check[1].point", "did you mean points?"),
    (LAB, '"final-value"', '"final_value"', "check[1].property", "did you mean final-value?"),
    (LAB, "{ adds = 100 }", "{ add = 100 }", "check[1].with.add", "one of adds"),
    (LAB, "{ adds = 100 }", '{ adds = "100" }', "check[1].with.adds", "int"),
    (LAB, "{ adds = 100 }", "100", "check[1].with", "a table"),
    (CALL, 'name = "move"', 'name = "move it"', "function.name", "a Python name"),
    (CALL, "a = [0, 10]", "a = [10, 0]", "function.shared.a", "[low, high]"),
    (CALL, "a = [0, 10]", "a = [0, 10, 20]", "function.shared.a", "[low, high]"),
    (CALL, "a = [0, 10]", "a = [0, 3_000_000_000]", "function.shared.a", "from -1000000 to 1000000"),
    (CALL, "a = [0, 10]", '"a b" = [0, 10]', "function.shared.a b", "a Python name"),
    (CALL, "amount = [1, 3]", "lock = [1, 3]", "function.parameters", "'lock' stands for two things"),
    (CALL, "processes = [2, 4]", "processes = [0, 4]", "function.call[1].processes", "from 1 to 64"),
    (CALL, '"amount", "lock"]', '"amout", "lock"]', "function.call[1].arguments", "not 'amout'"),
    (CALL, 'a = "-amount"', 'a = "-amonut"', "function.call[1].effect.a", "such as amount or -amount"),
    (CALL, 'a = "-amount"', "a = 1.5", "function.call[1].effect.a", "a whole number"),
    (CALL, 'a = "-amount"', "lock = 1", "function.call[1].effect.lock", "a shared value"),
    (CALL, "[[function.call]]", "[[function.calls]]", "function.call", "at least one [[function.call]]"),
    ("labs/call/starter.py", "def move", "def moves", "move", "a function of this name"),
    ("labs/call/starter.py", "amount, lock", "lock", "move", "4 parameters"),
    ("labs/add/starter.py", "print(1)", "print(1", "line 1", "valid Python"),
    ("labs/add/README.md", "Add something.", "", "", "the task in Markdown"),
    (QUIZ, 'kind = "choice"', 'kind = "chioce"', "question[1].kind", "did you mean choice?"),
    (QUIZ, 'text = "Which?"', "", "question[1].text", "it is missing"),
    (QUIZ, 'text = "Which?"', 'text = "Which?"\npoints = 0', "question[1].points", "from 0.01 to 1000"),
    (QUIZ, "right = true", "right = false", "question[1].option", "exactly one option, not in 0"),
    (QUIZ, "right = true", 'right = "yes"', "question[1].option[1].right", "true or false"),
    (QUIZ, "right = true", 'right = true\nid = "b"', "question[1].option", "ids that differ"),
    (
        QUIZ,
        "right = true",
        'right = true\nclaim = "explodes"',
        "question[1].option[1].claim",
        "never-finishes",
    ),
    (QUIZ, 'text = "this"', "", "question[1].option[1].text", "the option's text, or its code"),
    (QUIZ, 'id = "count"', 'id = "q1"', "question[2].id", "'q1' is taken"),
    (QUIZ, "answer = 3", 'answer = "3"', "question[2].answer", "a number"),
    (QUIZ, "answer = 3", "answer = 3\ntolerance = -1", "question[2].tolerance", "at least 0"),
    (QUIZ, "answer = 3", "answer = inf", "question[2].answer", "a number"),
    (QUIZ, "shown.py", "../shown.py", "question[2].code", "named without a slash"),
    (QUIZ, "proof = {}", 'proof = { outcome = "prints" }', "question[2].proof.outcome", "prints TEXT"),
    (QUIZ, 'kind = "number"', 'kind = "text"', "question[2].answer", "a list of texts"),
    (QUIZ, 'title = "Quiz"', 'title = "Quiz"\nreveal = 1', "reveal", "true or false"),
]


@pytest.mark.parametrize(("file", "old", "new", "key", "expected"), CHANGES)
def test_a_mistake_is_told_with_file_key_and_what_was_expected(
    course: Path, file: str, old: str, new: str, key: str, expected: str
) -> None:
    change(course, file, old, new)
    error = problem(course)
    told = [error, *error.others]
    assert any(
        (one.file, one.key) == (str(course / file), key) and expected in one.expected for one in told
    ), error
    assert str(course / file) in str(error)


def test_every_mistake_is_told_at_once(course: Path) -> None:
    change(course, "course.toml", 'title = "Course"', "")
    change(course, LAB, "points = 6", "points = -1")
    change(course, LAB, 'title = "Add"', 'titel = "Add"')
    change(course, QUIZ, "answer = 3", "answer = true")
    error = problem(course)
    lines = str(error).splitlines()
    assert [line.split(": ")[0].removeprefix(f"{course}/") for line in lines] == [
        "course.toml",
        LAB,
        LAB,
        LAB,
        QUIZ,
    ]


@pytest.mark.parametrize(
    "file",
    [
        "course.toml",
        "lessons/intro.md",
        LAB,
        "labs/add/README.md",
        "labs/add/starter.py",
        QUIZ,
        "quizzes/quiz/proofs/shown.py",
    ],
)
def test_a_missing_file_is_named(course: Path, file: str) -> None:
    (course / file).unlink()
    error = problem(course)
    assert error.file == str(course / file)
    assert "it is missing" in error.expected


@pytest.mark.parametrize("content", [b"\xff\xfe", "Zähler".encode("latin-1"), b"a\0b"])
def test_a_file_that_is_no_text_is_refused(course: Path, content: bytes) -> None:
    put(course, "labs/add/README.md", content)
    assert problem(course).file.endswith("labs/add/README.md")


def test_a_huge_file_is_refused_without_reading_it_all(course: Path) -> None:
    with (course / "labs/add/README.md").open("wb") as file:
        file.truncate(1024**4)
    assert "at most 256 KiB" in str(problem(course))


def test_a_link_out_of_the_course_is_refused(course: Path) -> None:
    secret = course.parent / "secret"
    secret.write_text("# Secret\n\npassword\n")
    lesson = course / "lessons/intro.md"
    lesson.unlink()
    lesson.symlink_to(secret)
    error = problem(course)
    assert (error.file, error.key) == (str(lesson), "")
    assert "not a link out of it" in error.expected


def test_a_linked_folder_out_of_the_course_is_refused(course: Path) -> None:
    outside = course.parent / "outside"
    (course / "labs/add").rename(outside)
    (course / "labs/add").symlink_to(outside)
    assert "not a link out of it" in problem(course).expected


def test_a_link_inside_the_course_is_fine(course: Path) -> None:
    starter = course / "labs/add/starter.py"
    starter.unlink()
    starter.symlink_to("submissions/passed/right.py")
    load_course(course)


def test_a_link_to_itself_is_refused(course: Path) -> None:
    lesson = course / "lessons/intro.md"
    lesson.unlink()
    lesson.symlink_to("intro.md")
    assert problem(course).file == str(lesson)


def test_a_pipe_does_not_hold_the_loading_up(course: Path) -> None:
    lesson = course / "lessons/intro.md"
    lesson.unlink()
    os.mkfifo(lesson)
    assert problem(course).expected == "a file"


def test_a_folder_in_place_of_a_file_is_refused(course: Path) -> None:
    (course / "lessons/intro.md").unlink()
    (course / "lessons/intro.md").mkdir()
    assert problem(course).expected == "a file"


def test_a_course_that_is_not_there_is_told(tmp_path: Path) -> None:
    error = problem(tmp_path / "nowhere")
    assert error.file == str(tmp_path / "nowhere/course.toml")


def test_a_folder_whose_name_is_no_slug_is_refused(course: Path) -> None:
    moved = course.rename(course.parent / "My Course")
    assert "a folder named with lower-case letters" in str(problem(moved))
