"""A small course folder that is right, to break one thing in."""

from __future__ import annotations

from pathlib import Path

FILES = {
    "course.toml": 'title = "Course"\nitems = ["lessons/intro", "labs/add", "labs/call", "quizzes/quiz"]\n',
    "lessons/intro.md": "# Introduction\n\nWelcome.\n",
    "labs/add/lab.toml": """
title = "Add"

[[check]]
id = "value"
title = "Ends right"
points = 6
property = "final-value"
with = { adds = 100 }

[[check]]
id = "finishes"
title = "Ends"
points = 4.5
property = "finishes"
""",
    "labs/add/README.md": "# Add\n\nAdd something.\n",
    "labs/add/starter.py": "print(1)\n",
    "labs/add/submissions/passed/right.py": "print(100)\n",
    "labs/add/submissions/crash/wrong.py": "1 / 0\n",
    "labs/call/lab.toml": """
title = "Call"
style = "function"
free_runs = 5
explore = { runs = 50, seconds = 1.5 }

[limits]
memory_bytes = "64 MiB"
run_seconds = 5

[function]
name = "move"
shared = { a = [0, 10], b = 7 }
locks = ["lock"]
parameters = { amount = [1, 3] }

[[function.call]]
processes = [2, 4]
arguments = ["a", "b", "amount", "lock"]
effect = { a = "-amount", b = "amount" }

[[check]]
id = "value"
title = "Ends right"
points = 1
property = "final-value"
""",
    "labs/call/README.md": "Write a function.\n",
    "labs/call/starter.py": "def move(a, b, amount, lock):\n    pass\n",
    "quizzes/quiz/quiz.toml": """
title = "Quiz"

[[question]]
kind = "choice"
text = "Which?"

[[question.option]]
text = "this"
right = true

[[question.option]]
code = "x = 1"

[[question]]
id = "count"
kind = "number"
text = "How many?"
answer = 3
code = "shown.py"
proof = {}
""",
    "quizzes/quiz/proofs/shown.py": "print(3)\n",
}


def write(root: Path) -> Path:
    """Write the course below `root` and return its folder."""
    for name, text in FILES.items():
        put(root / "course", name, text)
    return root / "course"


def put(course: Path, name: str, text: str | bytes) -> None:
    """Write one file of the course."""
    path = course / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text if isinstance(text, bytes) else text.encode())


def change(course: Path, name: str, old: str, new: str) -> None:
    """Replace a text that must be there, once, in a file of the course."""
    text = (course / name).read_text()
    assert text.count(old) >= 1, old
    (course / name).write_text(text.replace(old, new, 1))
