"""What a lab is, as data. `graders.content` reads it from a folder; this module does no I/O."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, ClassVar, Literal

from graders.limits import Limits

DEFAULT_FREE_RUNS = 3


class Style(StrEnum):
    """How a lab's file is run."""

    PROGRAM = "program"
    """Started as ``python3 FILE``, as the student does at home."""
    FUNCTION = "function"
    """Imported; the harness calls one function from several processes."""
    PYTEST = "pytest"
    """Imported; the lab's hidden tests call its functions, over a pipe."""


@dataclass(frozen=True, slots=True)
class Range:
    """Both ends included. The harness draws from it; the student never sees what was drawn."""

    low: int
    high: int


@dataclass(frozen=True, slots=True)
class CallGroup:
    """Processes that all make the same call in a function-style lab.

    `arguments` names shared values, locks and parameters in the order of the function's signature.
    `effect` says by how much one call changes each shared value: a number, or the name of a
    parameter with an optional leading minus.
    """

    processes: Range
    arguments: tuple[str, ...]
    effect: dict[str, int | str]


@dataclass(frozen=True, slots=True)
class FunctionSpec:
    """The function of a function-style lab, and with what it is called."""

    name: str
    shared: dict[str, Range]
    """Shared ``RawValue("i")`` objects and the range of their start values."""
    locks: tuple[str, ...]
    calls: tuple[CallGroup, ...]
    parameters: dict[str, Range] = field(default_factory=dict)
    """Plain integers, drawn for each call; in every second run one draw serves all calls."""


@dataclass(frozen=True, slots=True)
class CheckSpec:
    """One graded point: a property of the runs, and what it is worth."""

    id: str
    title: str
    points: float
    property: str
    """Name in `graders.properties.PROPERTIES`."""
    with_: dict[str, Any] = field(default_factory=dict)
    """The property's own parameters."""


@dataclass(frozen=True, slots=True)
class RubricItem:
    """What a person judges: staff tick it when it holds, and its points are added (below 0: taken away)."""

    id: str
    title: str
    points: float


@dataclass(frozen=True, slots=True)
class ExploreBudget:
    """What the explorer may spend."""

    runs: int = 200
    seconds: float = 5.0
    """CPU time, reckoned from what the runs do, so that a busy machine decides like an idle one."""


@dataclass(frozen=True, slots=True)
class Lab:
    """A program to write."""

    kind: ClassVar[Literal["lab"]] = "lab"

    course: str
    slug: str
    title: str
    style: Style
    file: str
    """Name of the file a student hands in, and of the starter."""
    text: str
    """The task, Markdown."""
    starter: str
    checks: tuple[CheckSpec, ...]
    limits: Limits = Limits()
    free_runs: int = DEFAULT_FREE_RUNS
    explore: ExploreBudget = ExploreBudget()
    function: FunctionSpec | None = None
    """Set for the function style, and only there."""
    rubric: tuple[RubricItem, ...] = ()
    """What staff add by hand to the graders' points."""
    own_property: str = ""
    """Source of the lab's ``property.py``, for checks of the property ``python``: not for students' eyes."""
    tests: dict[str, str] = field(default_factory=dict)
    """Style pytest: the files of ``tests/`` by name: not for students' eyes either."""

    @property
    def id(self) -> str:
        """``course/lab``, as the command line and reports name it."""
        return f"{self.course}/{self.slug}"

    @property
    def max_score(self) -> float:
        """Sum of the checks' points, and of those that staff can add by the rubric."""
        return sum(check.points for check in self.checks) + self.rubric_points

    @property
    def rubric_points(self) -> float:
        """The most that the rubric can add."""
        return sum(item.points for item in self.rubric if item.points > 0)
