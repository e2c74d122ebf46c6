"""The hidden tests of a lab are read, not run: points, and what is shown, stand in their markers."""

from __future__ import annotations

from pathlib import Path

import pytest

from graders.content import load_course
from graders.errors import ContentError
from graders.lab import Lab, Style
from tests.graders.content.folders import put

LAB = "labs/add/lab.toml"
FILE = "labs/add/tests/test_add.py"
TESTS = """
import pytest
raise SystemExit("run")

def helper():
    pass

@pytest.mark.points(2.5)
@pytest.mark.shown
def test_two_and_two():
    "Two and two."

@pytest.mark.shown("output")
@pytest.mark.parametrize("n", [1, 2])
def test_many(n):
    pass

@pytest.mark.points(0)
def test_told_only():
    pass
"""


@pytest.fixture
def tested(course: Path) -> Path:
    put(course, LAB, 'title = "Add"\nstyle = "pytest"\n')
    put(course, FILE, TESTS)
    put(course, "labs/add/tests/numbers.py", "FOUR = 4\n")
    put(course, "labs/add/tests/__pycache__/x.pyc", b"\xff")
    return course


def problem(course: Path) -> ContentError:
    with pytest.raises(ContentError) as caught:
        load_course(course)
    return caught.value


def test_each_test_is_a_check_with_what_its_markers_say(tested: Path) -> None:
    lab = load_course(tested).items[1]
    assert isinstance(lab, Lab)
    assert lab.style is Style.PYTEST
    assert [(check.id, check.title, check.points, check.with_["shown"]) for check in lab.checks] == [
        ("two-and-two", "Two and two.", 2.5, ["diff", "output"]),
        ("many", "Many", 1.0, ["output"]),
        ("told-only", "Told only", 0.0, []),
    ]
    assert lab.checks[1].with_["test"] == "test_add.py::test_many"
    assert sorted(lab.tests) == ["numbers.py", "test_add.py"]
    assert lab.max_score == 3.5


@pytest.mark.parametrize(
    ("source", "key", "told"),
    [
        ("def test_x(:\n", "line 1", "valid Python"),
        ("class TestX:\n    pass\n", "TestX", "tests as functions"),
        ("async def test_x():\n    pass\n", "test_x", "not an async one"),
        ("def test_Two():\n    pass\n", "test_Two", "lower-case letters"),
        ("def test_x():\n    pass\ndef test_x():\n    pass\n", "test_x", "a name of its own"),
        ("@pytest.mark.points(n)\ndef test_x():\n    pass\n", "test_x", "written out"),
        ("@pytest.mark.points(True)\ndef test_x():\n    pass\n", "test_x", "one number from 0 to 1000"),
        ("@pytest.mark.points\ndef test_x():\n    pass\n", "test_x", "one number from 0 to 1000"),
        ("@pytest.mark.points(-1)\ndef test_x():\n    pass\n", "test_x", "one number from 0 to 1000"),
        ("@pytest.mark.shown('all')\ndef test_x():\n    pass\n", "test_x", "'diff' or 'output'"),
        (f"def test_x():\n    '{'x' * 201}'\n", "test_x", "at most 200 characters"),
        ("x = " + "-" * 100_000 + "1\n", "", "nested less deeply"),
    ],
)
def test_a_test_that_cannot_be_a_check_is_told(tested: Path, source: str, key: str, told: str) -> None:
    put(tested, FILE, source)
    error = problem(tested)
    found = [one for one in (error, *error.others) if one.file == str(tested / FILE)]
    assert any(one.key == key and told in one.expected for one in found), error


def test_a_lab_without_tests_or_without_points_is_told(tested: Path) -> None:
    put(tested, FILE, "def helper():\n    pass\n")
    assert "test_*.py with at least one function test_*" in str(problem(tested))
    put(tested, FILE, "@pytest.mark.points(0)\ndef test_x():\n    pass\n")
    assert "points for at least one test" in str(problem(tested))


def test_checks_of_another_kind_have_no_place_there(tested: Path) -> None:
    put(tested, LAB, 'title = "Add"\nstyle = "pytest"\n[[check]]\nid = "x"\n')
    assert "its tests are its checks" in str(problem(tested))


def test_what_does_not_belong_among_the_tests_is_told(tested: Path) -> None:
    put(tested, "labs/add/tests/data.csv", "1\n")
    put(tested, "labs/add/tests/test_latin.py", "é = 1\n".encode("latin-1"))
    told = str(problem(tested))
    assert "data.csv: expected a Python file" in told
    assert "test_latin.py: expected UTF-8 text" in told


def test_tests_that_are_huge_together_are_refused(tested: Path) -> None:
    for number in range(3):
        put(tested, f"labs/add/tests/more_{number}.py", "#" * 200_000)
    assert "at most 512 KiB in all tests together" in str(problem(tested))


def test_a_folder_of_tests_that_leads_out_of_the_course_is_none(tested: Path) -> None:
    folder = tested / "labs/add/tests"
    folder.rename(tested.parent / "outside")
    folder.symlink_to(tested.parent / "outside")
    assert "at least one function test_*" in str(problem(tested))
