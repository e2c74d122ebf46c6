"""Quizzes: their questions as data, and their grading. Pure: no I/O, no clock, no chance.

`graders.content` reads quizzes from a folder; `graders.proof` runs the programs that prove a key.
"""

from graders.quiz.grading import grade
from graders.quiz.questions import Experiment, Key, Option, Question, QuestionKind, Quiz

__all__ = ["Experiment", "Key", "Option", "Question", "QuestionKind", "Quiz", "grade"]
