"""Hints on the corpus, with real gradings: they name what the witness names, and who follows them passes."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

from graders.handin import read_files
from graders.hints import Hint, Kind, hints
from graders.job import Job
from graders.lab import Lab
from graders.report import Report
from graders.verdict import Verdict
from workers.cli.courses import find_item
from workers.cli.grade import run

ROOT = Path(__file__).parents[2]
CORPUS = ROOT / "tests" / "corpus"
SEED = 7
CONVICTED = {"race", "deadlock", "livelock"}


def corpus() -> list[str]:
    """Return one program of each kind of mistake in each lab whose verdict is about the order of events."""
    with (CORPUS / "manifest.toml").open("rb") as file:
        programs = tomllib.load(file)["program"]
    found = {
        (p["lab"], p["kind"]): p["path"]
        for p in reversed(programs)
        # Its file is named like a module that it imports, so it can only be handed in under another name.
        if p["verdict"] in CONVICTED and not p["path"].endswith("/token.py")
    }
    return sorted(found.values())[::2]


def grade(path: str, source: str) -> Report:
    """Really grade a source as the program of the corpus that it began as."""
    lab = find_item(ROOT / "courses", f"shared-data/{path.partition('/')[0]}")
    assert isinstance(lab, Lab)
    files, main = read_files([(lab.file, source.encode())], lab)
    return run(Job(lab, files, main, SEED), "local")


@cache
def graded(path: str) -> tuple[Report, tuple[Hint, ...], str]:
    """Grade a program of the corpus as it is; return its report, its hints and its source."""
    source = (CORPUS / path).read_text(encoding="utf-8")
    report = grade(path, source)
    return report, hints(report, source), source


@pytest.mark.parametrize("path", corpus())
def test_a_hint_names_no_line_that_the_witness_does_not_name(path: str) -> None:
    report, found, _ = graded(path)
    witness = report.witness
    assert witness is not None
    known = {*witness.lines, *(s.line for s in witness.steps), *(w.line for w in witness.waits)}
    assert found, "every witness of the corpus has something that follows from it"
    for hint in found:
        named = {
            int(number)
            for part in re.findall(r"\blines? (\d+(?:(?:, | and )\d+)*)", hint.text)
            for number in re.findall(r"\d+", part)
        }
        assert named | set(hint.lines) <= known, hint.text


def hold(source: str, hint: Hint, lock: str) -> str:
    """Do what a hint for a critical section says: hold `lock` around its lines, whole statements that are."""
    lines = source.splitlines()
    first, last = hint.lines[0] - 1, hint.lines[-1] - 1
    room = min(_indent(lines[number]) for number in range(first, last + 1) if lines[number].strip())
    while _indent(lines[first]) > room:
        first -= 1
    section = [f"{' ' * room}with {lock}:"] + [f"    {line}" for line in lines[first : last + 1]]
    return "\n".join([*lines[:first], *section, *lines[last + 1 :]]) + "\n"


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())


@pytest.mark.parametrize(
    ("path", "lock"),
    [
        ("counter/lost-update-unlocked/zaehler.py", ""),
        ("counter/os-fork-race/unix_style.py", ""),
        ("counter/lock-in-wrong-place/counter_v3.py", ""),
        ("counter/value-without-get-lock/homework3.py", "total.get_lock()"),
        ("increment/lost-update-unlocked/no_lock.py", "lock"),
        ("bank/lost-update-unlocked/deposit.py", "lock"),
    ],
)
def test_holding_a_lock_from_the_first_to_the_last_line_of_the_hint_makes_it_pass(
    path: str, lock: str
) -> None:
    report, found, source = graded(path)
    assert report.verdict is Verdict.RACE
    (hint,) = found
    assert hint.kind is Kind.CRITICAL_SECTION
    if lock:
        assert f"`{lock}`" in hint.text
    repaired = hold(source, hint, lock or "the_one_lock")
    if not lock:
        repaired = f"import multiprocessing\nthe_one_lock = multiprocessing.Lock()\n{repaired}"
    assert grade(path, repaired).verdict is Verdict.PASSED


Change = Callable[[str], str]


def replacing(*pairs: tuple[str, str]) -> Change:
    """Return what puts new text in the place of old; each must be there."""

    def change(source: str) -> str:
        for old, new in pairs:
            assert old in source
            source = source.replace(old, new)
        return source

    return change


@pytest.mark.parametrize(
    ("path", "kind", "told", "follow"),
    [
        (
            "counter/early-read/counter_final.py",
            Kind.JOIN_BEFORE,
            "join without brackets does nothing: it must be called",
            replacing(("p.join\n", "p.join()\n")),
        ),
        (
            "counter/start-before-init/reset_it.py",
            Kind.START_AFTER,
            "before the first process is started",
            replacing(
                ("    r.value = 0  # make sure we begin at zero\n", ""),
                ("    lock = Lock()\n", "    lock = Lock()\n    r.value = 0\n"),
            ),
        ),
        (
            "counter/release-forgotten/lock_it.py",
            Kind.RELEASE,
            "release without brackets does nothing",
            replacing(("lock.release\n", "lock.release()\n")),
        ),
        (
            "counter/semaphore-zero/semaphore.py",
            Kind.SIGNAL,
            "must begin with 1",
            replacing(("Semaphore(0)", "Semaphore(1)")),
        ),
        (
            "counter/barrier-short/start_together.py",
            Kind.SIGNAL,
            "the number of processes that wait there",
            replacing(("Barrier(11)", "Barrier(10)")),
        ),
        (
            "counter/semaphore-of-two/semaphore.py",
            Kind.SAME_LOCK,
            "let it begin with 1",
            replacing(("Semaphore(2)", "Semaphore(1)")),
        ),
        (
            "second-shared/parent-holds-lock/careful_parent.py",
            Kind.RELEASE,
            "Release it before waiting for them",
            replacing(
                ('    print("The final value is", r.value)\n    lock.release()', "    print(r.value)"),
                ("    lock.acquire()\n    for p", "    lock.acquire()\n    lock.release()\n    for p"),
            ),
        ),
        (
            "bank/return-while-holding/validate.py",
            Kind.RELEASE,
            "with a release on every way out",
            replacing(
                ("    if balance.value > 0:\n        return balance.value\n", "    now = balance.value\n"),
                ("    return None", "    return now if now > 0 else None"),
            ),
        ),
        (
            "transfer/lock-order/nested_with.py",
            Kind.LOCK_ORDER,
            "Hold one at a time",
            replacing(
                ("        with target_lock:\n            source.value", "        source.value"),
                ("            target.value", "    with target_lock:\n        target.value"),
            ),
        ),
    ],
)
def test_what_a_hint_says_makes_the_program_pass(path: str, kind: Kind, told: str, follow: Change) -> None:
    _, found, source = graded(path)
    assert found[0].kind is kind
    assert told in found[0].text
    assert grade(path, follow(source)).verdict is Verdict.PASSED
