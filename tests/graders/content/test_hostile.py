"""Course folders and archives that are careless or hostile are refused quickly, with file and key."""

from __future__ import annotations

import io
import stat
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from graders.content import known_submissions, load_course, read_course
from graders.content.packed import read_archive
from graders.errors import ContentError
from graders.lab import Lab
from tests.graders.content.folders import FILES, change, put

LAB, QUIZ = "labs/add/lab.toml", "quizzes/quiz/quiz.toml"
OWN = 'title = "Add"\n[[check]]\nid = "my-own"\ntitle = "It"\npoints = 1\nproperty = "python"\n'
START = 'title = "x"\n'


def problem(course: Path) -> ContentError:
    with pytest.raises(ContentError) as caught:
        load_course(course)
    return caught.value


WRITTEN: list[tuple[str, str | bytes, str]] = [
    ("course.toml", "x = " + "[" * 100_000, "valid TOML; it is nested too deeply"),
    ("course.toml", "title = " + "9" * 10_000, "valid TOML"),
    ("course.toml", 'title = "a"\ntitle = "b"\n', "valid TOML"),
    ("course.toml", 'title = "Zähler"\n'.encode("latin-1"), "UTF-8 text; line 1 has a byte that is not"),
    ("course.toml", 'title = "x"\n'.encode("utf-16"), "UTF-8 text"),
    ("course.toml", b'title = "x"\0\n', "a NUL byte"),
    ("course.toml", 'title = "x"\nitems = []\nterm = 2026\n', "term: expected text, not 2026"),
    (
        "course.toml",
        f'title = "x"\nitems = []\nterm = "{"x" * 81}"\n',
        "text of at most 80 characters, not 81",
    ),
    ("course.toml", f'title = "{"x" * 201}"\nitems = []\n', "title: expected text of at most 200 characters"),
    ("course.toml", START + 'items = ["labs/' + "a" * 81 + '"]\n', "items: expected a list of items"),
    ("course.toml", START + "items = [" + "'labs/add'," * 501 + "]\n", "at most 500 items, not 501"),
    ("course.toml", "items = { a = 1 }\n", "title: expected text; it is missing"),
    ("lessons/intro.md", "# " + "x" * 201 + "\n", "a title of at most 200 characters"),
    (LAB, "title = 1979-05-27\n", "title: expected text, not datetime.date(1979, 5, 27)"),
    (LAB, 'title = "x"\ncheck = 5\n', "check: expected [[check]] tables, not 5"),
    (LAB, 'title = "x"\nlimits = [1]\n', "limits: expected a table, not [1]"),
    (LAB, f"title = {'9' * 4_000}\nstyle = [0x{'f' * 9_000}]\n", "not a number of that size"),
    (LAB, "[[check]]\n" * 20_000, "at most 200 [[check]] tables, not 20000"),
    (LAB, "".join(f"k{n} = 1\n" for n in range(20_000)), "k0: expected no such key"),
    (LAB, OWN.replace("python", "output") + "with = { last = 1979-05-27 }\n", "check[1].with.last"),
    ("labs/add/starter.py", "x = " + "-" * 100_000 + "1\n", "Python that is nested less deeply"),
    ("labs/add/starter.py", "x = " + "(" * 1_000 + ")" * 1_000, "valid Python"),
    (QUIZ, "title = 'x'\n" + "[[question]]\n" * 5_000, "at most 200 [[question]] tables, not 5000"),
    (QUIZ, 'title = "x"\n[[question]]\noption = "A"\n', "question[1].option: expected [[option]] tables"),
]


@pytest.mark.timeout(20)
@pytest.mark.parametrize(("file", "content", "told"), WRITTEN)
def test_what_is_written_in_a_file_is_refused_with_file_and_key(
    course: Path, file: str, content: str | bytes, told: str
) -> None:
    put(course, file, content)
    error = problem(course)
    assert told in str(error)
    assert str(course / file) in str(error)
    assert len(str(error).splitlines()) <= 200


def test_files_that_are_huge_together_are_refused(course: Path) -> None:
    names = [f"big-{number}" for number in range(80)]
    for name in names:
        put(course, f"lessons/{name}.md", f"# {name}\n" + "x" * 250_000)
    put(course, "course.toml", f"{START}items = {[f'lessons/{name}' for name in names]}\n")
    error = problem(course)
    assert "at most 16 MiB in all files of the course together" in str(error)
    assert "lessons/big-" in error.file


def test_links_that_lead_around_in_a_circle_are_refused(course: Path) -> None:
    lesson = course / "lessons/intro.md"
    lesson.unlink()
    lesson.symlink_to("other.md")
    (course / "lessons/other.md").symlink_to("intro.md")
    assert problem(course).file == str(lesson)


def test_a_folder_that_is_linked_into_itself_is_no_trap(course: Path) -> None:
    (course / "labs/add/submissions/passed/again").symlink_to(course)
    (course / "labs/again").symlink_to(course / "labs")
    lab = load_course(course).items[1]
    assert isinstance(lab, Lab)
    assert len(known_submissions(course, lab)) == 2


def test_a_known_submission_that_leads_out_is_refused(course: Path) -> None:
    (course / "labs/add/submissions/passed/secret.py").symlink_to("/etc/hostname")
    lab = load_course(course).items[1]
    assert isinstance(lab, Lab)
    with pytest.raises(ContentError, match="not a link out of it"):
        known_submissions(course, lab)


@pytest.mark.parametrize(
    ("source", "key", "told"),
    [
        (None, "", "it is missing"),
        ("def my_own(run:\n", "line 1", "valid Python"),
        ("x = 1\n", "my_own", "a function my_own(run), for the check 'my-own'"),
        ("def my_own():\n    pass\n", "my_own", "can be called as my_own(run)"),
        ("def my_own(run, extra):\n    pass\n", "my_own", "can be called as my_own(run)"),
        ("def my_own(run, *, extra):\n    pass\n", "my_own", "can be called as my_own(run)"),
        ("x = " + "-" * 100_000 + "1\n", "", "nested less deeply"),
    ],
)
def test_a_property_that_cannot_be_asked_is_told(
    course: Path, source: str | None, key: str, told: str
) -> None:
    put(course, LAB, OWN)
    if source is not None:
        put(course, "labs/add/property.py", source)
    error = problem(course)
    assert (error.file, error.key) == (str(course / "labs/add/property.py"), key)
    assert told in error.expected


def test_a_property_is_not_run_when_a_course_is_loaded(course: Path) -> None:
    put(course, LAB, OWN + "with = { most = 3 }\n")
    put(course, "labs/add/property.py", "raise SystemExit('run')\ndef my_own(run, most, *, more=1): pass\n")
    lab = load_course(course).items[1]
    assert isinstance(lab, Lab)
    assert lab.own_property.startswith("raise")


def archive(change: Callable[[zipfile.ZipFile], None], folder: str = "course/") -> bytes:
    """The small course, packed, after `change` has had its way."""
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as opened:
        for name, text in FILES.items():
            opened.writestr(folder + name, text)
        change(opened)
    return data.getvalue()


def link(opened: zipfile.ZipFile) -> None:
    entry = zipfile.ZipInfo("course/lessons/secret.md")
    entry.external_attr = (stat.S_IFLNK | 0o777) << 16
    opened.writestr(entry, "/etc/passwd")


@pytest.mark.parametrize("folder", ["", "course/", "downloads/of mine/course/"])
def test_a_packed_course_is_the_same_as_its_folder(course: Path, folder: str) -> None:
    packed = read_archive("course.zip", archive(lambda _: None, folder))
    assert packed.title == "course"
    assert read_course(packed) == load_course(course)


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize(
    ("change", "told"),
    [
        (link, "is a link or a device"),
        (lambda opened: opened.writestr("course/../../x", "x"), "leads out of it"),
        (lambda opened: opened.writestr("/etc/x", "x"), "leads out of it"),
        (lambda opened: opened.writestr("course/course.toml", "x"), "course.toml is in it twice"),
        (lambda opened: opened.writestr("other/course.toml", "x"), "one course; there are"),
        (lambda opened: opened.writestr("course/zeros", bytes(20 * 1024**2)), "unpacks to more than allowed"),
        (lambda opened: opened.writestr("course/big.md", bytes(300_000)), "a file may have at most 256 KiB"),
        (lambda opened: [opened.writestr(f"x/{n}", "") for n in range(5001)], "send at most 5000"),
    ],
)
def test_an_archive_that_is_up_to_something_is_refused(
    change: Callable[[zipfile.ZipFile], None], told: str
) -> None:
    with pytest.raises(ContentError) as caught:
        read_archive("course.zip", archive(change))
    assert told in str(caught.value)
    assert caught.value.file == "course.zip"


def test_a_damaged_archive_and_one_without_a_course_are_refused() -> None:
    whole = archive(lambda _: None)
    for data in (b"", b"PK\x03\x04", whole[: len(whole) // 2]):
        with pytest.raises(ContentError, match="damaged, or no zip archive"):
            read_archive("course.zip", data)
    empty = io.BytesIO()
    zipfile.ZipFile(empty, "w").close()
    with pytest.raises(ContentError, match=r"no course\.toml is in it"):
        read_archive("course.zip", empty.getvalue())


def test_mistakes_in_a_packed_course_are_told_by_the_names_its_author_knows() -> None:
    data = archive(lambda opened: opened.writestr("course/labs/call/more.txt", "x"))
    files = read_archive("course.zip", data)
    files._files[LAB] = b"title = 5\n"
    files._files["labs/call/README.md"] = b"\xff"
    del files._files["labs/call/starter.py"]
    with pytest.raises(ContentError) as caught:
        read_course(files)
    told = str(caught.value)
    assert f"{LAB}: title: expected text, not 5" in told
    assert "labs/call/README.md: expected UTF-8 text; line 1" in told
    assert "labs/call/starter.py: expected this file; it is missing" in told


def test_a_file_in_place_of_a_folder_is_told(course: Path) -> None:
    change(course, "course.toml", "labs/add", "labs/other")
    put(course, "labs/other", "no folder")
    error = problem(course)
    assert any(str(course / "labs/other/lab.toml") == one.file for one in (error, *error.others))
