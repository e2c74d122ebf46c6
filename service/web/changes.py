"""What changed from one submission to a later one of the same student."""

from __future__ import annotations

from typing import Any

from flask import render_template, request

from graders.course import load_item
from graders.quiz import Quiz
from service.context import session
from service.store import results
from service.store.models import Submission
from service.web import access
from service.web.blueprint import bp
from service.web.differences import differences
from service.web.shown import spoken

VIEWS = {"one": "One below the other", "two": "Side by side"}


@bp.get("/submissions/<submission_id>/changes")
def changes(submission_id: str) -> str:
    """Compare a submission with an earlier one: with ``since``, or with the one before it."""
    found, reach = access.find_submission(submission_id)
    history = results.history(session(), found.item_id, found.user_id)
    since = _since(found, history)
    view = request.args.get("view", "one")
    return render_template(
        "submissions/changes.html",
        submission=found,
        since=since,
        item=found.item,
        course=reach.course,
        own=found.user_id == access.me().id,
        others=[one for one in history if one.id != found.id],
        view=view if view in VIEWS else "one",
        views=VIEWS,
        files=differences(since.files or {}, found.files or {}, found.main) if since else [],
        answers=_answers(since, found) if since else [],
    )


def _since(found: Submission, history: list[Submission]) -> Submission | None:
    """Return what to compare with; 404 when it is not of the same student and the same lab."""
    asked = request.args.get("since")
    if asked is None:
        place = [one.id for one in history].index(found.id) if found in history else len(history)
        return history[place + 1] if place + 1 < len(history) else None
    other, _ = access.find_submission(asked)
    if (other.item_id, other.user_id) != (found.item_id, found.user_id):
        access.unknown("submission")
    return other


def _answers(old: Submission, new: Submission) -> list[tuple[str, str, str]]:
    """Return title, answer then and answer now of each question that was answered differently."""
    if new.answers is None:
        return []
    content: Any = load_item(new.item.kind, new.item.content)
    assert isinstance(content, Quiz)
    before, now = old.answers or {}, new.answers
    return [
        (question.title, spoken(before.get(question.id)), spoken(now.get(question.id)))
        for question in content.questions
        if before.get(question.id) != now.get(question.id)
    ]
