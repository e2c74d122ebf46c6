"""Students who made the same mistake share a key; those who made another do not."""

from __future__ import annotations

import time

import pytest

from graders.report import Check, Report, Step, Wait, Witness
from graders.verdict import Verdict
from service.store.patterns import guilty_lines, normalised, pattern_of

ONE = "def work(r):\n    r.value = r.value + 1\n"
OTHER_NAMES = "# mine\ndef add(counter):\n    counter.value  =  counter.value + 1  # not safe\n"


def race(line: int, *, name: str = "r", verdict: Verdict = Verdict.RACE) -> Report:
    steps = (Step(1, "read", name, 5, line), Step(2, "write", name, 6, line))
    witness = Witness(verdict, "s", "It was lost.", (line,), steps)
    return Report.of("c/l", [Check("value", "Ends at 100", verdict, 0, 4, "seen")], witness=witness)


def told(verdict: Verdict, message: str, check: str = "value") -> Report:
    return Report.of("c/l", [Check(check, "Ends at 100", verdict, 0, 4, message)])


def key(report: Report, source: str = "") -> str:
    pattern = pattern_of(report, source)
    assert pattern is not None
    return pattern.key


def test_names_comments_spaces_and_the_line_number_make_no_difference():
    assert key(race(2), ONE) == key(race(3, name="counter"), OTHER_NAMES)


@pytest.mark.parametrize(
    "source",
    [
        "def work(r):\n    r.value += 1\n",
        "def work(r):\n    r.value = r.value + 10\n",
        "def work(r):\n    r.value = q.value + 1\n",
        "def work(r):\n    r.other = r.other + 1\n",
        "def work(r):\n    r.value = r.value + 1 if r else 0\n",
    ],
)
def test_another_line_is_another_mistake(source):
    assert key(race(2), source) != key(race(2), ONE)


def test_the_same_line_with_another_verdict_is_another_mistake():
    assert key(race(2, verdict=Verdict.LIVELOCK), ONE) != key(race(2), ONE)


def test_the_kinds_of_objects_that_take_part_are_told_apart():
    waiting = Witness(Verdict.DEADLOCK, "s", "", (2,), (), (Wait(1, "the lock", 2, 2),))
    joined = Witness(Verdict.DEADLOCK, "s", "", (2,), (), (Wait(1, "an item of the queue", None, 2),))
    check = Check("finishes", "Ends", Verdict.DEADLOCK, 0, 2)
    first, second = (
        pattern_of(Report.of("c/l", [check], witness=witness), ONE) for witness in (waiting, joined)
    )
    assert first is not None
    assert second is not None
    assert (first.kinds, second.kinds) == ("lock", "queue")
    assert first.key != second.key


def test_a_crash_is_known_by_its_error_without_the_names_in_it():
    first = told(Verdict.CRASH, "Run 1 of 4 crashed: NameError: name 'RawValu' is not defined (in Process-1)")
    second = told(Verdict.CRASH, "Run 3 of 4 crashed: NameError: name 'lok' is not defined (in Process-7)")
    other = told(Verdict.CRASH, "Run 1 of 4 crashed: TypeError: 'int' object is not callable")
    assert key(first) == key(second) != key(other)
    pattern = pattern_of(first, "")
    assert pattern is not None
    assert pattern.told == "NameError: name '…' is not defined"


def test_without_a_witness_numbers_in_the_message_make_no_difference():
    assert key(told(Verdict.WRONG_VALUE, "It was 90.")) == key(told(Verdict.WRONG_VALUE, "It was 12."))
    assert key(told(Verdict.WRONG_VALUE, "It was 90.")) != key(told(Verdict.WRONG_VALUE, "No number came."))


def test_a_failing_check_without_a_message_is_told_by_its_title():
    pattern = pattern_of(told(Verdict.WRONG_VALUE, ""), "")
    assert pattern is not None
    assert pattern.told == "Ends at 100"


def test_what_passed_has_no_pattern():
    assert pattern_of(told(Verdict.PASSED, ""), ONE) is None


def test_names_of_python_and_attributes_stay_and_strings_do_not():
    lines = normalised(['print("secret", range(10), r.value)', "with lock:"])
    assert lines == ["print ( '…' , range ( 10 ) , a . value )", "with b :"]


def test_lines_that_are_not_there_are_left_out():
    assert guilty_lines(ONE, [0, 2, 99, -1, 2]) == ["    r.value = r.value + 1"]
    assert pattern_of(race(99), ONE) is not None


@pytest.mark.parametrize(
    "source",
    [
        "(" * 100_000,
        "'" * 100_000,
        "\\" * 100_000,
        "r" * 100_000 + '"',
        "\x00\ud800\u202e\f" * 10_000,
        "\n" * 100_000,
        "\U0001d4fb.value = " * 10_000,
    ],
)
def test_hostile_sources_cost_nothing(source):
    begin = time.process_time()
    pattern = pattern_of(race(1), source)
    assert time.process_time() - begin < 0.5
    assert pattern is not None
    assert len(pattern.told) <= 400
