"""`interleave course new-lab`: a lab from a template keeps all its promises at once."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from graders.content import known_submissions, load_course
from graders.lab import Lab
from graders.properties import PROPERTIES
from graders.verdict import Verdict
from tests.workers.cli.conftest import Run
from workers.cli.new_lab import kinds


def items(course: Path) -> list[str]:
    return tomllib.loads((course / "course.toml").read_text(encoding="utf-8"))["items"]


@pytest.mark.parametrize("kind", kinds())
def test_a_lab_from_a_template_is_in_its_course_and_passes_the_check(
    run: Run, tmp_path: Path, kind: str
) -> None:
    course = tmp_path / "my-course"
    made = run("course", "new-lab", course, "first-try", "--property", kind, "--title", 'A "first" try ä')
    assert made.exit_code == 0, made.output
    (lab,) = load_course(course).items
    assert isinstance(lab, Lab)
    assert lab.title == 'A "first" try ä'
    assert (course / "labs/first-try/README.md").read_text().startswith('# A "first" try ä\n')
    promised = {known.verdict for known in known_submissions(course, lab)}
    assert Verdict.PASSED in promised
    assert len(promised) > 1, "a template shows a mistake too"
    checked = run("course", "check", course, "--sandbox", "local")
    assert checked.exit_code == 0, checked.output


def test_there_is_a_template_for_each_property_staff_are_told_of() -> None:
    templates = {
        "conservation",
        "final-value",
        "mutual-exclusion",
        "order",
        "output",
        "python",
        "termination",
    }
    assert set(kinds()) >= templates
    assert templates - {"termination"} <= set(PROPERTIES)


WRITTEN = [
    ("items = []\n", "items = ["),
    ('title = "x"\nitems = ["labs/counter"]\n', 'items = ["labs/counter", "labs/new"]'),
    ('items = ["labs/counter",]\ntitle = "x"', 'items = ["labs/counter", "labs/new"]\ntitle = "x"'),
    (
        'items = [\n  "labs/counter", # the [first]\n]\n# the end\n',
        'items = [\n  "labs/counter", # the [first]\n  "labs/new",\n]\n# the end\n',
    ),
]


@pytest.mark.parametrize(("before", "after"), WRITTEN)
def test_the_rest_of_the_courses_file_stays_as_its_author_wrote_it(
    run: Run, courses: Path, before: str, after: str
) -> None:
    file = courses / "small/course.toml"
    file.write_text(before if "title" in before else f'title = "x"\n{before}')
    assert run("course", "new-lab", courses / "small", "new").exit_code == 0
    assert after in file.read_text()
    assert items(courses / "small")[-1] == "labs/new"


def test_a_way_of_writing_that_is_not_understood_is_told_and_nothing_is_made(run: Run, courses: Path) -> None:
    file = courses / "small/course.toml"
    file.write_text('title = "x"\n"items" = ["labs/counter"]\n')
    result = run("course", "new-lab", courses / "small", "new")
    assert result.exit_code == 2
    assert "add 'labs/new' to its items" in result.stderr
    assert not (courses / "small/labs/new").exists()


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("Not A Slug",), "cannot be a lab's name"),
        (("../elsewhere",), "cannot be a lab's name"),
        (("counter",), "is there already"),
        (("words",), "has an item words already"),
        (("new", "--title", "two\nlines"), "a title is one line"),
    ],
)
def test_what_cannot_be_made_is_told_and_nothing_is_changed(
    run: Run, courses: Path, arguments: tuple[str, ...], told: str
) -> None:
    before = sorted(path.relative_to(courses) for path in courses.rglob("*"))
    result = run("course", "new-lab", courses / "small", *arguments)
    assert result.exit_code == 2
    assert told in result.stderr
    assert sorted(path.relative_to(courses) for path in courses.rglob("*")) == before


def test_a_course_that_cannot_be_read_is_told_before_anything_is_made(run: Run, courses: Path) -> None:
    (courses / "small/labs/counter/lab.toml").write_text("title = 3\n")
    result = run("course", "new-lab", courses / "small", "new")
    assert result.exit_code == 2
    assert "lab.toml" in result.stderr
    assert not (courses / "small/labs/new").exists()
