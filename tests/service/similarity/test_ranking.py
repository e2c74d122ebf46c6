"""Pairs of programs, and the passages they share."""

from __future__ import annotations

import re
import time

import pytest

from service.similarity import Pair, ranked, regions
from service.similarity.ranking import COMMON_LEAST
from service.similarity.winnowing import K

STARTER = '''from multiprocessing import Process, Lock
from multiprocessing.sharedctypes import RawValue


def increment(r, lock):
    """Add one ten times."""


if __name__ == "__main__":
    r = RawValue("i", 0)
    print("The value is", r.value)
'''

ADA = STARTER.replace(
    '    """Add one ten times."""\n',
    """    for _ in range(10):
        lock.acquire()
        try:
            before = r.value
            r.value = before + 1
        finally:
            lock.release()
""",
)

COPY = (
    re.sub(r"\bbefore\b", "tmp", ADA.replace("increment", "work").replace("lock", "mutex"))
    .replace("range(10):", "range( 10 ):  # ten times")
    .replace("        try:\n", '        "now it is mine"\n        try:\n')
)

OTHER = STARTER.replace(
    '    """Add one ten times."""\n',
    """    step = 0
    while step < 10:
        with lock:
            r.value += 1
            step += 1
    return None if step == 10 else print("never", step, r.value, flush=True)
""",
)


def test_renamed_reformatted_and_commented_a_copy_is_still_found_first() -> None:
    pairs = ranked({"ada": ADA, "copy": COPY, "other": OTHER}, STARTER)
    assert (pairs[0].first, pairs[0].second) == ("ada", "copy")
    assert pairs[0].likeness > 0.9
    assert all("other" not in (pair.first, pair.second) for pair in pairs)


def test_what_only_the_starter_holds_makes_nobody_alike() -> None:
    assert ranked({"one": STARTER, "two": STARTER, "other": OTHER}, STARTER) == []
    assert ranked({"one": STARTER, "two": STARTER})[0].likeness == 1.0


def test_a_copy_that_is_padded_is_told_by_the_share_of_the_short_one() -> None:
    padding = "\n".join(f"def f{n}(a, b):\n    return a[{n}] * b - {n} ** a" + " + a" * n for n in range(30))
    (pair,) = ranked({"long": ADA + padding, "short": ADA}, STARTER)
    assert pair.second_share == 1.0
    assert pair.first_share < 0.6
    assert pair.likeness == 1.0


def test_what_nearly_everybody_writes_is_the_tasks() -> None:
    class_of = {f"s{n:02}": ADA for n in range(COMMON_LEAST + 1)}
    assert ranked(class_of, STARTER) == []
    assert len(ranked(dict(list(class_of.items())[:3]), STARTER)) == 3


def test_the_order_of_the_programs_makes_no_difference() -> None:
    programs = {"ada": ADA, "copy": COPY, "other": OTHER, "again": ADA + "\n# mine\n"}
    assert ranked(programs) == ranked(dict(reversed(programs.items())))


def test_no_more_than_the_limit_are_told_and_those_are_the_first() -> None:
    programs = {"ada": ADA, "copy": COPY, "other": OTHER, "again": ADA}
    assert ranked(programs, limit=2) == ranked(programs)[:2]
    assert isinstance(ranked(programs, limit=1)[0], Pair)


def test_side_by_side_the_passage_has_its_lines_in_both() -> None:
    found = regions(ADA, "# a line\n# another\n" + COPY, STARTER)
    (longest,) = [region for region in found if region.tokens == max(one.tokens for one in found)]
    first = ADA.splitlines()[longest.first[0] - 1 : longest.first[1]]
    second = ("# a line\n# another\n" + COPY).splitlines()[longest.second[0] - 1 : longest.second[1]]
    assert any("before + 1" in line for line in first)
    assert any("tmp + 1" in line for line in second)


def test_no_line_of_the_starter_alone_is_marked() -> None:
    assert regions(STARTER, STARTER, STARTER) == []


def test_passages_of_one_program_do_not_overlap_and_are_long_enough() -> None:
    twice = ADA + ADA.replace("increment", "again")
    found = regions(twice, ADA)
    assert all(region.tokens >= K for region in found)
    assert sum(region.tokens for region in found) <= len(twice)
    begins = [region.first[0] for region in found]
    assert begins == sorted(begins)


@pytest.mark.parametrize("hostile", ["x = x + 1\n" * 4000, "(" * 40_000, "'''" * 9001, '"' * 20_001])
def test_a_program_that_repeats_itself_costs_no_square(hostile: str) -> None:
    # The bound is the number of steps; without it these would run for minutes.
    regions(hostile, hostile)
    ranked({"one": hostile, "two": hostile + "y"})


def test_five_hundred_programs_are_ranked_while_a_page_is_waited_for() -> None:
    programs = {
        f"s{number:03}": ADA + f"\n\ndef f{number}(a):\n    return " + "a * 2 + " * (number % 40) + "a[1].b\n"
        for number in range(500)
    }
    began = time.process_time()
    ranked(programs, STARTER)
    assert time.process_time() - began < 5
