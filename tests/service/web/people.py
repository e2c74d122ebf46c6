"""More people for the small school: all roles, and a second course that nobody may look into by mistake."""

from __future__ import annotations

import re

from werkzeug.test import TestResponse

from graders.course import dump_item
from service.store import accounts
from service.store.intake import submit
from service.store.models import Course, Item, Role, User
from tests.service.web.school import LAB, School

OTHER = "secret-course"


def more_people(school: School) -> str:
    """Add a grader, an assistant, a second instructor, and a second course with a submission of Ada's.

    Returns the id of that submission.
    """
    with school.database.write() as session:
        course = session.query(Course).filter_by(slug="shared-data").one()
        for login, role in (("greta", Role.GRADER), ("amy", Role.ASSISTANT), ("ian", Role.INSTRUCTOR)):
            user, _ = accounts.create_user(session, login, name=login.title())
            accounts.enrol(session, user, course, role)
            school.user[login] = user.id
        other = Course(slug=OTHER, title="Another course", digest="0" * 64)
        session.add(other)
        session.flush()
        item = Item(
            course_id=other.id,
            slug="counter",
            kind="lab",
            title="A lab elsewhere",
            position=0,
            max_score=10,
            content=dump_item(LAB),
            digest="1",
        )
        session.add(item)
        session.flush()
        item_id, user_id = item.id, school.user["ada"]
        accounts.enrol(session, session.get_one(User, user_id), other, Role.STUDENT)
    kept, _ = submit(
        school.database, item_id=item_id, user_id=user_id, files={"counter.py": "1"}, main="counter.py"
    )
    return kept.id


def link_in(answer: TestResponse, kind: str) -> str:
    """Return the path of the link that a page shows once."""
    found = re.search(rf"http://localhost(/{kind}/[^<]+)</code>", answer.text)
    assert found, answer.status
    return found[1]
