"""Programs that crash: what is told, and at which line."""

from __future__ import annotations

import pytest

from graders.harness import crash
from tests.graders.harness.serving import grade

IN_A_CHILD = """
    from multiprocessing import Process
    def work():
        return 1 / 0
    p = Process(target=work)
    p.start()
    p.join()
    print(100)
"""


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("x = 1\ny = x / 0\n", ["crashed at line 2", "ZeroDivisionError", "counter.py, line 2"]),
        ("x = 1\ndef f(:\n    pass\n", ["crashed at line 2", "SyntaxError"]),
        ("import nonsense\n", ["crashed at line 1", "No module named 'nonsense'"]),
        ("import sys\nsys.exit(3)\n", ["exit status 3, which means failure"]),
        ("import sys\nsys.exit('no luck')\n", ["exit status 1", "no luck"]),
        ("import os\nos.kill(os.getpid(), 11)\n", ["signal 11 (SIGSEGV)"]),
        ("import os\nos.kill(os.getpid(), 60)\n", ["signal 60"]),
        ("name = input()\n", ["crashed at line 1", "EOFError", "reads input, but none is given"]),
        ("import sys\nprint(sys.stdin.read())\nint('')\n", ["crashed at line 3", "ValueError"]),
        (IN_A_CHILD, ["crashed at line 4", "ZeroDivisionError", "(in Process Process-1)", "in work"]),
        (
            """
            import threading
            def f():
                raise KeyError(7)
            t = threading.Thread(target=f)
            t.start()
            t.join()
            print(100)
            """,
            ["crashed at line 4", "KeyError: 7"],
        ),
        (
            "import os\nif os.fork() == 0:\n    raise ValueError('child')\nos.wait()\nprint(100)\n",
            ["crashed at line 3", "ValueError: child"],
        ),
        (
            "try:\n    1 / 0\nexcept ZeroDivisionError as e:\n    raise RuntimeError('outer') from e\n",
            ["crashed at line 4", "RuntimeError: outer"],
        ),
        ("import os\nos.setuid(0)\n", ["crashed at line 2", "PermissionError"]),
        ("open('here.txt', 'w')\n", ["crashed at line 1", "Error"]),
    ],
)
def test_a_crash_is_told_with_its_line_and_reason(source: str, words: list[str]) -> None:
    served = grade(source)
    assert served.verdict == "crash", served.message()
    assert [word for word in words if word not in served.message()] == []
    assert served.check("ends").points == 0
    assert "Not reached" in served.message("value")


def test_an_exception_that_is_caught_and_printed_is_no_crash() -> None:
    served = grade(
        """
        import os, traceback
        if os.fork() == 0:
            os._exit(0)
        try:
            1 / 0
        except ZeroDivisionError:
            traceback.print_exc()
        print(100)
        """
    )
    assert served.verdict == "passed"


def find(errors: str, status: int = 1) -> crash.Crash | None:
    return crash.find(errors, status, "/work", {"counter.py"})


def test_frames_that_are_not_the_students_are_not_shown() -> None:
    found = find(
        "Traceback (most recent call last):\n"
        '  File "/work/counter.py", line 3, in <module>\n    run()\n'
        '  File "/usr/lib/python3/run.py", line 99, in run\n    x\n'
        "ValueError: no\n"
    )
    assert found == crash.Crash("ValueError: no\n  counter.py, line 3, in <module>", 3)


def test_tracebacks_that_come_mixed_still_tell_the_exception() -> None:
    found = find(
        "Process Process-1:\nProcess Process-2:\n"
        "Traceback (most recent call last):\nTraceback (most recent call last):\n"
        '  File "/work/counter.py", line 3, in f\n  File "/work/counter.py", line 3, in f\n'
        "ZeroDivisionError: division by zero\nZeroDivisionError: division by zero\n",
        status=0,
    )
    assert found is not None
    assert found.message.startswith("ZeroDivisionError: division by zero")
    assert found.line == 3


def test_a_line_number_no_file_can_have_is_not_believed() -> None:
    found = find('Traceback (most recent call last):\n  File "counter.py", line ' + "9" * 9999 + "\nX: y\n")
    assert found == crash.Crash("X: y", None)


def test_no_crash_is_found_in_a_run_that_ended_well() -> None:
    assert find("some warning\n", status=0) is None
    assert find("Exception ignored in: x\nTraceback (most recent call last):\nE: x\n", status=0) is None


def test_an_endless_message_is_cut() -> None:
    found = find("Traceback (most recent call last):\nValueError: " + "x" * 60000 + "\n")
    assert found is not None
    assert len(found.message) < 1000
