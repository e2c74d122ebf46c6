"""The guilty pattern of a report: equal for students who made the same mistake, whatever names they chose.

Nothing here reads a program as Python does: what students hand in is hostile by assumption, and a parser
can be made to fall over. Lines are taken apart by one linear regular expression, and only a few of them.
"""

from __future__ import annotations

import builtins
import hashlib
import json
import keyword
import re
from collections.abc import Iterable
from dataclasses import dataclass

from graders.report import Check, Report, Witness
from graders.verdict import Verdict

_SOME_TEXT = "'…'"
_LINES = 6
_LINE_LENGTH = 300
_TOLD_LENGTH = 400
_TOKEN = re.compile(
    r"""(?P<comment>\#.*)
      | (?P<text>[rRbBfFuU]{0,2}(?:"[^"]*"|'[^']*'))
      | (?P<name>[^\W\d]\w*)
      | (?P<number>\d[\w.]*)
      | (?P<sign>\*\*=?|//=?|<<=?|>>=?|[-+*/%&|^@=<>!:]=|->|\S)
    """,
    re.VERBOSE,
)
_KEPT = frozenset(keyword.kwlist) | frozenset(dir(builtins))
"""Names that mean the same in every program."""
_KINDS = {
    "read": "shared value",
    "write": "shared value",
    "acquire": "lock",
    "release": "lock",
    "send": "channel",
    "receive": "channel",
    "signal": "signal",
}
_WAITED_FOR = ("lock", "semaphore", "event", "barrier", "condition", "queue", "pipe", "process", "line")
_ERROR = re.compile(
    r"\b[A-Z]\w*(?:Error|Exception|Exit|Interrupt|Iteration|Warning)\b"
    r"(?::[^\n]*?)?(?=\s\(in |,\sin\sline|\n|$)"
)
_QUOTED = re.compile(r"'[^']*'|\"[^\"]*\"|“[^”]*”")
_DIGITS = re.compile(r"\d+(?:\.\d+)?")


@dataclass(frozen=True, slots=True)
class Pattern:
    """A mistake as it can be compared; see `GuiltyPattern` for the fields."""

    key: str
    verdict: Verdict
    told: str
    kinds: str


def pattern_of(report: Report, source: str) -> Pattern | None:
    """Return the pattern of a report on a program whose main file is `source`; `None` when it passed.

    The key is made of the verdict, the kind of the witness, the guilty lines (without the student's own
    names, comments and spaces) and the kinds of the objects that take part. Where no line is guilty, what
    the failing checks say stands in their place, without numbers and names.
    """
    if report.passed:
        return None
    witness = report.witness
    lines = guilty_lines(source, witness.lines) if witness else []
    kinds = _kinds(witness) if witness and lines else ()
    told = " / ".join(normalised(lines)) if lines else _said(report)
    parts = [report.verdict, witness.kind if witness else "", told, kinds]
    key = hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:32]
    return Pattern(key, report.verdict, told[:_TOLD_LENGTH], ", ".join(kinds))


def guilty_lines(source: str, numbers: Iterable[int]) -> list[str]:
    """Return the few first of the lines with these numbers (from 1), as they were written."""
    # Counted as Python counts them: a form feed or a line separator ends no line.
    written = source.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    found = (written[number - 1] for number in sorted(set(numbers)) if 0 < number <= len(written))
    return [line[:_LINE_LENGTH] for line, _ in zip(found, range(_LINES), strict=False) if line.strip()]


def normalised(lines: Iterable[str]) -> list[str]:
    """Return the lines with one space between tokens and the program's own names told as a, b, c ...

    Names of Python itself and those behind a dot stay, numbers too: adding 10 is another mistake than
    adding 1.
    """
    names: dict[str, str] = {}
    return [told for line in lines if (told := _normalised(line, names))]


def _normalised(line: str, names: dict[str, str]) -> str:
    tokens: list[str] = []
    for match in _TOKEN.finditer(line):
        kind, token = match.lastgroup, match.group()
        if kind == "comment":
            break
        if kind == "text":
            token = _SOME_TEXT
        elif kind == "name" and token not in _KEPT and (not tokens or tokens[-1] != "."):
            token = names.setdefault(token, _letter(len(names)))
        tokens.append(token)
    return " ".join(tokens)


def _letter(index: int) -> str:
    return chr(ord("a") + index) if index < 26 else f"n{index}"


def _kinds(witness: Witness) -> tuple[str, ...]:
    """Return the kinds of what the witness reads, writes and waits for, sorted."""
    found = {_KINDS[step.operation] for step in witness.steps if step.operation in _KINDS}
    for wait in witness.waits:
        found |= {word for word in _WAITED_FOR if word in wait.waits_for.lower()}
    return tuple(sorted(found))


def _said(report: Report) -> str:
    """Return what the failing checks say, so that it is the same for everybody with the same mistake."""
    failing = [check for check in report.checks if check.verdict is not Verdict.PASSED]
    worst = [check for check in failing if check.verdict is report.verdict] or failing
    if report.verdict is Verdict.CRASH and (error := _ERROR.search(_message(worst))):
        return _without_details(error.group())
    if any(check.message for check in worst):
        return _without_details(_message(worst))
    return "; ".join(check.title for check in worst)


def _message(checks: list[Check]) -> str:
    return next((check.message for check in checks if check.message), "")


def _without_details(message: str) -> str:
    text = _DIGITS.sub("#", _QUOTED.sub(_SOME_TEXT, message[:2000]))
    return " ".join(text.split())[:_TOLD_LENGTH]
