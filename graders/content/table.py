"""Typed reading of TOML tables, with errors an author can act on.

Problems are collected instead of raised, so that one run tells of every mistake. A value that is
off is replaced by a harmless one of its type; nothing built from it survives `Problems.settle`.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from dataclasses import replace
from difflib import get_close_matches
from typing import Any

from graders.errors import ContentError
from graders.lab import Range

_REQUIRED: Any = object()

SLUG = (
    r"(?!.{81})[a-z0-9]+(-[a-z0-9]+)*",
    "lower-case letters and digits, with single hyphens between, 80 characters at most",
)
IDENTIFIER = (r"[A-Za-z_][A-Za-z0-9_]*", "a Python name")
MAX_TITLE = 200
"""Characters: what the database and a page's heading take."""


MAX_TABLES = 200
"""Tables of one name, such as ``[[check]]``: more than any author writes, and soon gone through."""
MOST_TOLD = 200
"""Problems that are told at once; a file of nothing but mistakes must not take minutes to refuse."""
_MOST_UNKNOWN = 20


class Problems:
    """The mistakes found so far in a course folder."""

    def __init__(self) -> None:
        self._found: list[ContentError] = []

    def add(self, problem: ContentError) -> None:
        """Note one more, and those that come with it."""
        room = MOST_TOLD - len(self._found)
        self._found += [replace(problem, others=()), *problem.others][:room]

    def settle(self) -> None:
        """Raise a `ContentError` for the first, with the others, if there is any."""
        if self._found:
            first, *others = self._found
            raise ContentError(first.file, first.key, first.expected, tuple(others))


class Table:
    """One table of a TOML file. Each key is asked for once; `close` complains about the rest."""

    def __init__(self, data: dict[str, Any], file: str, key: str, problems: Problems) -> None:
        self._data = data
        self._file = file
        self._key = key
        self._problems = problems
        self._asked: list[str] = []

    def problem(self, key: str, expected: str) -> None:
        """Note that what stands under `key` is not what was expected."""
        path = self._path(key)
        shown = path if len(path) <= 120 else path[:117] + "..."
        self._problems.add(ContentError(self._file, shown, expected))

    def has(self, key: str) -> bool:
        """Whether the key is there; asking makes it a known one."""
        self._asked.append(key)
        return key in self._data

    def names(self) -> list[str]:
        """Names in the table, in the order of the file."""
        return list(self._data)

    def string(
        self,
        key: str,
        default: str = _REQUIRED,
        form: tuple[str, str] | None = None,
        most: int | None = None,
    ) -> str:
        """Return text without the space around it.

        `form` is a pattern and its meaning in words, `most` the greatest number of characters.
        """
        expected = form[1] if form else "text"
        value = self._take(key, default, expected)
        if value is default:
            return "" if value is _REQUIRED else default
        if not isinstance(value, str) or (form and not re.fullmatch(form[0], value)):
            self.problem(key, f"{expected}, not {_show(value)}")
            return ""
        if not value.strip() and default is _REQUIRED:
            self.problem(key, f"{expected}; it is empty")
        if most is not None and len(value.strip()) > most:
            self.problem(key, f"{expected} of at most {most} characters, not {len(value.strip())}")
        return value.strip()

    def one_of(self, key: str, names: Iterable[str], default: str = _REQUIRED) -> str:
        """Return one of `names`."""
        known = list(names)
        expected = "one of " + ", ".join(known)
        value = self._take(key, default, expected)
        if value is _REQUIRED:
            return known[0]
        if not isinstance(value, str) or value not in known:
            self.problem(key, f"{expected}, not {_show(value)}{_hint(value, known)}")
            return known[0]
        return value

    def flag(self, key: str, default: bool) -> bool:
        """Return true or false."""
        value = self._take(key, default, "true or false")
        if not isinstance(value, bool):
            self.problem(key, f"true or false, not {_show(value)}")
            return default
        return value

    def number(
        self, key: str, default: float = _REQUIRED, low: float = -math.inf, high: float = math.inf
    ) -> float:
        """Return a finite number from `low` to `high`."""
        expected = "a number" + _between(low, high)
        value = self._take(key, default, expected)
        if value is _REQUIRED:
            return 0.0
        if isinstance(value, bool) or not isinstance(value, int | float) or not _finite(value, low, high):
            self.problem(key, f"{expected}, not {_show(value)}")
            return 0.0
        return float(value)

    def integer(self, key: str, default: int = _REQUIRED, low: int = 0, high: int = 10**9) -> int:
        """Return a whole number from `low` to `high`."""
        expected = "a whole number" + _between(low, high)
        value = self._take(key, default, expected)
        if value is _REQUIRED:
            return low
        if type(value) is not int or not low <= value <= high:
            self.problem(key, f"{expected}, not {_show(value)}")
            return low
        return value

    def range(self, key: str, low: int, high: int) -> Range:
        """Return a range, written as ``[low, high]``, or as one number that is both."""
        expected = f"[low, high] with whole numbers{_between(low, high)}, or one such number"
        value = self._take(key, _REQUIRED, expected)
        if value is _REQUIRED:
            return Range(low, low)
        ends = [value, value] if type(value) is int else value
        if isinstance(ends, list) and len(ends) == 2 and all(type(end) is int for end in ends):
            first, last = ends
            if low <= first <= last <= high:
                return Range(first, last)
        self.problem(key, f"{expected}, not {_show(value)}")
        return Range(low, low)

    def strings(
        self, key: str, default: tuple[str, ...] = _REQUIRED, form: tuple[str, str] | None = None
    ) -> tuple[str, ...]:
        """Return a list of texts; one text alone stands for a list of one."""
        expected = "a list of " + (form[1] if form else "texts")
        value = self._take(key, default, expected)
        if value is default:
            return () if value is _REQUIRED else default
        items = [value] if isinstance(value, str) else value
        if isinstance(items, list) and all(
            isinstance(item, str) and item.strip() and (not form or re.fullmatch(form[0], item))
            for item in items
        ):
            return tuple(items)
        self.problem(key, f"{expected}, not {_show(value)}")
        return ()

    def anything(self, key: str, expected: str) -> Any:
        """Return whatever stands there, or `None` with a problem noted."""
        value = self._take(key, _REQUIRED, expected)
        return None if value is _REQUIRED else value

    def plain(self, key: str) -> dict[str, Any]:
        """Return a table as it stands; empty when it is missing."""
        value = self._take(key, {}, "a table")
        if not isinstance(value, dict):
            self.problem(key, f"a table, not {_show(value)}")
            return {}
        return value

    def table(self, key: str) -> Table:
        """Return a table inside this one; empty when it is missing."""
        return Table(self.plain(key), self._file, self._path(key), self._problems)

    def tables(self, key: str) -> list[Table]:
        """Return the tables of ``[[key]]``; none when it is missing."""
        value = self._take(key, [], f"[[{key}]] tables")
        if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
            self.problem(key, f"[[{key}]] tables, not {_show(value)}")
            return []
        if len(value) > MAX_TABLES:
            self.problem(key, f"at most {MAX_TABLES} [[{key}]] tables, not {len(value)}")
            value = value[:MAX_TABLES]
        return [
            Table(item, self._file, f"{self._path(key)}[{number}]", self._problems)
            for number, item in enumerate(value, start=1)
        ]

    def close(self) -> None:
        """Note every key that nobody asked for, with the nearest one that is known."""
        unknown = [key for key in self._data if key not in self._asked]
        known = sorted(set(self._asked))
        for key in unknown[:_MOST_UNKNOWN]:
            self.problem(key, f"no such key{_hint(key, known)}; known are {', '.join(known)}")

    def _take(self, key: str, default: Any, expected: str) -> Any:
        self._asked.append(key)
        if key in self._data:
            return self._data[key]
        if default is _REQUIRED:
            self.problem(key, f"{expected}; it is missing")
        return default

    def _path(self, key: str) -> str:
        return f"{self._key}.{key}" if self._key else key


def _show(value: Any) -> str:
    try:
        text = repr(value)
    except ValueError:
        return "a number of that size"  # Python refuses to spell it, and nobody would read it.
    return text if len(text) <= 60 else text[:57] + "..."


def _hint(value: Any, known: Iterable[str]) -> str:
    near = get_close_matches(value, list(known), n=1) if isinstance(value, str) else []
    return f" (did you mean {near[0]}?)" if near else ""


def _finite(value: float, low: float, high: float) -> bool:
    return -1e300 < value < 1e300 and low <= value <= high


def _between(low: float, high: float) -> str:
    if math.isinf(high):
        return "" if math.isinf(low) else f" of at least {low:.10g}"
    return f" from {low:.10g} to {high:.10g}"
