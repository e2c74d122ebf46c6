"""The pages about a course's members: who sees them, who changes whom, and who is told."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select, update

from service.store.audit import AuditEntry
from service.store.models import Enrollment, Role, User
from tests.service.web.conftest import text_of
from tests.service.web.people import link_in, more_people
from tests.service.web.school import PASSWORD

STAFF = "/courses/shared-data/people"
NEW = "a wholly new password"


@pytest.fixture(autouse=True)
def people(school) -> str:
    return more_people(school)


def page_of(school, login: str) -> str:
    return f"{STAFF}/{school.user[login]}"


def seen(answer) -> str:
    return re.search(r'name="seen" value="([^"]*)"', answer.text)[1]


def role_of(school, login: str) -> tuple[Role, str]:
    with school.database.read() as session:
        row = session.scalars(
            select(Enrollment)
            .join(Enrollment.course)
            .where(Enrollment.user_id == school.user[login])
            .order_by(Enrollment.course_id)
        ).first()
        return row.role, row.section


def test_the_staff_are_listed_with_their_roles_the_highest_first(browser):
    text = text_of(browser("greta").get(STAFF))
    assert text.index("Grace Hopper") < text.index("Amy") < text.index("Greta")
    assert "Ada Lovelace" not in text
    assert "Add somebody" not in text
    assert "Add somebody" in text_of(browser("grace").get(STAFF))


def test_somebody_with_an_account_is_added(browser, school):
    grace = browser("grace")
    assert grace.send(STAFF, login="stranger", role="assistant").status_code == 303
    assert role_of(school, "stranger") == (Role.ASSISTANT, "")
    assert "stranger is in the course now" in text_of(grace.get(STAFF))
    assert browser("stranger").get("/courses/shared-data/staff").status_code == 200


@pytest.mark.parametrize(
    ("login", "role", "words"),
    [
        ("nobody", "grader", "There is no account"),
        ("ada", "grader", "is in the course already"),
        ("stranger", "emperor", "There is no role"),
    ],
)
def test_who_cannot_be_added_is_told_beside_the_field(browser, login, role, words):
    answer = browser("grace").send(STAFF, login=login, role=role)
    assert answer.status_code == 422
    assert words in text_of(answer)
    assert 'aria-invalid="true"' in answer.text
    assert f'value="{login}"' in answer.text


def test_a_role_and_a_section_are_changed_on_a_members_page(browser, school):
    grace, page = browser("grace"), page_of(school, "ada")
    answer = grace.send(page, role="grader", section="B", seen=seen(grace.get(page)))
    assert answer.status_code == 303
    assert role_of(school, "ada") == (Role.GRADER, "B")
    assert browser("ada").get("/courses/shared-data/staff").status_code == 200


def test_the_second_of_two_staff_is_told_and_sees_how_it_is_now(browser, school):
    grace, root, page = browser("grace"), browser("root"), page_of(school, "ada")
    looked = seen(grace.get(page))
    root.send(page, role="student", section="C", seen=looked)
    for address in (page, page + "/drop"):
        told = grace.send(address, on=page, role="student", section="B", seen=looked)
        assert told.status_code == 409
        assert "Somebody else changed ada in the meantime: now student, section C." in text_of(told)
        assert seen(told) == "student/C"
    assert role_of(school, "ada") == (Role.STUDENT, "C")


def test_who_is_gone_meanwhile_is_not_found(browser, school):
    grace, root, page = browser("grace"), browser("root"), page_of(school, "ada")
    looked = seen(grace.get(page))
    root.send(page + "/drop", on=page, seen=looked)
    answer = grace.send(page, on="/courses/shared-data/people", role="student", section="B", seen=looked)
    assert answer.status_code == 404
    assert "not in the course, or not any more" in text_of(answer)


def test_nobody_is_offered_to_change_their_own_role(browser, school):
    grace, page = browser("grace"), page_of(school, "grace")
    shown = grace.get(page)
    assert re.findall(r'<option value="(\w+)"', shown.text.split('id="role"')[1].split("</select>")[0]) == [
        "instructor"
    ]
    assert "Take grace out" not in text_of(shown)
    answer = grace.send(page, role="student", seen=seen(shown))
    assert answer.status_code == 422
    assert "You cannot change your own role" in text_of(answer)


def test_a_dropped_student_sees_what_they_handed_in_and_nothing_of_the_course(browser, school):
    one = school.hand_in("eve")
    grace, page = browser("grace"), page_of(school, "eve")
    grace.send(page + "/drop", on=page, seen=seen(grace.get(page)))
    eve = browser("eve")
    assert eve.get(f"/submissions/{one}").status_code == 200
    assert eve.get("/courses/shared-data").status_code == 404
    assert grace.get(f"/submissions/{one}").status_code == 200
    grace.send(STAFF, login="eve", role="student")
    assert "A counter that counts" in text_of(eve.get("/results"))


def test_a_member_gets_a_new_password_by_a_link_that_staff_never_use(browser, school):
    grace, page = browser("grace"), page_of(school, "ada")
    made = grace.send(page + "/reset", on=page)
    assert made.status_code == 201
    link = link_in(made, "reset")
    assert link not in grace.get(page).text
    assert browser("").send("/login", login="ada", password=PASSWORD).status_code == 303
    ada = browser("ada")
    assert ada.get("/results").status_code == 200
    stranger = browser("")
    assert "For the account ada" in text_of(stranger.get(link))
    assert stranger.get(link).headers["Cache-Control"] == "no-store"
    assert stranger.send(link, new=NEW, again=NEW).location == "/login"
    assert ada.get("/results").status_code == 302
    assert browser("").send("/login", login="ada", password=NEW).status_code == 303
    assert browser("").get(link).status_code == 404
    assert "used, replaced by a newer one, or is too old" in text_of(browser("").get(link))


@pytest.mark.parametrize(
    ("new", "again", "words"), [(NEW, "other", "not the same"), ("short", "short", "10 to 200 characters")]
)
def test_a_mistake_on_the_links_page_is_told_beside_its_field_and_the_link_still_works(
    browser, school, new, again, words
):
    page = page_of(school, "ada")
    link = link_in(browser("grace").send(page + "/reset", on=page), "reset")
    answer = browser("").send(link, new=new, again=again)
    assert answer.status_code == 422
    assert words in text_of(answer)
    assert NEW not in answer.text
    assert browser("").send(link, new=NEW, again=NEW).status_code == 303


@pytest.mark.parametrize(
    ("actor", "target", "status"),
    [
        ("grace", "ada", 201),
        ("grace", "amy", 201),
        ("grace", "ian", 403),
        ("grace", "grace", 403),
        ("root", "ian", 201),
        ("amy", "ada", 404),
        ("ada", "eve", 404),
    ],
)
def test_a_link_is_made_only_for_those_who_may_less(browser, school, actor, target, status):
    page = page_of(school, target)
    person = browser(actor)
    answer = person.send(page + "/reset", on="/results")
    assert answer.status_code == status
    assert ("/reset/" in re.sub(r'action="[^"]*"', "", answer.text)) == (status == 201)


def test_an_instructor_makes_no_link_for_a_student_who_is_staff_elsewhere(browser, school):
    with school.database.write() as session:
        session.execute(
            update(Enrollment)
            .where(Enrollment.user_id == school.user["ada"], Enrollment.section == "")
            .values(role=Role.GRADER)
        )
    page = page_of(school, "ada")
    answer = browser("grace").send(page + "/reset", on=page)
    assert answer.status_code == 403
    assert "ask an administrator" in text_of(answer)


def test_an_administrator_in_a_course_is_not_opened_by_its_instructor(browser, school):
    grace = browser("grace")
    grace.send(STAFF, login="root", role="student")
    page = page_of(school, "root")
    assert grace.send(page + "/reset", on=page).status_code == 403


def test_everything_staff_do_with_people_is_in_the_audit_log(browser, school):
    grace, page = browser("grace"), page_of(school, "ada")
    grace.send(STAFF, login="stranger", role="grader")
    grace.send(page, role="student", section="B", seen="student/A")
    grace.send(page + "/reset", on=page)
    grace.send(page + "/drop", on=page, seen="student/B")
    grace.send(STAFF + "/settings", on=STAFF, acting_may_write="1")
    with school.database.read() as session:
        rows = session.scalars(select(AuditEntry).order_by(AuditEntry.id)).all()
        assert {row.actor.login for row in rows} == {"grace"}
        assert {row.course.slug for row in rows} == {"shared-data"}
    assert [(row.action, row.target) for row in rows] == [
        ("member.add", "stranger"),
        ("member.change", "ada"),
        ("password.link", "ada"),
        ("member.drop", "ada"),
        ("people.settings", ""),
    ]


def test_a_name_full_of_markup_is_only_a_name(browser, school):
    with school.database.write() as session:
        session.execute(update(User).where(User.login == "ada").values(name="<script>alert(1)</script>"))
    assert "<script>alert" not in browser("grace").get(page_of(school, "ada")).text
