"""A quiz's folder: ``quiz.toml`` and the programs that prove its key. Told in docs/quizzes.md."""

from __future__ import annotations

import re
import string

from graders.content.reading import Source
from graders.content.table import MAX_TITLE, SLUG, Problems, Table
from graders.errors import ContentError
from graders.quiz import Experiment, Key, Option, Question, QuestionKind, Quiz

_OPTION_ID = (r"[A-Za-z0-9]{1,8}", "one to eight letters or digits")
_OUTCOME = (
    r"finishes|never-finishes|raises( [A-Za-z_]\w*)?|prints .+",
    "finishes, never-finishes, raises, raises NAME or prints TEXT",
)


def read_quiz(folder: Source, course: str, slug: str) -> Quiz:
    """Read ``quizzes/SLUG``; raises `ContentError` with everything that is wrong there."""
    base = f"quizzes/{slug}"
    problems = Problems()
    top = Table(folder.toml(f"{base}/quiz.toml"), folder.name(f"{base}/quiz.toml"), "", problems)
    reader = _QuizReader(folder, base, problems)
    quiz = Quiz(
        course=course,
        slug=slug,
        title=top.string("title", most=MAX_TITLE),
        text=top.string("text", ""),
        reveal=top.flag("reveal", False),
        questions=tuple(
            reader.question(table, number) for number, table in enumerate(top.tables("question"), 1)
        ),
    )
    # Read with the course's own, by `graders.content.rules`.
    top.has("rules")
    top.close()
    if not quiz.questions:
        top.problem("question", "at least one [[question]]")
    problems.settle()
    return quiz


class _QuizReader:
    def __init__(self, folder: Source, base: str, problems: Problems) -> None:
        self._folder = folder
        self._base = base
        self._problems = problems
        self._ids: set[str] = set()

    def question(self, table: Table, number: int) -> Question:
        kind = QuestionKind(table.one_of("kind", [kind.value for kind in QuestionKind]))
        code = self._program(table, "code")
        text = table.string("text")
        options, right = self._options(table, kind)
        question = Question(
            id=table.string("id", f"q{number}", SLUG),
            kind=kind,
            title=table.string("title", f"Question {number}", most=MAX_TITLE),
            text=f"{text}\n\n```python\n{code.rstrip()}\n```" if code else text,
            points=table.number("points", 1.0, low=0.01, high=1000),
            options=options,
            key=_key(table, kind, right),
            feedback=table.string("feedback", ""),
            experiment=self._experiment(table, code, options),
        )
        table.close()
        if question.id in self._ids:
            table.problem("id", f"an id of its own; {question.id!r} is taken")
        self._ids.add(question.id)
        return question

    def _program(self, table: Table, key: str) -> str:
        """Return code written in place, or taken from a file of the quiz's folder."""
        value = table.string(key, "")
        if "\n" in value or not value.endswith(".py"):
            return value
        if "/" in value or "\\" in value:
            table.problem(key, "a file in the folder proofs, named without a slash")
            return ""
        try:
            return self._folder.text(f"{self._base}/proofs/{value}")
        except ContentError as problem:
            self._problems.add(problem)
            return ""

    def _options(self, table: Table, kind: QuestionKind) -> tuple[tuple[Option, ...], tuple[str, ...]]:
        tables = table.tables("option")
        if kind not in (QuestionKind.CHOICE, QuestionKind.CHOICES):
            if tables:
                table.problem("option", f"no options in a question of kind {kind}")
            return (), ()
        options, right = [], []
        for letter, item in zip(string.ascii_uppercase, tables, strict=False):
            option, is_right = self._option(item, letter)
            options.append(option)
            if is_right:
                right.append(option.id)
        _check_options(table, kind, [option.id for option in options], right, len(tables))
        return tuple(options), tuple(right)

    def _option(self, table: Table, letter: str) -> tuple[Option, bool]:
        code = self._program(table, "code")
        option = Option(
            id=table.string("id", letter, _OPTION_ID),
            text=table.string("text", _as_markdown(code)),
            feedback=table.string("feedback", ""),
            code=code,
            claim=table.string("claim", "", _OUTCOME),
        )
        if not option.text:
            table.problem("text", "the option's text, or its code")
        right = table.flag("right", False)
        table.close()
        return option, right

    def _experiment(self, table: Table, code: str, options: tuple[Option, ...]) -> Experiment | None:
        proof = table.table("proof")
        has_codes = any(option.code for option in options)
        program = self._program(proof, "program") or code or ("OPTION" if has_codes else "")
        outcome = proof.string("outcome", "", _OUTCOME)
        proof.close()
        if code:
            program = re.sub(r"^CODE$", lambda _: code.strip("\n"), program, flags=re.MULTILINE)
        wanted = has_codes or any(option.claim for option in options) or table.has("proof")
        if wanted and not program:
            table.problem("proof.program", "a program; nothing says what to run")
        if has_codes and "OPTION" not in program:
            table.problem("proof.program", "a line OPTION, which stands for the option's code")
        return Experiment(program, outcome) if wanted else None


def _as_markdown(code: str) -> str:
    if "\n" in code.strip():
        return f"```python\n{code.rstrip()}\n```"
    return f"`{code.strip()}`" if code else ""


def _check_options(table: Table, kind: QuestionKind, ids: list[str], right: list[str], count: int) -> None:
    if not 2 <= count <= len(string.ascii_uppercase):
        table.problem("option", f"2 to 26 [[question.option]] tables, not {count}")
    if len({name.casefold() for name in ids}) != len(ids):
        table.problem("option", "ids that differ, also when case does not count")
    if kind is QuestionKind.CHOICE and len(right) != 1:
        table.problem("option", f"right = true in exactly one option, not in {len(right)}")
    if kind is QuestionKind.CHOICES and not right:
        table.problem("option", "right = true in at least one option")


def _key(table: Table, kind: QuestionKind, right: tuple[str, ...]) -> Key:
    if kind is QuestionKind.NUMBER:
        return Key(number=table.number("answer"), tolerance=table.number("tolerance", 0.0, low=0))
    if kind is QuestionKind.TEXT:
        accepted = table.strings("answer")
        if not accepted:
            table.problem("answer", "at least one text")
        return Key(accepted=accepted)
    return Key(options=right)
