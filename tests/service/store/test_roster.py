"""Rosters as spreadsheets write them."""

from __future__ import annotations

import csv
import io
import threading
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from service.store import accounts, roster
from service.store.audit import AuditEntry
from service.store.intake import submit
from service.store.models import Course, Enrollment, Role, User
from service.store.roster import Roster, RosterChangedError, RosterError, What
from tests.service.store.conftest import World

PLAIN = "login,name,email,section\nbob,Bob Müller,bob@example.org,A\ncarl,Carl Ñandú,,B\n"


def do(world: World, data: bytes | str, **rest: Any) -> tuple[Roster, str]:
    with world.database.write() as session:
        course = session.scalars(select(Course)).one()
        raw = data.encode() if isinstance(data, str) else data
        return roster.import_roster(session, course, raw, **rest)


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
        PLAIN.replace("\n", "\r").encode(),
        ("sep=;\r\n" + PLAIN.replace(",", ";")).encode("cp1252"),
        PLAIN.replace("name,", '"name\nof the person",name,')
        .replace("bob,", 'bob,"x\ny",')
        .replace("carl,", "carl,,")
        .encode(),
        ("Username\tFirst name\tSurname\nbob\tBob\tMüller\ncarl\tCarl\tÑandú\n").encode("utf-16"),
        PLAIN.replace("Bob Müller", '"Bob\r\nMüller"').encode(),
        ('"login","name"\n"bob","Bob Müller"\n"carl","Carl Ñandú"\n').encode("utf-8-sig"),
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
        "old mac",
        "separator line",
        "newline in a heading",
        "two columns for a name",
        "newline in a name",
        "everything quoted",
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
        ("bob,Müller, Bob", "Line 2: it has 3 cells, and the first line names 2. Is there a comma inside"),
        ("1.23E+07,Shortened", "Line 2: '1.23E+07' is a number that a spreadsheet shortened."),
        ('bob,"two\nlines"\nx y,Space', "Line 4: A login is"),
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
        "Line 3: the role 'boss' is unknown; it is student, grader, assistant or instructor.",
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
    done, text = do(world, "login,name,role,section\nada,Somebody Else,assistant,B\n")
    assert [(e.login, e.what, e.keeps_own) for e in done.entries] == [("ada", What.ENROL, True)]
    assert text.strip() == "login,name,password"
    with world.database.read() as session:
        (row,) = session.scalars(select(Enrollment))
        assert (row.user_id, row.role, row.section) == (world.user_id, Role.ASSISTANT, "B")
        assert session.get_one(User, world.user_id).name == ""
    again, _ = do(world, "login\nada\n")
    assert again.entries[0].what is What.KEEP


def test_what_a_file_does_not_say_of_a_member_stays(world: World) -> None:
    do(world, "login,role,section\nada,staff,B\n")
    again, _ = do(world, "login,role,section\nada,,\n")
    assert not again.entries[0].changes_role
    do(world, "login\nada\n")
    with world.database.read() as session:
        (row,) = session.scalars(select(Enrollment))
        assert (row.role, row.section) == (Role.INSTRUCTOR, "B")


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


@pytest.mark.parametrize(
    ("rows", "problem"),
    [
        (
            "bob,A\nBob,B",
            "Line 3: bob is in section B here and in section A in line 2. ONE: keep one of the lines.",
        ),
        ("bob,A\nbob,A", "Line 3: bob stands in line 2 already."),
        (
            "bob,A; B",
            "Line 2: 'A; B' looks like two sections. ONE: keep one of them.",
        ),
        (
            'bob,"A\nB"',
            "Line 2: 'A B' looks like two sections. ONE: keep one of them.",
        ),
    ],
)
def test_a_student_in_two_sections_is_told_and_nothing_is_done(world: World, rows: str, problem: str) -> None:
    done, _ = do(world, f"login,section\n{rows}\n")
    assert done.problems == [problem.replace("ONE", "A student is in one section of a course")]
    assert set(people(world)) == {"ada"}


def members(world: World) -> dict[str, tuple[str, str]]:
    with world.database.read() as session:
        rows = session.execute(
            select(User.login, Enrollment.role, Enrollment.section).join(User, User.id == Enrollment.user_id)
        )
        return {login: (str(role), section) for login, role, section in rows}


def look(world: World, data: str, **rest: bool) -> Roster:
    with world.database.read() as session:
        return roster.preview(session, session.scalars(select(Course)).one(), data.encode(), **rest)


def test_students_whom_the_file_does_not_name_are_taken_out_only_when_asked(world: World) -> None:
    do(world, "login,role,section\nbob,,A\ncarl,,A\ngrace,grader,\n")
    looked = look(world, "login,section\nbob,B\ndora,B\n", drop_missing=True)
    assert [drop.login for drop in looked.drops] == ["carl"]
    assert [(entry.login, entry.what) for entry in looked.entries] == [
        ("bob", What.CHANGE),
        ("dora", What.CREATE),
    ]
    assert members(world)["carl"] == ("student", "A")
    do(world, "login,section\nbob,B\ndora,B\n")
    assert "carl" in members(world)
    do(world, "login,section\nbob,B\ndora,B\n", drop_missing=True)
    assert members(world) == {"bob": ("student", "B"), "dora": ("student", "B"), "grace": ("grader", "")}


def test_who_was_taken_out_and_comes_back_has_everything_they_handed_in(world: World) -> None:
    do(world, "login\nada\nbob\n")
    kept, _ = submit(
        world.database, item_id=world.item_id, user_id=world.user_id, files={"a.py": "1"}, main="a.py"
    )
    gone, _ = do(world, "login\nbob\n", drop_missing=True)
    assert [(drop.login, drop.submissions) for drop in gone.drops] == [("ada", 1)]
    assert world.row(kept.id).user_id == world.user_id
    back, passwords = do(world, "login\nada\nbob\n")
    assert [(entry.what, entry.submissions) for entry in back.entries] == [(What.ENROL, 1), (What.KEEP, 0)]
    assert passwords.strip() == "login,name,password"
    assert world.row(kept.id).user_id == world.user_id


def test_the_second_of_two_who_import_is_told_and_nothing_of_theirs_is_done(world: World) -> None:
    do(world, "login,role,section\nann,instructor,\nbob,,A\n")
    file = "login,section\nbob,B\ncarl,B\n"
    first, second = look(world, file), look(world, "login,section\nbob,C\n")
    ann = people(world)["ann"]
    do(world, file, seen=first.digest, actor=ann)
    with pytest.raises(RosterChangedError, match="ann changed the roster while you looked at it") as told:
        do(world, "login,section\nbob,C\n", seen=second.digest)
    assert told.value.roster.entries[0].section_before == "B"
    assert members(world)["bob"] == ("student", "B")
    do(world, "login,section\nbob,C\n", seen=told.value.roster.digest)
    assert members(world)["bob"] == ("student", "C")


def test_a_change_elsewhere_does_not_disturb_an_import(world: World) -> None:
    do(world, "login,section\nbob,A\nzoe,A\n")
    looked = look(world, "login,section\nbob,B\n")
    do(world, "login,section\nzoe,B\n")
    do(world, "login,section\nbob,B\n", seen=looked.digest)
    assert members(world)["bob"] == ("student", "B")


def test_two_imports_at_the_same_moment_make_each_person_once(world: World) -> None:
    file = "login\n" + "".join(f"student{number}\n" for number in range(20))
    seen = look(world, file).digest
    ends: list[str] = []

    def run() -> None:
        try:
            do(world, file, seen=seen)
            ends.append("done")
        except RosterChangedError:
            ends.append("told")

    threads = [threading.Thread(target=run) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(ends) == ["done", "told", "told"]
    assert len(members(world)) == 20


def test_nobody_imports_themselves_out_of_their_role(world: World) -> None:
    do(world, "login,role\nann,instructor\n")
    ann = people(world)["ann"]
    done, _ = do(world, "login,role\nann,student\n", actor=ann)
    assert done.problems == ["Line 2: you cannot change your own role. Ask another instructor."]
    do(world, "login\nbob\n", actor=ann, drop_missing=True)
    assert members(world)["ann"][0] == "instructor"


def test_an_import_is_in_the_audit_log_with_who_came_changed_and_went(world: World) -> None:
    do(world, "login,section\nbob,A\ncarl,A\n")
    do(world, "login,section\nbob,B\nada,\ndora,\n", drop_missing=True)
    do(world, "login,section\nbob,B\n")
    with world.database.read() as session:
        entries = session.scalars(select(AuditEntry).order_by(AuditEntry.id)).all()
    assert [entry.action for entry in entries] == ["roster.import", "roster.import"]
    assert entries[1].details == {
        "created": ["dora"],
        "enrolled": ["ada"],
        "changed": {"bob": ["student/A", "student/B"]},
        "dropped": ["carl"],
    }
