"""`interleave user`: accounts, for the one who has the database."""

from __future__ import annotations

import click
from sqlalchemy import select

from graders.errors import CallerError
from service.store import accounts, tokens
from service.store.models import Course, Role
from workers.cli.database import current_database
from workers.embedded import people


@click.group()
def user() -> None:
    """Make accounts and give passwords."""


@user.command()
@click.argument("login")
@click.option("--name", default="", help="Name that is shown.")
@click.option("--email", default="", help="Address.")
@click.option("--admin", is_flag=True, help="May do everything in every course.")
@click.option("--student", "student_in", multiple=True, metavar="COURSE", help="Enrol as a student.")
@click.option("--grader", "grader_in", multiple=True, metavar="COURSE", help="Enrol as a grader.")
@click.option("--assistant", "assistant_in", multiple=True, metavar="COURSE", help="Enrol as an assistant.")
@click.option(
    "--instructor", "instructor_in", multiple=True, metavar="COURSE", help="Enrol as an instructor."
)
@click.option(
    "--unless-there-is-one", is_flag=True, help="With --admin: do nothing when there is an administrator."
)
def add(
    login: str,
    name: str,
    email: str,
    admin: bool,
    student_in: tuple[str, ...],
    grader_in: tuple[str, ...],
    assistant_in: tuple[str, ...],
    instructor_in: tuple[str, ...],
    unless_there_is_one: bool,
) -> None:
    """Make the account LOGIN and print its password, this once."""
    database = current_database()
    if unless_there_is_one:
        if not admin:
            raise click.UsageError("--unless-there-is-one goes with --admin.")
        made = people.first_admin(database, login)
        if made is None:
            click.echo("There is an administrator already.", err=True)
        else:
            _tell(made.login, made.password)
        return
    with database.write() as session:
        account, password = accounts.create_user(session, login, name=name, email=email, is_admin=admin)
        for role, slugs in (
            (Role.STUDENT, student_in),
            (Role.GRADER, grader_in),
            (Role.ASSISTANT, assistant_in),
            (Role.INSTRUCTOR, instructor_in),
        ):
            for slug in slugs:
                course = session.scalar(select(Course).where(Course.slug == slug))
                if course is None:
                    raise CallerError(
                        f"There is no course {slug}: load it first, with `interleave course load`."
                    )
                accounts.enrol(session, account, course, role)
    _tell(account.login, password)


@user.command()
@click.argument("login")
def password(login: str) -> None:
    """Give the account LOGIN a new password and print it, this once; its sessions end."""
    with current_database().write() as session:
        account = accounts.find_user(session, login)
        if account is None:
            raise CallerError(f"There is no account {login}.")
        _tell(account.login, accounts.set_password(session, account.id))


@user.command()
@click.argument("login")
@click.option("--name", default="command line", show_default=True, help="What the token is for.")
def token(login: str, name: str) -> None:
    """Make an API token for the account LOGIN and print it, this once."""
    database = current_database()
    with database.read() as session:
        account = accounts.find_user(session, login)
    if account is None:
        raise CallerError(f"There is no account {login}.")
    _, made = tokens.issue(database, account.id, name)
    click.echo(made)


def _tell(login: str, password: str) -> None:
    click.echo(f"Login {login}, password {password}")
