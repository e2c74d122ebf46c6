"""The picture of a report on its page and as a file, and what the stepper shows at each moment."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from typing import Any

from flask import Response, url_for
from markupsafe import Markup

from graders import picture
from graders.picture import words
from graders.report import Report, Step
from graders.words import processes
from service.context import session
from service.store.models import Attempt, Submission
from service.store.seen import Seen
from service.veil import veiled
from service.web import access, ruled
from service.web.blueprint import bp

_YEAR = 31_536_000
_FILE_POLICY = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
"""A picture that is opened by itself brings its own style, and may do nothing else."""


@cache
def _version() -> str:
    return sha256(picture.sheet().encode()).hexdigest()[:12]


def style_address() -> str:
    """Return the address of the pictures' style sheet; it changes with the sheet."""
    return url_for("web.picture_style", version=_version())


@bp.get("/assets/picture-<version>.css")
def picture_style(version: str) -> Response:
    """Serve the style of the pictures on pages; an address with an older version gets the newest one."""
    response = Response(picture.sheet(), mimetype="text/css")
    kept = f"public, max-age={_YEAR}, immutable" if version == _version() else "no-cache"
    response.headers["Cache-Control"] = kept
    return response


@bp.get("/submissions/<submission_id>/picture.svg")
def picture_file(submission_id: str) -> Response:
    """Hand out the picture of a submission's report as a file; 404 when there is nothing to draw."""
    found, reach = access.find_submission(submission_id)
    report = report_for(found, ruled.seen(found, staff=reach.staff))
    if report is None or not picture.drawable(report):
        access.unknown("picture")
    response = Response(picture.svg(report, main_source(found)), mimetype="image/svg+xml")
    response.headers["Content-Disposition"] = (
        f'attachment; filename="{found.item.slug}-{report.verdict}-{found.id}.svg"'
    )
    response.headers["Content-Security-Policy"] = _FILE_POLICY
    return response


def report_of(submission: Submission) -> Report | None:
    """Return the report that counts; `None` while there is none."""
    if submission.graded_attempt is None:
        return None
    attempt = session().get(Attempt, (submission.id, submission.graded_attempt))
    return Report.from_json(attempt.report) if attempt and attempt.report else None


def report_for(submission: Submission, seen: Seen) -> Report | None:
    """Return the report as far as it may be seen; `None` while there is nothing to see."""
    report = report_of(submission)
    return veiled(report, ruled.hidden_checks(submission, report)) if report and seen.hidden else report


@dataclass(frozen=True, slots=True)
class Story:
    """What a page shows of a report's witness or certificate besides its words."""

    drawing: Markup
    """The picture, without a style of its own; empty when there is nothing to draw."""
    columns: list[tuple[int, str, str]]
    """Process, its name, and the class of its colour, for each that takes part."""
    moments: list[dict[str, Any]]
    """For the stepper: sentence, lines and state after each step."""
    notes: list[str]
    covers: str


def story(report: Report | None, submission: Submission) -> Story | None:
    """Return what there is to show of a report; `None` when it has no picture."""
    if report is None or not picture.drawable(report):
        return None
    drawn = Markup(picture.svg(report, main_source(submission), standalone=False))  # noqa: S704 - escaped by ElementTree
    witness = report.witness
    steps = witness.steps if witness else ()
    colour = picture.colours(steps)
    columns = [(process, words.capital(words.head(process)), colour[process]) for process in sorted(colour)]
    return Story(
        drawing=drawn,
        columns=columns if steps else [],
        moments=[_moment(moment) for moment in picture.moments(steps)],
        notes=picture.notes(witness) if witness else [],
        covers=picture.covered(report),
    )


@bp.app_template_filter("step_phrase")
def step_phrase(step: Step) -> words.Phrase:
    """Return what a step does, in two parts."""
    return words.phrase(step)


def main_source(submission: Submission) -> str:
    """Return the main file of a submission; empty for a quiz."""
    files: dict[str, str] = submission.files or {}
    return files.get(submission.main or "", "")


def _moment(moment: picture.Moment) -> dict[str, Any]:
    """Return a moment as the stepper reads it: names and values ready to be shown."""
    return {
        "said": moment.sentence,
        "process": moment.step.process,
        "line": moment.step.line,
        "stands": [list(pair) for pair in moment.stands],
        "values": [[words.name_text(name), words.value_text(value)] for name, value in moment.values],
        "holders": [[words.short_name(lock), processes(who)] for lock, who in moment.holders],
        "hands": [
            [words.head(process), f"{words.value_text(value)} from {words.name_text(name)}"]
            for process, name, value in moment.in_hand
        ],
    }
