"""The page of a submission, its state for the live page, and what may be done with it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from flask import Response, flash, redirect, render_template, request, url_for
from markupsafe import Markup

from graders.course import load_item
from graders.hints import hints
from graders.lab import Lab, Style
from graders.quiz import Question, Quiz
from graders.report import Report
from service import regrading
from service.context import database, session
from service.handin import offer
from service.store import lifecycle, line
from service.store.models import Item, QueueName, State, Submission
from service.store.regrades import Scope
from service.web import access, pictures, ruled, text, words
from service.web.audit import note
from service.web.blueprint import bp
from service.web.marks import marks_of
from service.web.shown import span, spoken


@dataclass(frozen=True, slots=True)
class Source:
    """A file of a submission, ready to be shown; `guilty` are the lines a witness names."""

    name: str
    lines: list[Markup]
    guilty: frozenset[int]


@bp.get("/submissions/<submission_id>")
def submission(submission_id: str) -> str:
    """Show a submission as it stands."""
    return page(*access.find_submission(submission_id))


def page(found: Submission, reach: access.Access, problems: dict[str, str] | None = None) -> str:
    """Return the page of a submission; `problems` are told beside the fields of staff's forms."""
    seen = ruled.seen(found, staff=reach.staff)
    report = pictures.report_for(found, seen)
    content = load_item(found.item.kind, found.item.content)
    kind = "tests" if isinstance(content, Lab) and content.style is Style.PYTEST else found.item.kind
    return render_template(
        "submissions/submission.html",
        submission=found,
        seen=seen,
        item=found.item,
        course=reach.course,
        staff=reach.staff,
        own=found.user_id == access.me().id,
        report=report,
        story=pictures.story(report, found),
        hints=hints(report, pictures.main_source(found)) if report else (),
        content=content,
        words=words.for_submission(found.state, seen.verdict, kind, seen.hidden),
        certificate=words.CERTIFICATES.get(report.certificate) if report and report.certificate else None,
        waiting=waiting(found),
        sources=_sources(found, report),
        answers=_answers(found),
        history=ruled.history(found.item, found.user_id, staff=reach.staff),
        marking=marks_of(found, report),
        problems=problems or {},
    )


@bp.get("/submissions/<submission_id>/state")
def state(submission_id: str) -> Response:
    """Tell the live page where the submission stands; 304 while nothing changed."""
    found, reach = access.find_submission(submission_id)
    seen = ruled.seen(found, staff=reach.staff)
    told = words.for_submission(found.state, seen.verdict, found.item.kind, seen.hidden)
    still = waiting(found)
    body = json.dumps(
        {
            "state": found.state,
            "final": found.state.final,
            "text": f"{told.title}. {still}" if still else f"{told.title}.",
            "waiting": still,
        }
    )
    response = Response(body, mimetype="application/json")
    response.set_etag(sha256(body.encode()).hexdigest()[:32])
    response.headers["Cache-Control"] = "no-store"
    if not found.state.final:
        response.headers["Retry-After"] = "1" if found.state is State.RUNNING else "2"
    response.make_conditional(request)
    return response


@bp.post("/submissions/<submission_id>/cancel")
def cancel(submission_id: str) -> Any:
    """Withdraw a submission that is not graded yet."""
    found, reach = access.find_submission(submission_id)
    if lifecycle.cancel(database(), found.id):
        if found.user_id != access.me().id:
            note("submission.cancel", reach.course, found.id, {"student": found.user.login})
        flash("The submission was withdrawn.", "good")
    else:
        flash("It was too late: the submission had already been graded.", "limit")
    return redirect(url_for("web.submission", submission_id=found.id), 303)


@bp.post("/submissions/<submission_id>/regrade")
def regrade(submission_id: str) -> Any:
    """Have a submission graded again; only staff. Where it has a mark, what would change is shown first."""
    found, reach = access.find_submission(submission_id)
    if not reach.staff:
        access.unknown("page")
    if found.graded_attempt is not None and found.state.final:
        begun = regrading.begin(reach.course, Scope(submission=found), access.me())
        return redirect(url_for("web.regrade_page", course=reach.course.slug, regrade_id=begun.id), 303)
    if lifecycle.regrade(database(), found.id):
        offer(found.id, QueueName.REGRADE)
        note("submission.regrade", reach.course, found.id, {"student": found.user.login})
        flash("It is in the queue again.", "good")
    else:
        flash("It is still waiting or being graded, so there is nothing to do again.", "limit")
    return redirect(url_for("web.submission", submission_id=found.id), 303)


def waiting(submission: Submission) -> str:
    """Say how long it may take: the place in the line and an estimate; empty when it does not wait."""
    if submission.state is not State.QUEUED:
        return ""
    place = line.position(session(), submission)
    seconds = line.estimate_seconds(session(), place)
    turn = "It is next in the line" if place == 1 else f"{place - 1} before it in the line"
    if seconds is None:
        return f"{turn}; no worker is running at the moment, so it starts when one is back."
    return f"{turn}; graded in about {span(max(1.0, round(seconds)))}."


def _sources(submission: Submission, report: Report | None) -> list[Source]:
    """Return the files, the main one first."""
    files: dict[str, str] = submission.files or {}
    guilty = frozenset(report.witness.lines) if report and report.witness else frozenset()
    return [
        Source(name, text.source_lines(files[name]), guilty if name == submission.main else frozenset())
        for name in sorted(files, key=lambda name: (name != submission.main, name))
    ]


def _answers(submission: Submission) -> list[tuple[str, str]]:
    """Return a quiz's questions and what was answered, in words."""
    if submission.answers is None:
        return []
    content = load_item(submission.item.kind, submission.item.content)
    assert isinstance(content, Quiz)
    return [
        (question.title, _spoken(submission.answers.get(question.id), _texts(submission.item, question)))
        for question in content.questions
    ]


def _texts(item: Item, question: Question) -> dict[str, str]:
    """Return the options' texts by id where their letters are not shown, because they are shuffled."""
    if not ruled.is_shuffled(item):
        return {}
    return {option.id: option.text.replace("`", "") for option in question.options if "\n" not in option.text}


def _spoken(answer: object, texts: dict[str, str]) -> str:
    """Return an answer in words, an option by its text where that is what the student saw."""
    if isinstance(answer, list):
        return spoken([texts.get(str(one), str(one)) for one in answer])
    return texts.get(str(answer), spoken(answer))
