"""What the API shows of courses, and to whom."""

from __future__ import annotations

import json

from tests.service.api.test_submissions import grade
from tests.service.client import School

COURSE = "/api/v1/courses/shared-data"


def test_students_see_the_courses_they_are_in_and_administrators_all(school: School) -> None:
    mine = school.ask("ada", "GET", "/api/v1/courses").json["courses"]
    assert mine == [{"slug": "shared-data", "title": "Shared data", "role": "student"}]
    all_of_them = school.ask("root", "GET", "/api/v1/courses").json["courses"]
    assert [(one["slug"], one["role"]) for one in all_of_them] == [("other", None), ("shared-data", None)]


def test_a_course_shows_its_items_in_their_order(school: School) -> None:
    body = school.ask("ada", "GET", COURSE).json
    assert [(item["slug"], item["kind"], item["max_score"]) for item in body["items"]] == [
        ("read", "lesson", 0),
        ("counter", "lab", 4),
        ("locks-quiz", "quiz", 2),
    ]
    assert school.ask("ada", "GET", "/api/v1/courses/other").status_code == 404


def test_a_lab_shows_its_task_but_not_what_the_checks_look_for(school: School) -> None:
    body = school.ask("ada", "GET", COURSE + "/labs/counter").json
    assert body["content"]["file"] == "counter.py"
    assert body["content"]["checks"] == [{"id": "value", "title": "Ends at exactly 100", "points": 4.0}]


def test_a_quiz_shows_its_questions_without_the_key(school: School) -> None:
    answer = school.ask("ada", "GET", COURSE + "/labs/locks-quiz")
    assert [question["id"] for question in answer.json["content"]["questions"]] == ["q1", "q2"]
    text = json.dumps(answer.json["content"])
    assert "key" not in text
    assert "175" not in text
    assert "feedback" not in text


def test_the_gradebook_is_for_staff_and_holds_everybodys_best(school: School) -> None:
    grade(school, school.hand_in("ada").json["id"])
    assert school.ask("ada", "GET", COURSE + "/gradebook").status_code == 404
    body = school.ask("eve", "GET", COURSE + "/gradebook").json
    marks = {student["login"]: student["marks"]["counter"] for student in body["students"]}
    assert marks["ada"] == {
        "best": 6.0,
        "raw": 6.0,
        "days_late": 0,
        "last_state": "graded",
        "submissions": 1,
        "late": 0,
    }
    assert marks["bob"] == {
        "best": None,
        "raw": None,
        "days_late": 0,
        "last_state": None,
        "submissions": 0,
        "late": 0,
    }


def test_the_statistics_are_for_staff_and_count_students(school: School) -> None:
    grade(school, school.hand_in("ada").json["id"])
    assert school.ask("bob", "GET", COURSE + "/statistics").status_code == 404
    counter, quiz = school.ask("eve", "GET", COURSE + "/statistics").json["items"]
    assert (counter["students"], counter["handed_in"], counter["passed"]) == (2, 1, 1)
    assert counter["verdicts"] == {"passed": 1}
    assert {check["id"] for check in counter["checks"]} == {"value", "workers"}
    assert (quiz["submissions"], quiz["mean"]) == (0, None)
