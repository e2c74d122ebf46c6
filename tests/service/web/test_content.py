"""A course is sent, looked at, and loaded only then."""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from service.store.content_tables import CourseDraft, CourseLoad
from service.store.courses import install_course
from service.store.models import Course, Item, Submission
from service.store.types import utc_now
from tests.graders.content.folders import FILES
from tests.service.client import COURSE
from tests.service.web.conftest import text_of

NEW, HERE = "/content", "/courses/shared-data/content"


def packed(folder: str = "course/", **changes: str | None) -> tuple[io.BytesIO, str]:
    """The small course of the content tests as an upload; a file changed to None is left out."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as opened:
        for name, text in ({**FILES, **changes}).items():
            if text is not None:
                opened.writestr(folder + name, text)
    archive.seek(0)
    return archive, "course.zip"


def preview(browser, address: str = NEW, **fields: object):
    """Send a course and return where its preview is."""
    answer = browser.send(address, **{"archive": packed(), **fields})
    assert answer.status_code == 303, text_of(answer)
    return answer.headers["Location"]


def base_of(browser, where: str) -> str:
    return re.search(r'name="base" value="([^"]*)"', browser.get(where).text)[1]


def confirm(browser, where: str, base: str | None = None):
    return browser.send(where, base=base_of(browser, where) if base is None else base)


def course(school, slug: str) -> Course | None:
    with school.database.read() as session:
        return session.scalar(select(Course).where(Course.slug == slug))


def test_a_new_course_is_shown_before_it_is_made(browser, school):
    root = browser("root")
    where = preview(root)
    seen = text_of(root.get(where))
    assert "A new course. Nothing has been changed yet." in seen
    assert "Add lab add New" in seen
    assert course(school, "course") is None
    done = confirm(root, where)
    assert done.headers["Location"] == "/courses/course/content"
    assert "Course is loaded: 4 new." in text_of(root.get(done.headers["Location"]))
    assert course(school, "course") is not None
    assert root.get(where).status_code == 404


def test_the_same_course_is_held_twice_side_by_side(browser, school):
    root = browser("root")
    confirm(root, preview(root, term="autumn 2026"))
    confirm(root, preview(root, slug="course-2027", term="spring 2027"))
    assert course(school, "course").term == "autumn 2026"
    assert course(school, "course-2027").term == "spring 2027"
    listed = text_of(root.get("/"))
    assert "Course autumn 2026" in listed
    assert "Course spring 2027" in listed


def test_a_newer_version_tells_what_changes_and_how_much_work_it_concerns_and_loses_none(browser, school):
    grace = browser("grace")
    kept = [school.hand_in("ada"), school.hand_in("eve")]
    where = preview(grace, HERE)
    seen = text_of(grace.get(where))
    assert "A counter that counts lab counter Retired closed for students, kept for you" in seen
    assert "2 submissions of 2 students" in seen
    confirm(grace, where)
    with school.database.read() as session:
        assert {row.id for row in session.scalars(select(Submission))} >= set(kept)
        assert session.scalars(select(Item).where(Item.slug == "counter")).one().retired
    assert "by Grace" in text_of(grace.get(HERE))


def test_of_two_at_once_the_second_is_told_and_decides_again(browser, school):
    grace, root = browser("grace"), browser("root")
    first, second = preview(grace, HERE), preview(root, HERE, term="summer")
    seen = base_of(root, second)
    assert confirm(grace, first).status_code == 303
    told = confirm(root, second, seen)
    assert told.status_code == 409
    assert "was changed in the meantime by grace" in text_of(told)
    assert course(school, "shared-data").term == ""
    assert "term (“” to “summer”)" in text_of(told)
    assert confirm(root, second).status_code == 303
    assert course(school, "shared-data").term == "summer"


def test_a_course_that_changed_on_the_command_line_meanwhile_is_told_too(browser, school):
    grace = browser("grace")
    where = preview(grace, HERE)
    seen = base_of(grace, where)
    with school.database.write() as session:
        install_course(session, replace(COURSE, title="Changed"))
    assert confirm(grace, where, seen).status_code == 409
    assert course(school, "shared-data").title == "Changed"


def test_a_confirmation_without_having_looked_changes_nothing(browser, school):
    grace = browser("grace")
    where = preview(grace, HERE)
    before = course(school, "shared-data").digest
    assert confirm(grace, where, "").status_code == 409
    assert course(school, "shared-data").digest == before


def test_not_loading_it_forgets_it(browser, school):
    grace = browser("grace")
    where = preview(grace, HERE)
    gone = grace.send(where + "/discard", on=where)
    assert gone.headers["Location"] == HERE
    assert "Nothing was changed." in text_of(grace.get(HERE))
    assert grace.get(where).status_code == 404
    with school.database.read() as session:
        assert session.scalar(select(CourseLoad)) is None


def test_a_draft_is_its_owners_and_only_as_long_as_the_course_is(browser, school):
    grace = browser("grace")
    where = preview(grace, HERE)
    for other in ("ada", "root", "stranger"):
        assert browser(other).get(where).status_code == 404
    with school.database.write() as session:
        session.execute(update(CourseDraft).values(made_at=utc_now() - timedelta(days=2)))
    assert grace.get(where).status_code == 404


def test_a_new_version_of_a_draft_replaces_the_one_before(browser, school):
    grace = browser("grace")
    old = preview(grace, HERE)
    new = preview(grace, HERE)
    assert grace.get(old).status_code == 404
    assert grace.get(new).status_code == 200


def test_every_mistake_is_told_with_file_and_key_and_nothing_is_kept(browser, school):
    grace = browser("grace")
    wrong = packed(**{"labs/add/lab.toml": "title = 5\n", "labs/add/README.md": None})
    answer = grace.send(HERE, archive=wrong)
    assert answer.status_code == 422
    seen = text_of(answer)
    assert "labs/add/lab.toml: title: expected text, not 5" in seen
    assert "labs/add/README.md: expected this file; it is missing" in seen
    with school.database.read() as session:
        assert session.scalar(select(CourseDraft)) is None


@pytest.mark.parametrize(
    ("upload", "told"),
    [
        ((io.BytesIO(b"no archive"), "x.zip"), "is damaged, or no zip archive"),
        (packed("../"), "leads out of it"),
        (packed(**{"course.toml": None}), "no course.toml is in it"),
        (packed(**{"big.txt": "0" * 300_000}), "a file may have at most 256 KiB"),
    ],
)
def test_a_wrong_archive_is_refused_with_the_reason(browser, upload, told):
    answer = browser("grace").send(HERE, archive=upload)
    assert answer.status_code == 422
    assert told in text_of(answer)


def test_nothing_sent_is_told(browser):
    answer = browser("grace").send(HERE)
    assert answer.status_code == 422
    assert "Nothing was sent." in text_of(answer)


def test_a_folder_of_the_settings_can_be_loaded_and_no_other(browser, school):
    grace = browser("grace")
    assert "<option>shared-data</option>" in grace.get(HERE).text
    where = preview(grace, HERE, archive=(io.BytesIO(b""), ""), folder="shared-data")
    assert "from shared-data" in text_of(grace.get(where))
    for folder in ("../courses/shared-data", "/etc", ".", "shared-data/labs"):
        answer = grace.send(HERE, folder=folder)
        assert answer.status_code == 422
        assert "not among those that may be loaded" in text_of(answer)


def test_an_upload_cannot_name_another_course(browser, school):
    grace = browser("grace")
    where = preview(grace, HERE, slug="elsewhere")
    confirm(grace, where)
    assert course(school, "elsewhere") is None


def test_an_existing_course_sent_as_a_new_one_is_shown_as_the_change_it_is(browser, school):
    root = browser("root")
    where = preview(root, slug="shared-data")
    seen = text_of(root.get(where))
    assert "There is a course shared-data already." in seen
    assert "Retired" in seen


def test_students_and_the_staff_of_other_courses_load_nothing(browser):
    for login in ("ada", "stranger"):
        opened = browser(login)
        assert opened.get(HERE).status_code == 404
        assert opened.send(HERE, on="/results", archive=packed()).status_code == 404
        assert opened.get(NEW).status_code == 404
        assert opened.send(NEW, on="/results", archive=packed()).status_code == 404
    assert browser("grace").get(NEW).status_code == 404
