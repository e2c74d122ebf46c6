"""The course that ships, loaded once."""

from __future__ import annotations

import re
from pathlib import Path

from graders.content import load_course
from graders.course import Lesson
from graders.lab import Lab
from graders.quiz import Quiz

FOLDER = Path(__file__).parents[3] / "courses" / "shared-data"
COURSE = load_course(FOLDER)
LABS = [item for item in COURSE.items if isinstance(item, Lab)]
QUIZZES = [item for item in COURSE.items if isinstance(item, Quiz)]
LESSONS = [item for item in COURSE.items if isinstance(item, Lesson)]


def code_blocks(text: str) -> list[str]:
    """Return the Python blocks of a Markdown text."""
    return re.findall(r"^```python\n(.*?)^```$", text, flags=re.MULTILINE | re.DOTALL)
