"""What is not the same in two reports of one submission. Both are read as they are kept."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from service.store.models import JsonObject


@dataclass(frozen=True, slots=True)
class CheckChange:
    """A check that came out differently; a side is `None` where the check is not there."""

    title: str
    before: JsonObject | None
    after: JsonObject | None


@dataclass(frozen=True, slots=True)
class MadeBy:
    """What a report was made by, shortened for a page; empty where it was not kept."""

    graders: str
    image: str
    content: str


def check_changes(before: JsonObject, after: JsonObject) -> list[CheckChange]:
    """Return the checks whose verdict or points are not the same, in the order of the new report."""
    old = {check["id"]: check for check in before.get("checks", [])}
    new = {check["id"]: check for check in after.get("checks", [])}
    changes = []
    for name in [*new, *(name for name in old if name not in new)]:
        was, will = old.get(name), new.get(name)
        if _result(was) != _result(will):
            changes.append(CheckChange(str((will or was or {}).get("title", name)), was, will))
    return changes


def made_by(report: JsonObject) -> MadeBy:
    """Return which graders, image and content a report was made by."""
    image = str((report.get("sandbox") or {}).get("image") or "")
    return MadeBy(
        str(report.get("graders") or "")[:12],
        image.removeprefix("sha256:")[:12],
        str(report.get("content") or "")[:12],
    )


def _result(check: JsonObject | None) -> tuple[Any, ...] | None:
    return (check.get("verdict"), check.get("points"), check.get("max_points")) if check else None
