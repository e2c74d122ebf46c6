"""Handing in with nothing but forms."""

from __future__ import annotations

import io
import re
import zipfile

import pytest
from sqlalchemy import func, select

from service.store.models import State, Submission
from tests.service.web.conftest import text_of
from tests.service.web.school import RACY

LAB = "/courses/shared-data/labs/counter"
QUIZ = "/courses/shared-data/quizzes/locks-quiz"


def handed_in(school) -> int:
    with school.database.read() as session:
        return session.scalar(select(func.count()).select_from(Submission)) or 0


def newest(school, answer) -> Submission:
    return school.submission(answer.location.rsplit("/", 1)[1])


def test_a_lab_tells_the_task_the_limits_the_checks_and_the_command_for_curl(browser):
    answer = browser("ada").get(LAB)
    text = text_of(answer)
    assert "in every order of events" in text
    assert "256 MiB, all processes together" in text
    assert "Right in every order of events 4" in text
    assert (
        "-F files=@counter.py \\ http://localhost/api/v1/courses/shared-data/labs/counter/submissions" in text
    )
    assert 'for="files"' in answer.text
    assert 'for="code"' in answer.text


def test_the_starter_is_a_download_under_the_name_to_hand_in(browser):
    answer = browser("ada").get(LAB + "/starter")
    assert answer.text == RACY
    assert answer.headers["Content-Disposition"] == "attachment; filename=counter.py"
    assert answer.mimetype == "text/x-python"


def test_pasted_text_is_kept_as_the_labs_file_and_leads_to_its_page(browser, school):
    answer = browser("ada").send(LAB, code="print(1)\r\nprint(2)\r\n")
    assert answer.status_code == 303
    submission = newest(school, answer)
    assert submission.files == {"counter.py": "print(1)\nprint(2)\n"}
    assert (submission.main, submission.state) == ("counter.py", State.QUEUED)


def test_a_file_of_any_name_is_taken(browser, school):
    answer = browser("ada").send(LAB, files=(io.BytesIO(b"x = 1\n"), "my solution.py"))
    assert list(newest(school, answer).files.values()) == ["x = 1\n"]


def test_several_files_come_together(browser, school):
    files = [(io.BytesIO(b"import helper\n"), "counter.py"), (io.BytesIO(b"y = 2\n"), "helper.py")]
    submission = newest(school, browser("ada").send(LAB, files=files))
    assert set(submission.files) == {"counter.py", "helper.py"}
    assert submission.main == "counter.py"


def zipped(name: str) -> bytes:
    memory = io.BytesIO()
    with zipfile.ZipFile(memory, "w") as archive:
        archive.writestr(name, "x = 1\n")
    return memory.getvalue()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.py", b""),
        ("a.py", b"\xff\xfe\x00"),
        ("a.py", b"x = '\0'"),
        ("a.py", b"# " + b"x" * 70_000),
        ("a.txt", b"x = 1"),
        ("a.zip", zipped("../a.py")),
    ],
)
def test_a_file_that_cannot_be_taken_is_told_beside_the_field(browser, school, name, content):
    answer = browser("ada").send(LAB, files=(io.BytesIO(content), name))
    assert answer.status_code in (413, 415, 422)
    error = re.search(r'id="files-error" role="alert">.*?<span>(.+?)</span>', answer.text, re.S)
    assert error
    assert 'aria-describedby="files-hint files-error" aria-invalid="true"' in answer.text
    assert handed_in(school) == 0


def test_pasted_text_that_cannot_be_taken_is_kept_in_the_form(browser, school):
    code = "# <b>\n" + "x = 1\n" * 12_000
    answer = browser("ada").send(LAB, code=code)
    assert answer.status_code == 413
    assert 'id="code-error"' in answer.text
    assert "# &lt;b&gt;\nx = 1" in answer.text.replace("\r\n", "\n")
    assert handed_in(school) == 0


def test_handing_in_nothing_says_what_to_do(browser, school):
    answer = browser("ada").send(LAB, code="  \n")
    assert answer.status_code == 422
    assert "Choose your counter.py, or paste your program" in text_of(answer)
    assert handed_in(school) == 0


def test_a_file_and_text_at_once_is_a_question_not_a_guess(browser, school):
    answer = browser("ada").send(LAB, code="x = 1", files=(io.BytesIO(b"y = 2"), "a.py"))
    assert answer.status_code == 422
    assert "Choose one way" in text_of(answer)
    assert "x = 1</textarea>" in answer.text


def test_a_body_that_is_too_large_is_an_error_page(browser):
    body = b"--x\r\n" + b"x" * 3_000_000
    answer = browser("ada").client.post(LAB, data=body, content_type="multipart/form-data; boundary=x")
    assert answer.status_code == 413
    assert "Too much at once" in text_of(answer)


def test_a_form_sent_twice_gives_one_submission(browser, school):
    ada = browser("ada")
    first = ada.send(LAB, code="x = 1", once="abc")
    again = ada.send(LAB, code="x = 1", once="abc")
    assert first.location == again.location
    assert handed_in(school) == 1


def test_a_form_changed_and_sent_again_after_going_back_is_a_new_submission(browser, school):
    ada = browser("ada")
    first = ada.send(LAB, code="x = 1", once="abc")
    second = ada.send(LAB, code="x = 2", once="abc")
    assert first.location != second.location
    assert handed_in(school) == 2


def test_handing_in_too_often_keeps_the_text_and_says_how_long_to_wait(browser):
    ada = browser("ada")
    answers = [ada.send(LAB, code=f"x = {n}") for n in range(13)]
    assert answers[11].status_code == 303
    assert answers[12].status_code == 429
    assert "Try again in" in text_of(answers[12])
    assert "x = 12</textarea>" in answers[12].text


def test_a_quiz_shows_its_questions_but_never_its_key(browser):
    answer = browser("ada").get(QUIZ)
    assert answer.text.count("<fieldset") == 4
    assert "175" not in answer.text
    assert "critical section" not in answer.text
    assert "Star import" not in answer.text


def test_answers_are_kept_in_the_form_the_grader_reads(browser, school):
    fields = {"q-import": "A", "q-true": ["A", "B"], "q-sum": " 175 ", "q-name": ""}
    submission = newest(school, browser("ada").send(QUIZ, **fields))
    assert submission.answers == {"import": "A", "true": ["A", "B"], "sum": "175"}


def test_an_answer_that_cannot_be_read_is_told_beside_its_question(browser, school):
    answer = browser("ada").send(QUIZ, **{"q-import": "B", "q-sum": "many"})
    assert answer.status_code == 422
    assert 'id="q-sum-error"' in answer.text
    assert "Expected a number" in text_of(answer)
    assert re.search(r'value="B" checked', answer.text)
    assert 'value="many"' in answer.text
    assert handed_in(school) == 0


def test_only_members_of_the_course_hand_in(browser, school):
    stranger = browser("stranger")
    assert stranger.send(LAB, on="/results", code="x = 1").status_code == 404
    assert stranger.send(QUIZ, on="/results", **{"q-import": "A"}).status_code == 404
    assert handed_in(school) == 0
