"""Programs as students would have handed them in, each with the report that its verdict brings."""

from __future__ import annotations

import random
import re
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from graders.lab import Lab
from graders.report import CONVICTIONS, Check, Report, Runs, SandboxInfo, Step, Usage, Wait, Witness
from graders.verdict import Certificate, Verdict
from scripts.bench.program import COURSE
from service.store.patterns import Pattern, pattern_of

VARIANTS = 12
"""How many programs are made of each that ships."""
_NAMES = ("r", "n", "counter", "shared", "total", "value_box", "x", "number", "box", "c", "memory", "account")
_GUILTY = re.compile(r"\.value|acquire|release|with |\.get\(|\.put\(")
_SAID = {
    Verdict.CRASH: "Run 1 of 1 crashed: {error} (in Process Process-1)",
    Verdict.WRONG_VALUE: "Run 1 of 1: from {start} it must come to 100 more, but it was {end}.",
    Verdict.REQUIREMENT: "Only {few} of the 10 processes asked for were started.",
}
_ERRORS = (
    "NameError: name 'RawValu' is not defined",
    "TypeError: F() missing 2 required positional arguments: 'r' and 'lock'",
    "AttributeError: 'int' object has no attribute 'value'",
    "SyntaxError: invalid syntax",
    "ValueError: semaphore or lock released too many times",
)


@dataclass(frozen=True)
class Made:
    """A program and its report."""

    files: dict[str, str]
    main: str
    report: Report

    @cached_property
    def json(self) -> dict[str, Any]:
        """Return the report as it is stored."""
        return self.report.to_json()

    @cached_property
    def pattern(self) -> Pattern | None:
        """Return what is wrong with it, as it is stored."""
        return pattern_of(self.report, self.files[self.main])


def programs_of(lab: Lab, chance: random.Random) -> dict[Verdict, list[Made]]:
    """Return programs of a lab by verdict: those that ship with it, under other names, lines moved."""
    found: dict[Verdict, list[Made]] = {}
    folder = COURSE / "labs" / lab.slug / "submissions"
    for path in sorted(folder.glob("*/*.py")):
        verdict = Verdict(path.parent.name)
        for _ in range(VARIANTS):
            source = _varied(path.read_text(), chance)
            report = _report(lab, verdict, source, chance)
            found.setdefault(verdict, []).append(Made({lab.file: source}, lab.file, report))
    return found


def _varied(source: str, chance: random.Random) -> str:
    """Return the program with another name for what it shares, and a few lines of comment on top."""
    name = chance.choice(_NAMES)
    own = re.sub(r"\b(?:r|n|counter|balance|number)\b(?!\s*=\s*[A-Z])", name, source)
    return "# My solution\n" * chance.randrange(4) + own


def _report(lab: Lab, verdict: Verdict, source: str, chance: random.Random) -> Report:
    worst = len(lab.checks) - 1 if verdict is Verdict.REQUIREMENT else 0
    checks = [
        Check(
            spec.id,
            spec.title,
            verdict if index == worst else Verdict.PASSED,
            0 if index == worst and verdict is not Verdict.PASSED else spec.points,
            spec.points,
            _message(verdict, chance) if index == worst else "It held in every one of 4 runs.",
        )
        for index, spec in enumerate(lab.checks)
    ]
    passed = verdict is Verdict.PASSED
    return Report.of(
        lab.id,
        checks,
        certificate=Certificate.VERIFIED if passed else Certificate.REFUTED,
        runs=Runs(free=3 if passed else 0, explored=chance.randrange(1, 60)),
        seed=7,
        seconds=round(chance.uniform(0.1, 3), 3),
        witness=_witness(verdict, source, chance) if verdict in CONVICTIONS else None,
        output="The final value is 100\n" if passed else "The final value is 90\n",
        usage=Usage(wall=0.4, cpu=0.3, memory=chance.randrange(14_000_000, 40_000_000), processes=11),
        sandbox=SandboxInfo("docker", "runc", f"sha256:{chance.getrandbits(256):064x}", ("uid", "seccomp")),
    )


def _message(verdict: Verdict, chance: random.Random) -> str:
    said = _SAID.get(verdict, "Seen in 1 of 4 runs.")
    few, start, end = chance.randrange(9), chance.randrange(50), chance.randrange(60, 99)
    return said.format(error=chance.choice(_ERRORS), few=few, start=start, end=end)


def _witness(verdict: Verdict, source: str, chance: random.Random) -> Witness:
    lines = source.split("\n")
    suspects = [number for number, line in enumerate(lines, 1) if _GUILTY.search(line)] or [1]
    guilty = tuple(sorted(chance.sample(suspects, min(len(suspects), chance.choice((1, 1, 2))))))
    if verdict is Verdict.RACE:
        steps = [
            Step(chance.randrange(1, 11), operation, "r", value, guilty[0])
            for value in range(80, 80 + chance.randrange(2, 12))
            for operation in ("read", "write")
        ]
        told = (
            f"Process 9 reads 80 at line {guilty[0]}. Before it writes, process 10 writes too: that is lost."
        )
        return Witness(verdict, "il1:0060b8bd2db6:0::0x56." * 4, told, guilty, tuple(steps))
    waits = tuple(Wait(process, "the lock", 1, guilty[0]) for process in range(2, 11))
    acquired = [Step(process, "acquire", "the lock", None, guilty[0]) for process in range(1, 8)]
    told = f"Every process waits and none can go on: they wait at line {guilty[0]} for the lock."
    return Witness(verdict, "il1:794d5ec36d15:0::0x56." * 4, told, guilty, tuple(acquired), waits)
