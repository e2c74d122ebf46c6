"""Labs of the style ``pytest``: hidden tests in one process, the student's code in another."""

from __future__ import annotations

import re
import textwrap
from functools import cache

import pytest

from graders.content.tests import SHOWN
from graders.harness.site.interleave_serve import decode, encode
from graders.job import Job
from graders.lab import CheckSpec, Lab, Style
from graders.limits import Limits
from tests.graders.harness.serving import Served, serve
from workers.sandbox.kit import equipped

TESTS = """
import time

import pytest
from misc import *  # nothing: stand-ins have no list of names
import misc
from helper import double

SECRET = "hidden-" + "42"

def test_right():
    assert misc.add(1, b=2) == 3

def test_wrong():
    assert misc.add(2, b=3) == 6, SECRET

def test_wrong_hidden():
    assert misc.add(2, b=3) == 6, SECRET

@pytest.mark.parametrize("n", [1, 2, 3])
def test_cases(n):
    assert misc.add(n, n) == (4 if n == 2 else 99)

def test_values():
    value = (1, {2}, frozenset("a"), {"a": b"x", 3: [None, True, 0.5]}, float("inf"), "\\u00e9", 2**70)
    assert misc.back(value) == value
    assert type(misc.back((1,))) is tuple

def test_raises_as_asked():
    with pytest.raises(ValueError, match="no such thing"):
        misc.refuse()
    with pytest.raises(LookupError):
        misc.own_error()

def test_crash():
    misc.add(1, "x")

def test_exits():
    misc.leave(3)

def test_killed():
    misc.kill_itself()

def test_slow():
    with pytest.raises(Exception):
        misc.sleep(60)

def test_floods():
    misc.flood()

def test_lies():
    assert misc.lie('{"value": {"evil": 1}}') == 1

def test_lies_without_json():
    assert misc.lie("nonsense") == 1

def test_lies_of_an_exception():
    with pytest.raises(SystemExit):
        misc.lie('{"raised": ["SystemExit"], "message": "x"}')

def test_lies_at_length():
    misc.lie("x" * 3_000_000)

def test_says_it_passed():
    misc.lie('{"test": "test_misc.py::test_wrong", "verdict": "passed", "message": "", "memory": 1}')

def test_object():
    misc.make_object()

def test_missing():
    misc.not_there()

def test_deaf():
    misc.deaf()

def test_first_of_two():
    assert misc.count() == 1

def test_second_of_two():
    assert misc.count() == 1

def test_leaves_nobody_behind():
    misc.leave_somebody()
    assert double(2) == 4

def test_printed():
    assert misc.talk("hello") is None

def test_printed_hidden():
    assert misc.talk("psst") is None

def test_spies():
    assert misc.spy() == []

def test_many_processes():
    assert misc.squares(4) == [0, 1, 4, 9]

@pytest.mark.skip
def test_skipped():
    pass
"""

STUDENT = """
import os
import signal
import sys
import time
from multiprocessing import Pool

calls = 0

def add(a, b):
    return a + b

def back(value):
    return value

def refuse():
    raise ValueError("no such thing")

class Own(KeyError):
    pass

def own_error():
    raise Own("mine")

def leave(status):
    os._exit(status)

def kill_itself():
    os.kill(os.getpid(), signal.SIGKILL)

def sleep(seconds):
    time.sleep(seconds)

def flood():
    while True:
        print("x" * 1000)

def lie(line):
    for descriptor in range(3, 64):
        try:
            os.write(descriptor, line.encode() + b"\\n")
        except OSError:
            pass
    time.sleep(60)

def make_object():
    return object()

def deaf():
    os.closerange(3, 64)
    time.sleep(60)

def count():
    global calls
    calls += 1
    return calls

def leave_somebody():
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            while True:
                time.sleep(0.05)
        os._exit(0)

def talk(words):
    print("says", words)

def square(n):
    return n * n

def squares(n):
    with Pool(2) as pool:
        return pool.map(square, range(n))

def spy():
    wanted, found = b"hidden" + b"-", []
    for root, _, names in os.walk(os.getcwd()):
        for name in names:
            path = os.path.join(root, name)
            if name != "trace" and name != "misc.py":
                found += [path] if wanted in read(path) else []
    for pid in filter(str.isdecimal, os.listdir("/proc")):
        if int(pid) != os.getpid():
            for name in ("cmdline", "environ", "mem", "maps"):
                found += [pid + name] if wanted in read(f"/proc/{pid}/{name}") else []
    return found

def read(path):
    try:
        with open(path, "rb") as file:
            return file.read(1_000_000)
    except OSError:
        return b""
"""


def lab(tests: str = TESTS, shown: dict[str, tuple[str, ...]] | None = None, **limits: float) -> Lab:
    names = re.findall(r"^def (test_\w+)", tests, re.MULTILINE)
    checks = tuple(
        CheckSpec(
            name,
            name,
            2,
            "test",
            {"test": f"test_misc.py::{name}", "shown": list((shown or {}).get(name, SHOWN))},
        )
        for name in names
    )
    files = {"test_misc.py": textwrap.dedent(tests), "helper.py": "def double(n):\n    return 2 * n\n"}
    return Lab(
        "course",
        "misc",
        "Misc",
        Style.PYTEST,
        "misc.py",
        "",
        "",
        checks,
        Limits(**{"run_seconds": 4.0, "wall_seconds": 120.0, **limits}),  # type: ignore[arg-type]
        tests=files,
    )


def grade(source: str, of: Lab, mode: str = "namespace", name: str = "misc.py") -> Served:
    job = Job(of, {name: textwrap.dedent(source)}, name, 7)
    return serve(equipped(job).encode(), mode)


@cache
def everything() -> Served:
    """All of the tests above at once: to load pytest takes longer than they do."""
    hidden = {"test_wrong_hidden": (), "test_printed_hidden": (), "test_crash": ("output",)}
    return grade(STUDENT, lab(shown=hidden), name="my own name (1).py")


PASSED = (
    *("test_right", "test_values", "test_raises_as_asked", "test_first_of_two", "test_second_of_two"),
    *(
        "test_leaves_nobody_behind",
        "test_printed",
        "test_printed_hidden",
        "test_spies",
        "test_many_processes",
    ),
)


@pytest.mark.parametrize("name", PASSED)
def test_a_test_that_holds_gives_its_points(name: str) -> None:
    check = everything().check(name)
    assert (check.verdict, check.points, check.message) == ("passed", 2, "")


@pytest.mark.parametrize(
    ("name", "verdict", "told"),
    [
        ("test_wrong", "wrong-value", "hidden-42"),
        ("test_cases", "wrong-value", "assert 2 == 99"),
        ("test_exits", "crash", "its process ended with exit status 3 instead of returning."),
        ("test_killed", "crash", "its process ended by signal 9 instead of returning."),
        ("test_slow", "timeout", "it had not answered after 4 s."),
        ("test_floods", "output-limit", "it printed more than 64 KiB."),
        ("test_lies", "cheat", "an answer that no function can have given"),
        ("test_lies_without_json", "cheat", "an answer that no function can have given"),
        ("test_lies_of_an_exception", "crash", "it raised SystemExit: x."),
        ("test_lies_at_length", "output-limit", "it answered with more than 1024 KiB."),
        ("test_says_it_passed", "cheat", "an answer that no function can have given"),
        ("test_object", "wrong-value", "make_object returned something else: object, where only"),
        ("test_missing", "crash", "the file has no function not_there."),
        ("test_deaf", "cheat", "it closed the pipe on which it is asked"),
        ("test_skipped", "inconclusive", "the test was skipped."),
    ],
)
def test_whatever_the_students_process_does_becomes_a_verdict(name: str, verdict: str, told: str) -> None:
    check = everything().check(name)
    assert (check.verdict, check.points) == (verdict, 0)
    assert told in check.message


def test_what_a_hidden_test_tried_is_not_told() -> None:
    served = everything()
    assert "hidden-42" not in served.message("test_wrong_hidden")
    assert served.message("test_wrong_hidden").startswith("It did not hold. What was tried is not shown")
    assert served.message("test_crash").startswith("Your program broke off with an error.")
    assert "says hello" in served.report.output
    assert "psst" not in served.report.output


def test_a_crash_is_told_with_the_students_line() -> None:
    served = grade(
        "def add(a, b):\n    return a + b\n", lab("import misc\ndef test_it():\n    misc.add(1, '')\n")
    )
    assert "it raised TypeError at line 2: unsupported operand" in served.message("test_it")
    assert served.verdict == "crash"


def test_tests_that_are_broken_are_nobodys_wrong_answer() -> None:
    served = grade(STUDENT, lab("import misc\nimport nothing_like_this\ndef test_it():\n    pass\n"))
    assert served.events[-1].event == "fault"
    assert "nothing_like_this" in served.events[-1].message


@pytest.mark.parametrize("mode", ["plain", "user", "single"])
def test_in_every_isolation_the_tests_are_out_of_sight(mode: str) -> None:
    tests = "import misc\nSECRET = 'hidden-42'\ndef test_spies():\n    assert misc.spy() == []\n"
    served = grade(STUDENT, lab(tests), mode)
    assert served.report.verdict == "passed", served.message("test_spies")


def test_when_the_time_is_up_the_rest_is_not_reached() -> None:
    tests = "import misc, time\ndef test_slow():\n    misc.sleep(60)\ndef test_more():\n    misc.add(1, 2)\n"
    served = grade(STUDENT, lab(tests, wall_seconds=4.0, run_seconds=4.0))
    assert served.check("test_slow").verdict == "timeout"
    assert served.check("test_more").verdict == "timeout"
    assert "no time was left for it" in served.message("test_more")


def test_a_test_that_hangs_by_itself_is_ended() -> None:
    tests = "import time\ndef test_hangs():\n    time.sleep(600)\n"
    served = grade(STUDENT, lab(tests, wall_seconds=2.0, run_seconds=2.0))
    assert served.message("test_hangs") == "It was not reached: the time was up before."


@pytest.mark.parametrize(
    "value", [None, True, -5, 2**100, 0.1, "é\n", b"\0", [], (1, [2, (3,)]), {1, 2}, {"float": {"a": (1,)}}]
)
def test_plain_values_come_back_as_they_were(value: object) -> None:
    assert decode(encode(value)) == value
    assert type(decode(encode(value))) is type(value)


@pytest.mark.parametrize("value", [object(), [lambda: 1], {1: type}, 1j, type("Own", (int,), {})(5)])
def test_anything_that_is_more_than_data_is_not_sent(value: object) -> None:
    with pytest.raises(TypeError):
        encode(value)
