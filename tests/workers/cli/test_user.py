"""`interleave user` and `course load`, with databases as sloppy people leave them."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import select

from service.store import accounts
from service.store.database import Database
from service.store.models import Course, Enrollment, Role
from workers.cli import main


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, list(arguments))


@pytest.fixture
def address(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    url = f"sqlite:///{tmp_path / 'new.db'}"
    monkeypatch.setenv("INTERLEAVE_DATABASE_URL", url)
    return url


@pytest.mark.usefixtures("address")
@pytest.mark.parametrize(
    "arguments",
    [("user", "add", "ada"), ("user", "password", "ada"), ("user", "token", "ada"), ("course", "load", ".")],
)
def test_a_database_without_tables_is_told_with_what_to_do(arguments: tuple[str, ...]) -> None:
    result = run(*arguments)
    assert result.exit_code == 2
    assert "new.db does not have the newest tables. Make them with `interleave migrate`" in result.stderr


def test_a_database_that_is_away_is_told_without_its_password(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INTERLEAVE_DATABASE_URL", "postgresql://me:hush@127.0.0.1:1/none")
    result = run("user", "add", "ada")
    assert result.exit_code == 2
    assert "cannot be reached" in result.stderr
    assert "hush" not in result.stderr


def test_a_new_account_can_log_in_with_the_password_printed_once(address: str) -> None:
    assert run("migrate").exit_code == 0
    made = run("user", "add", "Ada", "--admin")
    assert made.exit_code == 0
    login, password = made.stdout.strip().removeprefix("Login ").split(", password ")
    user = accounts.authenticate(Database(address), login, password)
    assert user is not None
    assert (user.login, user.is_admin) == ("ada", True)
    again = run("user", "add", "ada")
    assert (again.exit_code, again.stdout) == (2, "")
    assert "The login ada is taken." in again.stderr


def test_a_new_account_is_enrolled_with_the_roles_that_are_named(address: str) -> None:
    assert run("migrate").exit_code == 0
    database = Database(address)
    with database.write() as session:
        for slug in ("one", "two", "three"):
            session.add(Course(slug=slug, title=slug, digest="0" * 64))
    made = run("user", "add", "ira", "--instructor", "one", "--assistant", "two", "--student", "three")
    assert made.exit_code == 0
    with database.read() as session:
        found = {row.course.slug: row.role for row in session.scalars(select(Enrollment))}
    assert found == {"one": Role.INSTRUCTOR, "two": Role.ASSISTANT, "three": Role.STUDENT}
    assert "no course nowhere" in run("user", "add", "eve", "--grader", "nowhere").stderr
    database.dispose()
