"""What the API takes and gives, as pydantic models: validation and OpenAPI come from them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from graders.hints import Kind
from graders.rules import Counts, Feedback
from graders.verdict import Verdict
from service.rules import Refusal
from service.store.models import Role, State


class CoursePath(BaseModel):
    """The course of a route."""

    course: str = Field(description="Slug of the course, such as `shared-data`.")


class LabPath(CoursePath):
    """The lab or quiz of a route."""

    lab: str = Field(description="Slug of the lab or quiz, such as `counter`.")


class SubmissionPath(BaseModel):
    """The submission of a route."""

    submission: str = Field(description="Id of the submission.")


class WaitQuery(BaseModel):
    """How long the answer may take."""

    wait: float = Field(
        0, ge=0, le=60, allow_inf_nan=False, description="Seconds to wait until the submission is final."
    )


class KeyHeader(BaseModel):
    """So that a request that is sent twice counts once."""

    idempotency_key: str | None = Field(
        None,
        alias="Idempotency-Key",
        min_length=1,
        max_length=200,
        pattern=r"^[\x21-\x7e]+$",
        description="The same key with the same content gives the first submission again.",
    )


class Links(BaseModel):
    """Where to go on."""

    self: str
    page: str


class Accepted(BaseModel):
    """A submission that was kept."""

    id: str
    state: State
    position: int = Field(description="Place in the line, 1 is next; 0 when it is not waiting.")
    estimate_seconds: float | None = Field(
        description="About how long it takes until it is graded; null when no worker is alive."
    )
    links: Links


class OverrideOut(BaseModel):
    """A mark that staff gave in place of the graders'."""

    points: float
    reason: str


class HintOut(BaseModel):
    """What follows from a report's witness: what to change, and where."""

    kind: Kind
    text: str
    lines: list[int] = Field(description="Lines of the main file; the witness names them all.")


class SubmissionOut(Accepted):
    """A submission and, when it is graded, its report."""

    course: str
    lab: str
    user: str
    created_at: datetime
    attempts: int
    verdict: Verdict | None
    score: float | None = Field(description="What counts; the report has the graders' own score.")
    max_score: float | None
    late: bool
    days_late: int
    percent_off: float = Field(description="What lateness takes off.")
    counts: float | None = Field(description="The score after what lateness takes off.")
    hidden_checks: int = Field(description="How many checks are not in verdict, score and report yet.")
    hidden_until: datetime | None
    override: OverrideOut | None = Field(description="Set where the mark was given by hand.")
    graded_at: datetime | None
    fault: str | None = Field(description="What went wrong on our side, last.")
    report: dict[str, Any] | None = Field(description="The newest graded attempt's report, version 1.")
    hints: list[HintOut] = Field(description="What follows from the report's witness; empty without one.")


class Answers(BaseModel):
    """What is handed in for a quiz."""

    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)

    answers: dict[str, Any] = Field(
        description='By question, such as `{"q1": "A", "q2": ["A", "C"], "q3": 12.5}`.'
    )


class RulesOut(BaseModel):
    """What is ruled for a lab or quiz; for students with their own extension in it."""

    opens: datetime | None
    due: datetime | None
    closes: datetime | None = Field(description="Null: late work is taken for ever.")
    late_percent_per_day: float = Field(description="Taken off for each day begun after the grace.")
    grace_days: float
    attempts: int = Field(description="0: as many as one likes.")
    cooldown_minutes: float = Field(description="That must pass between two submissions.")
    counts: Counts
    feedback: Feedback
    shuffle: bool
    hidden_checks: int = Field(description="How many checks are hidden until the due date.")
    extended: bool = Field(description="Whether an extension is in it.")


class StandingOut(BaseModel):
    """Whether you may hand in now, and what it would count."""

    may_hand_in: bool
    refusal: Refusal | None
    again: datetime | None = Field(description="When it will be possible, where that is known.")
    attempts_left: int | None = Field(description="Null: as many as you like.")
    days_late: int
    percent_off: float = Field(description="What lateness would take off.")


class ItemOut(BaseModel):
    """A lab, quiz or lesson in its course."""

    slug: str
    kind: str
    title: str
    max_score: float
    rules: RulesOut | None = Field(None, description="Null where nothing is handed in.")


class CourseOut(BaseModel):
    """A course, as far as it is open to who asks."""

    slug: str
    title: str
    role: Role | None = Field(description="Null for administrators who are not enrolled.")


class CourseList(BaseModel):
    """Courses."""

    courses: list[CourseOut]


class CourseDetail(CourseOut):
    """A course with its items."""

    text: str
    items: list[ItemOut]


class LabOut(ItemOut):
    """A lab or quiz: what to do, and with what it is judged."""

    course: str
    text: str
    content: dict[str, Any] = Field(
        description="Lab: file, starter, checks, limits. Quiz: questions without key. Empty before it opens."
    )
    standing: StandingOut


class Mark(BaseModel):
    """What one student reached in one lab or quiz."""

    best: float | None = Field(description="The score that counts, after what lateness takes off.")
    raw: float | None = Field(description="The same submission's score as it was graded.")
    days_late: int
    last_state: State | None
    submissions: int
    late: int = Field(description="Submissions after the due date.")


class GradebookRow(BaseModel):
    """One student."""

    login: str
    name: str
    email: str
    section: str
    total: float = Field(description="Sum of the scores that count.")
    marks: dict[str, Mark]


class Gradebook(BaseModel):
    """Every student's marks."""

    course: str
    items: list[ItemOut]
    students: list[GradebookRow]


class CheckRateOut(BaseModel):
    """How a check went in the submissions that count."""

    id: str
    title: str
    passed: int
    total: int


class ItemStatistics(BaseModel):
    """The numbers of a lab or quiz."""

    slug: str
    title: str
    max_score: float
    students: int
    handed_in: int
    passed: int
    submissions: int
    waiting: int
    graded: int
    failed: int
    late: int
    mean: float | None
    median: float | None
    deviation: float | None
    verdicts: dict[str, int]
    checks: list[CheckRateOut]


class Statistics(BaseModel):
    """The numbers of a course."""

    course: str
    items: list[ItemStatistics]
