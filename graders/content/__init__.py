"""Course folders, read into the dataclasses of `graders.course`.

Everything that is wrong in a folder is a `ContentError` that names the file, the key and what was
expected there. Nothing is executed.
"""

from graders.content.courses import load_course, read_course
from graders.content.submissions import KnownSubmission, known_submissions

__all__ = ["KnownSubmission", "known_submissions", "load_course", "read_course"]
