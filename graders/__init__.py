"""What is right: labs, quizzes, verdicts, reports and the harness.

Pure standard library. Nothing here knows of Flask, Celery, Docker or a database, so the same
code decides on a laptop, in a sandbox and in a course.
"""

__version__ = "0.1.0"
