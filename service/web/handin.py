"""Handing in: the page of a lab, and the form of a quiz."""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass, field
from typing import Any, TypeVar

from flask import Response, redirect, render_template, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import Forbidden, TooManyRequests

from graders.course import dump_item, load_item
from graders.errors import AnswerError, HandInError
from graders.handin import read_files
from graders.lab import Lab
from graders.quiz import QuestionKind, Quiz
from graders.quiz.answers import READERS
from service.at_home import for_home
from service.handin import keep
from service.rules import shuffled_quiz
from service.store.intake import KeyReusedError
from service.store.models import Item
from service.store.standing import RefusedError
from service.web import access, ruled
from service.web.blueprint import bp

T = TypeVar("T", Lab, Quiz)


@dataclass(frozen=True, slots=True)
class Problems:
    """What is wrong with a form: one sentence for each field, by the field's name."""

    fields: dict[str, str] = field(default_factory=dict)
    status: int = 200

    def get(self, name: str) -> str:
        """Return the sentence beside a field; empty when nothing is wrong with it."""
        return self.fields.get(name, "")


@bp.get("/courses/<course>/labs/<slug>")
def lab(course: str, slug: str) -> Any:
    """Show the task, the limits and the form to hand in."""
    found = access.reach(course)
    return _lab_page(found, access.find_item(found.course, slug, "lab"))


@bp.post("/courses/<course>/labs/<slug>")
def hand_in_lab(course: str, slug: str) -> Any:
    """Take in files or pasted text; on a mistake the form comes back with what was pasted."""
    found = access.reach(course)
    item = access.find_item(found.course, slug, "lab")
    content = _content(item, Lab)
    name = "files" if any(upload.filename for upload in request.files.getlist("files")) else "code"
    try:
        files, main = _read_program(content)
        return _kept(found, item, files=files, main=main)
    except HandInError as problem:
        return _lab_page(found, item, Problems({name: problem.message}, problem.status))
    except RefusedError as problem:
        return _told(_lab_page(found, item, Problems({name: problem.message}, problem.status)), problem)
    except TooManyRequests as problem:
        return _lab_page(found, item, Problems({name: str(problem.description)}, 429))


@bp.get("/courses/<course>/labs/<slug>/starter")
def starter(course: str, slug: str) -> Response:
    """Download the file a student begins with."""
    found = access.reach(course)
    item = access.find_item(found.course, slug, "lab")
    if not ruled.place(found, item).open:
        raise Forbidden("This lab is not open yet.")
    content = _content(item, Lab)
    response = Response(content.starter, mimetype="text/x-python")
    response.headers.set("Content-Disposition", "attachment", filename=content.file)
    return response


@bp.get("/courses/<course>/labs/<slug>/lab.json")
def lab_file(course: str, slug: str) -> Response:
    """Download what `interleave grade` needs to grade a program at home; 404 when a check must stay."""
    found = access.reach(course)
    content = _for_home(found, access.find_item(found.course, slug, "lab"))
    if content is None:
        access.unknown("file")
    response = Response(json.dumps(dump_item(content), indent=1), mimetype="application/json")
    response.headers.set("Content-Disposition", "attachment", filename=f"{content.slug}.json")
    return response


def _for_home(found: access.Access, item: Item) -> Lab | None:
    """Return what may go home: nothing before the task may be read, or while checks are hidden."""
    place = ruled.place(found, item)
    return for_home(_content(item, Lab)) if place.open and not place.hidden_until else None


@bp.get("/courses/<course>/quizzes/<slug>")
def quiz(course: str, slug: str) -> Any:
    """Show the questions; the key never leaves this process."""
    found = access.reach(course)
    return _quiz_page(found, access.find_item(found.course, slug, "quiz"))


@bp.post("/courses/<course>/quizzes/<slug>")
def hand_in_quiz(course: str, slug: str) -> Any:
    """Take in the answers; one that cannot be read is told beside its question."""
    found = access.reach(course)
    item = access.find_item(found.course, slug, "quiz")
    content = _content(item, Quiz)
    answers = _read_answers(content, request.form)
    problems = {}
    for question in content.questions:
        try:
            READERS[question.kind](question, answers.get(question.id))
        except AnswerError as problem:
            problems[question.id] = _without_id(problem.message)
    if problems:
        return _quiz_page(found, item, Problems(problems, 422), answers)
    try:
        return _kept(found, item, answers=answers)
    except RefusedError as problem:
        page = _quiz_page(found, item, Problems({"": problem.message}, problem.status), answers)
        return _told(page, problem)
    except TooManyRequests as problem:
        return _quiz_page(found, item, Problems({"": str(problem.description)}, 429), answers)


def _lab_page(found: access.Access, item: Item, problems: Problems | None = None) -> tuple[str, int]:
    problems = problems or Problems()
    page = render_template(
        "handin/lab.html",
        course=found.course,
        staff=found.staff,
        item=item,
        lab=_content(item, Lab),
        at_home=_for_home(found, item) is not None,
        problems=problems,
        code=request.form.get("code", ""),
        once=secrets.token_hex(12),
        history=ruled.history(item, access.me().id, staff=found.staff),
        place=ruled.place(found, item),
    )
    return page, problems.status or 200


def _quiz_page(
    found: access.Access,
    item: Item,
    problems: Problems | None = None,
    answers: dict[str, Any] | None = None,
) -> tuple[str, int]:
    problems = problems or Problems()
    quiz = _content(item, Quiz).for_students()
    shuffled = ruled.own_order(found, item)
    page = render_template(
        "handin/quiz.html",
        course=found.course,
        staff=found.staff,
        item=item,
        quiz=shuffled_quiz(quiz, access.me().id) if shuffled else quiz,
        shuffled=shuffled,
        problems=problems,
        answers=answers or {},
        example=_example(_content(item, Quiz)),
        once=secrets.token_hex(12),
        history=ruled.history(item, access.me().id, staff=found.staff),
        place=ruled.place(found, item),
    )
    return page, problems.status


def _content(item: Item, kind: type[T]) -> T:
    content = load_item(item.kind, item.content)
    assert isinstance(content, kind)
    return content


def _read_program(lab: Lab) -> tuple[dict[str, str], str]:
    uploads = [upload for upload in request.files.getlist("files") if upload.filename]
    code = request.form.get("code", "")
    if uploads and code.strip():
        raise HandInError(
            "both", "Choose one way: either files, or the text below. Remove the other and try again."
        )
    if not uploads and not code.strip():
        raise HandInError("nothing", f"Choose your {lab.file}, or paste your program into the field below.")
    if uploads:
        return read_files([(upload.filename or "", upload.read()) for upload in uploads], lab)
    # Forms send CRLF whatever was typed.
    return read_files([(lab.file, code.replace("\r\n", "\n").encode())], lab)


def _read_answers(quiz: Quiz, form: MultiDict[str, str]) -> dict[str, Any]:
    """Return what was answered, by question; a question that was left out is not in it."""
    answers: dict[str, Any] = {}
    for question in quiz.questions:
        name = f"q-{question.id}"
        given = form.getlist(name) if question.kind is QuestionKind.CHOICES else form.get(name, "").strip()
        if given:
            answers[question.id] = given
    return answers


def _without_id(message: str) -> str:
    """Beside its question an error need not name it again."""
    _, colon, rest = message.partition(": ")
    return rest[:1].upper() + rest[1:] + "." if colon else message


def _example(quiz: Quiz) -> str:
    """Return answers as the API takes them: of the right shape, not the right ones."""
    shapes = {
        QuestionKind.CHOICE: "A",
        QuestionKind.CHOICES: ["A"],
        QuestionKind.NUMBER: 1,
        QuestionKind.TEXT: "...",
    }
    return json.dumps({"answers": {question.id: shapes[question.kind] for question in quiz.questions[:2]}})


def _told(page: tuple[str, int], problem: RefusedError) -> tuple[str, int, dict[str, str]]:
    """Add when it is worth trying again, for those who read headers."""
    return *page, {"Retry-After": str(problem.seconds)} if problem.seconds else {}


def _kept(found: access.Access, item: Item, **handed_in: Any) -> Any:
    """Keep a submission and show its page. A form sent twice gives one submission.

    Raises `TooManyRequests` and `RefusedError`.
    """
    once = request.form.get("once", "")[:40]
    try:
        submission, _ = keep(
            access.me(), item, staff=found.staff, key=f"page:{once}" if once else None, **handed_in
        )
    except KeyReusedError:
        # The form was changed and sent again after going back: that is a new submission.
        submission, _ = keep(access.me(), item, staff=found.staff, **handed_in)
    return redirect(url_for("web.submission", submission_id=submission.id), 303)
