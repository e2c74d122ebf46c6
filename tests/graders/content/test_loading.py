from __future__ import annotations

from pathlib import Path

import pytest

from graders.content import known_submissions, load_course
from graders.course import Lesson
from graders.errors import ContentError
from graders.lab import CallGroup, ExploreBudget, FunctionSpec, Lab, Range, Style
from graders.limits import Limits
from graders.quiz import Experiment, Key, Quiz
from graders.verdict import Verdict
from tests.graders.content.folders import change, put


def lab(course: Path, slug: str) -> Lab:
    found = next(item for item in load_course(course).items if item.slug == slug)
    assert isinstance(found, Lab)
    return found


def quiz(course: Path) -> Quiz:
    found = load_course(course).items[-1]
    assert isinstance(found, Quiz)
    return found


def test_items_come_in_the_order_of_the_course_file(course: Path) -> None:
    loaded = load_course(course)
    assert (loaded.slug, loaded.title) == ("course", "Course")
    assert [(item.kind, item.slug) for item in loaded.items] == [
        ("lesson", "intro"),
        ("lab", "add"),
        ("lab", "call"),
        ("quiz", "quiz"),
    ]


def test_a_lessons_heading_is_its_title_and_not_part_of_its_text(course: Path) -> None:
    assert load_course(course).items[0] == Lesson("course", "intro", "Introduction", "Welcome.\n")


def test_a_short_lab_file_gets_the_defaults(course: Path) -> None:
    add = lab(course, "add")
    assert (add.style, add.file, add.id) == (Style.PROGRAM, "add.py", "course/add")
    assert (add.limits, add.explore, add.free_runs) == (Limits(), ExploreBudget(), 3)
    assert add.max_score == 10.5
    assert add.checks[0].with_ == {"adds": 100}
    assert add.text == "Add something.\n"


def test_a_lab_overrides_single_limits_and_budgets(course: Path) -> None:
    call = lab(course, "call")
    assert call.limits == Limits(memory_bytes=64 * 1024**2, run_seconds=5.0)
    assert (call.free_runs, call.explore) == (5, ExploreBudget(50, 1.5))


def test_a_function_lab_says_what_is_called_with_what(course: Path) -> None:
    assert lab(course, "call").function == FunctionSpec(
        name="move",
        shared={"a": Range(0, 10), "b": Range(7, 7)},
        locks=("lock",),
        parameters={"amount": Range(1, 3)},
        calls=(CallGroup(Range(2, 4), ("a", "b", "amount", "lock"), {"a": "-amount", "b": "amount"}),),
    )


def test_options_and_questions_get_ids_and_the_key_stands_apart(course: Path) -> None:
    first, second = quiz(course).questions
    assert (first.id, first.title, first.points) == ("q1", "Question 1", 1.0)
    assert [option.id for option in first.options] == ["A", "B"]
    assert first.key == Key(options=("A",))
    assert second.key == Key(number=3.0)


def test_an_option_of_code_is_shown_as_code(course: Path) -> None:
    assert quiz(course).questions[0].options[1].text == "`x = 1`"


def test_a_questions_code_is_shown_below_its_text_and_run(course: Path) -> None:
    question = quiz(course).questions[1]
    assert question.text == "How many?\n\n```python\nprint(3)\n```"
    assert question.experiment == Experiment("print(3)\n", "")


def test_known_submissions_come_with_the_verdict_of_their_folder(course: Path) -> None:
    found = known_submissions(course, lab(course, "add"))
    assert [(known.verdict, known.main) for known in found] == [
        (Verdict.CRASH, "wrong.py"),
        (Verdict.PASSED, "right.py"),
    ]
    assert found[1].files == {"right.py": "print(100)\n"}


def test_a_folder_of_submissions_that_is_no_verdict_is_an_error(course: Path) -> None:
    put(course, "labs/add/submissions/pased/a.py", "print(1)")
    with pytest.raises(ContentError, match=r"pased: expected a folder named as a verdict: cheat, deadlock"):
        known_submissions(course, lab(course, "add"))


def test_a_lab_without_a_submission_that_passes_is_an_error(course: Path) -> None:
    (course / "labs/add/submissions/passed/right.py").unlink()
    with pytest.raises(ContentError, match="at least one program in the folder passed"):
        known_submissions(course, lab(course, "add"))


def test_the_digest_changes_with_the_content_and_with_nothing_else(course: Path) -> None:
    before = load_course(course).digest
    put(course, "labs/add/submissions/passed/another.py", "print(1)")
    assert load_course(course).digest == before
    change(course, "labs/add/README.md", "something", "something else")
    assert load_course(course).digest != before
