"""`interleave course load`: what changes is shown first, and a course comes from wherever it lies."""

from __future__ import annotations

import io
import os
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from graders.content import load_course
from service.store import migrate
from service.store.content_tables import Way
from service.store.courses import install_course
from service.store.database import Database
from service.store.lifecycle import submit
from service.store.models import Course, Item, User
from tests.workers.cli.conftest import Run


@pytest.fixture
def database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Database]:
    url = f"sqlite:///{tmp_path / 'interleave.db'}"
    monkeypatch.setenv("INTERLEAVE_DATABASE_URL", url)
    database = Database(url)
    migrate.upgrade(database)
    yield database
    database.dispose()


@pytest.fixture
def small(courses: Path) -> Path:
    return courses / "small"


def loaded(database: Database) -> dict[str, Course]:
    with database.read() as session:
        return {course.slug: course for course in session.scalars(select(Course))}


def git(folder: Path, *words: str) -> str:
    """Run git without anything this machine's owner has set."""
    plain = {"HOME": str(folder), "GIT_CONFIG_NOSYSTEM": "1", "PATH": os.environ["PATH"]}
    name = ("-c", "user.name=Me", "-c", "user.email=me@example.org")
    done = subprocess.run(
        ["git", *name, *words], cwd=folder, env=plain, check=True, capture_output=True, text=True
    )
    return done.stdout.strip()


@pytest.fixture
def clone(small: Path) -> Path:
    """A repository with two versions of the course in its folder `small`; the older one is tagged."""
    root = small.parent
    git(root, "init", "--quiet", "--initial-branch=main")
    git(root, "add", ".")
    git(root, "commit", "--quiet", "-m", "First")
    git(root, "tag", "first")
    (small / "lessons/words.md").write_text("# Other words\n\nText.\n")
    git(root, "commit", "--quiet", "-am", "Second")
    return root


def test_a_new_course_is_shown_and_loaded(run: Run, database: Database, small: Path) -> None:
    result = run("course", "load", small, "--yes")
    assert result.exit_code == 0, result.output
    assert result.stdout.splitlines()[0] == "small: Small, a new course"
    assert "new       lab     counter" in result.stdout
    assert "small is loaded." in result.stderr
    assert list(loaded(database)) == ["small"]


def test_without_anybody_to_ask_nothing_is_changed(run: Run, database: Database, small: Path) -> None:
    result = run("course", "load", small)
    assert result.exit_code == 2
    assert "nothing was changed, because there is nobody to ask: add --yes, or --dry-run" in result.stderr
    assert loaded(database) == {}


def test_a_person_is_asked_and_may_say_no(database: Database, small: Path) -> None:
    parent, child = os.openpty()
    os.write(parent, b"n\n")
    command = [sys.executable, "-m", "workers.cli", "course", "load", str(small)]
    done = subprocess.run(command, stdin=child, capture_output=True, text=True, timeout=60, check=False)
    os.close(parent)
    os.close(child)
    assert "Load it like this?" in done.stderr
    assert done.returncode == 130
    assert loaded(database) == {}


def test_a_dry_run_tells_of_every_change_and_makes_none(run: Run, database: Database, small: Path) -> None:
    run("course", "load", small, "--yes")
    with database.write() as session:
        ada = User(login="ada")
        session.add(ada)
        item = session.scalars(select(Item.id).where(Item.slug == "counter")).one()
    submit(database, item_id=item, user_id=ada.id, files={"counter.py": ""})
    lab = small / "labs/counter/lab.toml"
    lab.write_text(lab.read_text().replace("points = 10", "points = 12"))
    quiz = small / "quizzes/quiz/quiz.toml"
    quiz.write_text(
        quiz.read_text().replace("right = true\n", "").replace('"that"\n', '"that"\nright = true\n')
    )
    course = small / "course.toml"
    course.write_text(course.read_text().replace(', "lessons/words"', ""))
    before = loaded(database)["small"].digest
    result = run("course", "load", small, "--dry-run")
    assert result.exit_code == 0, result.output
    lines = [" ".join(line.split()) for line in result.stdout.splitlines()]
    work = "1 submission of 1 student, which keep their marks until you grade them again"
    assert lines == [
        "small: Small",
        f"changed lab counter points (10 to 12 in all); {work}",
        "changed quiz quiz quiz key (of q1)",
        "retired lesson words",
    ]
    assert loaded(database)["small"].digest == before


def test_what_is_loaded_already_is_told(run: Run, database: Database, small: Path) -> None:
    run("course", "load", small, "--yes")
    result = run("course", "load", small)
    assert result.exit_code == 0
    assert "3 items stay as they are" in result.stdout


def test_one_folder_becomes_several_courses_and_a_term_stays_until_another_is_given(
    run: Run, database: Database, small: Path
) -> None:
    run("course", "load", small, "--yes", "--term", "autumn 2026")
    run("course", "load", small, "--yes", "--slug", "small-2027", "--term", "spring 2027")
    (small / "lessons/words.md").write_text("# Other words\n\nText.\n")
    run("course", "load", small, "--yes")
    assert {slug: course.term for slug, course in loaded(database).items()} == {
        "small": "autumn 2026",
        "small-2027": "spring 2027",
    }


def test_a_zip_archive_is_loaded(run: Run, database: Database, small: Path, tmp_path: Path) -> None:
    archive = tmp_path / "anything.zip"
    with zipfile.ZipFile(archive, "w") as opened:
        for path in small.rglob("*.*"):
            opened.write(path, path.relative_to(small.parent))
    assert run("course", "load", archive, "--yes").exit_code == 0
    assert list(loaded(database)) == ["small"]


def test_a_git_repository_is_loaded_at_any_version(run: Run, database: Database, clone: Path) -> None:
    address = f"file://{clone}"
    assert run("course", "load", address, "--folder", "small", "--ref", "first", "--yes").exit_code == 0
    assert "Words" in titles(database)
    result = run("course", "load", address, "--folder", "small", "--yes")
    assert "title (“Words” to “Other words”)" in result.stdout
    assert "Other words" in titles(database)
    again = run("course", "load", clone, "--ref", "first", "--folder", "small", "--dry-run")
    assert "title (“Other words” to “Words”)" in again.stdout


def titles(database: Database) -> list[str]:
    with database.read() as session:
        return list(session.scalars(select(Item.title)))


def test_a_repository_that_leads_out_of_itself_is_refused(
    run: Run, database: Database, clone: Path, tmp_path: Path
) -> None:
    secret = tmp_path / "secret"
    secret.write_text("# Secret\n\npassword\n")
    lesson = clone / "small/lessons/words.md"
    lesson.unlink()
    lesson.symlink_to(secret)
    git(clone, "commit", "--quiet", "-am", "A link")
    result = run("course", "load", f"file://{clone}", "--folder", "small", "--yes")
    assert result.exit_code == 2
    assert "not a link out of it" in result.stderr
    assert loaded(database) == {}


@pytest.mark.parametrize(
    ("place", "rest", "told"),
    [
        ("nowhere", (), "there is no nowhere"),
        ("file:///nowhere.git", (), "git could not fetch the course: fatal:"),
        ("file:///nowhere.git", ("--ref", "--upload-pack=touch x"), "is no branch, tag or commit"),
        (".", ("--folder", "../.."), "leads out"),
        ("ext::touch x.git", (), "git could not fetch the course"),
    ],
)
@pytest.mark.usefixtures("database")
def test_a_place_that_is_none_is_told(run: Run, place: str, rest: tuple[str, ...], told: str) -> None:
    result = run("course", "load", place, "--yes", *rest)
    assert result.exit_code == 2
    assert told in result.stderr


def test_a_hostile_archive_is_refused(run: Run, database: Database, tmp_path: Path) -> None:
    bomb = tmp_path / "bomb.zip"
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as opened:
        opened.writestr("course.toml", 'title = "x"\nitems = []\n')
        opened.writestr("zeros", io.BytesIO(bytes(32 * 1024**2)).getvalue())
    result = run("course", "load", bomb, "--yes")
    assert result.exit_code == 2
    assert "unpacks to more than allowed" in result.stderr


def test_a_start_leaves_alone_what_somebody_has_loaded_since(
    run: Run, database: Database, small: Path
) -> None:
    assert run("course", "load", small, "--at-start").exit_code == 0
    with database.write() as session:
        install_course(session, load_course(small, "small", "by hand"), way=Way.PAGE)
    (small / "lessons/words.md").write_text("# Other words\n\nText.\n")
    result = run("course", "load", small, "--at-start")
    assert result.exit_code == 0
    assert "small stays as it was last loaded by hand" in result.stderr
    assert "Words" in titles(database)


def test_an_item_of_another_kind_is_told_and_nothing_is_loaded(
    run: Run, database: Database, small: Path
) -> None:
    run("course", "load", small, "--yes")
    (small / "lessons/counter.md").write_text("# Counter\n\nText.\n")
    course = small / "course.toml"
    course.write_text(course.read_text().replace("labs/counter", "lessons/counter"))
    result = run("course", "load", small, "--yes")
    assert result.exit_code == 2
    assert "PROBLEM   small/counter was a lab and is a lesson now" in result.stdout
