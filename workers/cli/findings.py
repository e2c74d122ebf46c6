"""One thing that the doctor tried, and how much it matters."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Mark(StrEnum):
    """How much a finding matters."""

    GOOD = "yes"
    WEAK = "no"
    """It does without, with less isolation."""
    MISSING = "MISSING"
    """This kind of sandbox does not work, or must not be used for a course, without."""


@dataclass(frozen=True)
class Finding:
    """One thing that was tried."""

    subject: str
    mark: Mark
    detail: str = ""
    advice: str = ""
