"""The two forms of the page of rules: what is written in them is read here, and told when it is wrong."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from werkzeug.datastructures import MultiDict

from graders import clock
from graders.rules import (
    MOMENTS,
    MOST_ATTEMPTS,
    MOST_COOLDOWN_MINUTES,
    MOST_GRACE_DAYS,
    Counts,
    Feedback,
    Rules,
)
from service.rules import Extension
from service.store.rules_tables import ItemExtension

_NUMBERS = {
    "late_percent_per_day": 100.0,
    "grace_days": MOST_GRACE_DAYS,
    "cooldown_minutes": float(MOST_COOLDOWN_MINUTES),
}
"""Fields that hold a number from 0, and the greatest one each takes."""
_LABELS = {
    "opens": "Opens",
    "due": "Due",
    "closes": "Closes",
    "late_percent_per_day": "Per cent off for each day late",
    "grace_days": "Days of grace",
    "attempts": "Attempts",
    "cooldown_minutes": "Minutes between two attempts",
    "counts": "What counts",
    "hidden_checks": "Hidden until the due date",
    "shuffle": "Options in an order of each student's own",
    "feedback": "Feedback",
}


@dataclass
class Form:
    """What stands in a form's fields, and what is wrong with it."""

    texts: dict[str, str] = field(default_factory=dict)
    problems: dict[str, str] = field(default_factory=dict)

    def text(self, name: str) -> str:
        """Return what stands in a field."""
        return self.texts.get(name, "")

    def problem(self, name: str) -> str:
        """Return what is wrong with a field; empty when nothing is."""
        return self.problems.get(name, "")

    def moment(self, name: str, where: ZoneInfo, before: datetime | None) -> datetime | None:
        """Return the moment written in a field. One that was not touched stays what it was to the second."""
        text = self.text(name)
        if before and text == local_text(before, where):
            return before
        if not text:
            return None
        try:
            local = datetime.fromisoformat(text)
            if local.tzinfo is not None:
                raise ValueError("a form has no offsets")
        except ValueError:
            self.problems[name] = "Write a date and a time, such as 2026-12-01T23:59."
            return None
        try:
            return clock.moment(local, where)
        except clock.NoSuchTimeError as problem:
            self.problems[name] = f"Choose another time: {problem}."
            return None

    def number(self, name: str, most: float) -> float:
        """Return the number written in a field; an empty one is 0."""
        text = self.text(name).replace(",", ".")
        try:
            value = float(text) if text else 0.0
        except ValueError:
            value = math.nan
        if not 0 <= value <= most:
            self.problems[name] = f"Write a number from 0 to {most:g}."
            return 0.0
        return value

    def whole(self, name: str, most: int) -> int:
        """Return the whole number written in a field; an empty one is 0."""
        text = self.text(name)
        value = int(text) if text.isascii() and text.isdigit() and len(text) < 9 else -1
        if text and not 0 <= value <= most:
            self.problems[name] = f"Write a whole number from 0 to {most}."
        return max(value, 0)


@dataclass
class RulesForm(Form):
    """The rules of a lab or quiz."""

    hidden: list[str] = field(default_factory=list)
    rules: Rules = field(default_factory=Rules)

    @classmethod
    def show(cls, rules: Rules, where: ZoneInfo) -> RulesForm:
        """Return the form as it stands for these rules."""
        texts = {name: local_text(getattr(rules, name), where) for name in MOMENTS}
        texts |= {name: f"{getattr(rules, name):g}" for name in _NUMBERS}
        texts |= {"attempts": str(rules.attempts), "counts": rules.counts, "feedback": rules.feedback}
        return cls(texts | {"shuffle": "1" if rules.shuffle else ""}, {}, list(rules.hidden_checks), rules)

    @classmethod
    def read(cls, sent: MultiDict[str, str], where: ZoneInfo, before: Rules, parts: list[str]) -> RulesForm:
        """Read what was sent; `parts` are the ids of what may be hidden."""
        form = cls({name: text.strip()[:100] for name, text in sent.items()})
        form.hidden = [name for name in parts if name in sent.getlist("hidden_checks")]
        values: dict[str, Any] = {name: form.moment(name, where, getattr(before, name)) for name in MOMENTS}
        values |= {name: form.number(name, most) for name, most in _NUMBERS.items()}
        form.rules = Rules(
            **values,
            attempts=form.whole("attempts", MOST_ATTEMPTS),
            counts=Counts.LAST if form.text("counts") == Counts.LAST else Counts.BEST,
            hidden_checks=tuple(form.hidden),
            shuffle=bool(form.text("shuffle")),
            feedback=Feedback.AFTER_DUE if form.text("feedback") == Feedback.AFTER_DUE else Feedback.NOW,
        )
        for name, sentence in form.rules.problems():
            form.problems.setdefault(name, sentence)
        return form


@dataclass
class ExtensionForm(Form):
    """What one student is granted. `version` is 0 for an extension that is new."""

    version: int = 0
    extension: Extension = field(default_factory=Extension)
    meanwhile: str = ""
    """Who changed it in the meantime, as a sentence."""

    @classmethod
    def show(cls, before: ItemExtension, where: ZoneInfo) -> ExtensionForm:
        """Return the form as it stands for an extension that was granted."""
        texts = {
            "student": before.user.login,
            "new_due": local_text(before.due, where),
            "new_closes": local_text(before.closes, where),
            "more_attempts": str(before.attempts or ""),
            "reason": before.reason,
        }
        return cls(texts, version=before.version)

    @classmethod
    def read(
        cls,
        sent: MultiDict[str, str],
        where: ZoneInfo,
        rules: Rules,
        before: ItemExtension | None,
        *,
        version: int,
    ) -> ExtensionForm:
        """Read what was sent, for a lab or quiz with these `rules`."""
        form = cls({name: text.strip()[:500] for name, text in sent.items()}, version=version)
        form.extension = Extension(
            form.moment("new_due", where, before.due if before else None),
            form.moment("new_closes", where, before.closes if before else None),
            form.whole("more_attempts", MOST_ATTEMPTS),
            form.text("reason"),
        )
        form._must_be_more(rules)
        return form

    def _must_be_more(self, rules: Rules) -> None:
        granted = self.extension
        self._later("new_due", granted.due, rules.due, "due date")
        self._later("new_closes", granted.closes, rules.closes, "closing")
        if granted.attempts and not rules.attempts:
            self.problems.setdefault("more_attempts", "Attempts are not limited, so there is nothing to add.")
        if granted.due and granted.closes and granted.closes < granted.due:
            self.problems.setdefault("new_closes", "The closing must not be before the due date.")
        if not (granted.due or granted.closes or granted.attempts) and not self.problems:
            self.problems["new_due"] = "Grant something: a later date, or more attempts."
        for name, sentence in (
            ("student", "Write the login of a student."),
            ("reason", "Write down why: whoever reads it in two months will ask."),
        ):
            if not self.text(name):
                self.problems[name] = sentence

    def _later(self, name: str, granted: datetime | None, ruled: datetime | None, what: str) -> None:
        if granted and ruled is None:
            self.problems.setdefault(name, f"There is no {what} to put off.")
        elif granted and ruled and granted <= ruled:
            self.problems.setdefault(
                name, f"Choose a later time: this is no later than the {what} of all others."
            )


def local_text(moment: datetime | None, where: ZoneInfo) -> str:
    """Return a moment as a field for dates holds it: local, to the minute."""
    return moment.astimezone(where).strftime("%Y-%m-%dT%H:%M") if moment else ""


def differences(now: Rules, form: RulesForm, where: ZoneInfo) -> list[tuple[str, str]]:
    """Return the fields in which what holds now is not what the form says: label and what holds."""
    told = []
    for name, label in _LABELS.items():
        value = getattr(now, name)
        if value != getattr(form.rules, name):
            told.append((label, _told(value, where)))
    return told


def _told(value: Any, where: ZoneInfo) -> str:
    if isinstance(value, datetime):
        return f"{value.astimezone(where):%Y-%m-%d %H:%M} ({where.key})"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple):
        return ", ".join(value) or "none"
    return "none" if value is None else str(value)
