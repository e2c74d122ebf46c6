"""Lines of /proc and of faulthandler, read as what they say."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from graders.harness import processes, tracing
from graders.harness.site import interleave_inspect
from graders.harness.syscalls import untimed
from graders.harness.tracing import Frame

ROOT = Path(__file__).parents[3]

only_x86 = pytest.mark.skipif(
    os.uname().machine != "x86_64", reason="needs Python on x86_64: numbers of calls"
)


def line(number: int, *arguments: int) -> str:
    six = [*arguments, 0, 0, 0, 0, 0, 0][:6]
    return " ".join([str(number), *map(hex, six), "0x7ffc0000", "0x7f000000"])


@only_x86
@pytest.mark.parametrize(
    ("text", "call"),
    [
        (line(202, 0x7F00, 0x189, 0, 0), "futex"),
        (line(202, 0x7F00, 0x80, 0, 0), "futex"),
        (line(202, 0x7F00, 0x189, 0, 0x7FFE), None),
        (line(202, 0x7F00, 0x81, 0, 0), None),
        (line(61, 1234), "wait4"),
        (line(0, 3), "read"),
        (line(7, 0x7F00, 1, 0xFFFFFFFF), "poll"),
        (line(7, 0x7F00, 1, 500), None),
        (line(271, 0x7F00, 1, 0x7FFE), None),
        (line(232, 4, 0x7F00, 8, 0xFFFFFFFF), "epoll_wait"),
        (line(23, 1, 0, 0, 0, 0x7FFE), None),
        (line(230, 0, 0, 0x7FFE), None),
        (line(219), None),
        ("running", None),
        ("-1 0x7ffc 0x7f00", None),
        ("", None),
    ],
)
def test_only_waits_without_a_time_limit_are_endless(text: str, call: str | None) -> None:
    blocked = untimed(text)
    assert (blocked and blocked.call) == call


@only_x86
def test_a_wait_for_one_child_names_it() -> None:
    for text, child in [(line(61, 1234), 1234), (line(61, 0xFFFFFFFF), None), (line(247, 1, 77), 77)]:
        blocked = untimed(text)
        assert blocked is not None
        assert blocked.child == child


def test_stacks_of_all_threads_are_read_innermost_first() -> None:
    text = (
        'Thread 0x01 (most recent call first):\n  File "/lib/q.py", line 5 in feed\n\n'
        'Current thread 0x02 (most recent call first):\n  File "/w/a.py", line 3 in F\n'
        '  File "/w/a.py", line 9 in <module>\n'
    )
    assert tracing.parse(text) == (
        (Frame("/lib/q.py", 5, "feed"),),
        (Frame("/w/a.py", 3, "F"), Frame("/w/a.py", 9, "<module>")),
    )


def test_a_process_is_read_whatever_name_it_gives_itself() -> None:
    comm = Path("/proc/self/comm")
    name = comm.read_text()
    try:
        comm.write_text("x) Z 1 (y")
        found = processes.read(os.getpid())
    finally:
        comm.write_text(name)
    assert found is not None
    assert found.state == "R"
    assert found.resident > 1024**2
    assert processes.read(2**22 + 1) is None


COUNT = """
import os, sys
from graders.harness import processes
if sys.argv[1] == "tried":
    processes._latest_told = lambda: 0
before = processes.latest()
for _ in range(3):
    pid = os.fork()
    if pid == 0:
        os._exit(0)
    os.waitpid(pid, 0)
print(processes.given_since(before))
"""


@pytest.mark.parametrize("how", ["told", "tried"])
def test_numbers_that_the_kernel_has_given_are_counted(how: str) -> None:
    """In a namespace of its own, where nobody else takes any."""
    command = ["unshare", "--user", "--map-root-user", "--pid", "--fork", "--mount-proc"]
    if os.geteuid() == 0:
        command = ["unshare", "--pid", "--fork", "--mount-proc"]
    done = subprocess.run(
        [*command, sys.executable, "-c", COUNT, how], capture_output=True, text=True, cwd=ROOT, check=True
    )
    assert done.stdout == "3\n"


@pytest.mark.parametrize(
    ("source", "start"),
    [
        ('r = RawValue("i", 5)', 5),
        ('r = multiprocessing.Value("i", -3)', -3),
        ('r = Value("i")', 0),
        ('start = 55\nr = RawValue("i", start)', 55),
        ('start = 55\nstart = 56\nr = RawValue("i", start)', None),
        ('r = RawValue("i", randint(0, 9))', None),
        ('r = RawValue("i", value=7)', 7),
        ('a = Array("i", [4, 5])', 4),
        ('a = Array("i", 10)', 0),
        ("a = ShareableList([8])", 8),
        ("print(1)", 0),
        ('def f():\n    return Value("i", 9)\nx = Value("i", 2)', 9),
    ],
)
def test_the_start_value_is_read_from_the_source(source: str, start: int | None) -> None:
    assert interleave_inspect.inspect(source)["start"] == start


def test_timers_and_raw_forks_are_noticed_however_they_are_imported() -> None:
    found = interleave_inspect.inspect("from signal import alarm as a\nimport os\nos.fork()\n")
    assert found["names"] == ["alarm", "fork"]
