"""Rosters as spreadsheets write them."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from service.store import accounts, roster
from service.store.models import Course, Enrollment, Role, User
from service.store.roster import Roster, RosterError
from tests.service.store.conftest import World

PLAIN = "login,name,email,section\nbob,Bob Müller,bob@example.org,A\ncarl,Carl Ñandú,,B\n"


def do(world: World, data: bytes | str) -> tuple[Roster, str]:
    with world.database.write() as session:
        course = session.scalars(select(Course)).one()
        return roster.import_roster(session, course, data.encode() if isinstance(data, str) else data)


def people(world: World) -> dict[str, User]:
    with world.database.read() as session:
        return {user.login: user for user in session.scalars(select(User))}


def test_everybody_is_made_and_enrolled_and_the_passwords_are_given_back_once(world: World) -> None:
    done, text = do(world, PLAIN)
    assert done.new_accounts == 2
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [row["login"] for row in rows] == ["bob", "carl"]
    for row in rows:
        assert accounts.authenticate(world.database, row["login"], row["password"]) is not None
    assert people(world)["bob"].name == "Bob Müller"


@pytest.mark.parametrize(
    "data",
    [
        PLAIN.encode("utf-8-sig"),
        PLAIN.encode("cp1252"),
        PLAIN.encode("utf-16"),
        PLAIN.encode("utf-16-le"),
        PLAIN.encode("utf-16-be"),
        PLAIN.replace(",", ";").encode(),
        PLAIN.replace(",", "\t").encode("utf-16"),
        PLAIN.replace("\n", "\r\n").encode(),
        ("\n\n" + PLAIN + "\n,,,\n").encode(),
        PLAIN.replace("login,name", "Username,Full Name").encode(),
    ],
    ids=[
        "bom",
        "cp1252",
        "utf16",
        "utf16le",
        "utf16be",
        "semicolons",
        "tabs",
        "crlf",
        "blank",
        "other names",
    ],
)
def test_every_way_a_spreadsheet_writes_is_read(world: World, data: bytes) -> None:
    do(world, data)
    assert people(world)["bob"].name == "Bob Müller"
    assert people(world)["carl"].name == "Carl Ñandú"


@pytest.mark.parametrize(
    ("rows", "problem"),
    [
        ("bob,Bob\nBOB,Again", "Line 3: bob stands in line 2 already."),
        ("bob,Bob\n,Nameless", "Line 3: the login is missing."),
        ("a b,Space", "Line 2: A login is"),
    ],
)
def test_one_wrong_row_is_named_and_nobody_is_made(world: World, rows: str, problem: str) -> None:
    before = set(people(world))
    done, text = do(world, f"login,name\n{rows}\nzoe,Zoe\n")
    assert len(done.problems) == 1
    assert done.problems[0].startswith(problem)
    assert text == ""
    assert set(people(world)) == before


def test_every_wrong_row_is_named_at_once(world: World) -> None:
    done, _ = do(world, "login,email,role\nbob,nomail,\ncarl,,boss\n")
    assert done.problems == [
        "Line 2: 'nomail' is not an e-mail address.",
        "Line 3: the role 'boss' is unknown; it is student or staff.",
    ]


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "empty"),
        (b"  \n", "empty"),
        (b"login,name\n", "no rows"),
        (b"name,email\nBob,b@x\n", "no column login; it names: name, email"),
        (b"login,username\na,b\n", "Two columns"),
        (b"PK\x03\x04\x00\x00\x00\x00", "not text"),
        (b"login\n" + b"x" * 1_100_000, "larger than 1024 KiB"),
        (b'login\n"' + b"x" * 200_000 + b'"\n', "Line"),
    ],
)
def test_what_is_no_roster_is_refused(world: World, data: bytes, message: str) -> None:
    with pytest.raises(RosterError, match=message):
        do(world, data)


def test_who_has_an_account_keeps_it_and_is_enrolled(world: World) -> None:
    done, text = do(world, "login,name,role,section\nada,Somebody Else,staff,B\n")
    assert [(e.login, e.new, e.enrolled) for e in done.entries] == [("ada", False, False)]
    assert text.strip() == "login,name,password"
    with world.database.read() as session:
        (row,) = session.scalars(select(Enrollment))
        assert (row.user_id, row.role, row.section) == (world.user_id, Role.STAFF, "B")
    again, _ = do(world, "login\nada\n")
    assert again.entries[0].enrolled


def test_what_a_file_does_not_say_of_a_member_stays(world: World) -> None:
    do(world, "login,role,section\nada,staff,B\n")
    again, _ = do(world, "login,role,section\nada,,\n")
    assert not again.entries[0].changes_role
    do(world, "login\nada\n")
    with world.database.read() as session:
        (row,) = session.scalars(select(Enrollment))
        assert (row.role, row.section) == (Role.STAFF, "B")


def test_a_change_of_role_is_told_and_made(world: World) -> None:
    do(world, "login,role\nada,staff\n")
    done, _ = do(world, "login,role\nada,student\n")
    assert done.entries[0].changes_role
    with world.database.read() as session:
        assert session.scalars(select(Enrollment)).one().role is Role.STUDENT


def test_the_preview_changes_nothing(world: World) -> None:
    with world.database.read() as session:
        found = roster.preview(session, session.scalars(select(Course)).one(), PLAIN.encode())
        assert [entry.line for entry in found.entries] == [2, 3]
    assert set(people(world)) == {"ada"}


def test_no_cell_of_the_passwords_file_is_a_formula(world: World) -> None:
    _, text = do(world, "login,name\n=cmd,+evil\n")
    assert "\n'=cmd,'+evil," in text.replace("\r", "")


@given(
    data=st.binary(max_size=300)
    | st.text(max_size=300).map(lambda t: b"login,name\n" + t.encode("utf-8", "replace"))
)
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
def test_whatever_the_file_holds_it_is_imported_whole_or_refused(world: World, data: bytes) -> None:
    before = len(people(world))
    try:
        done, _ = do(world, data)
    except RosterError:
        assert len(people(world)) == before
        return
    assert len(people(world)) == before + (0 if done.problems else done.new_accounts)
    with world.database.read() as session:
        assert session.scalar(select(func.count()).select_from(User)) == len(people(world))
