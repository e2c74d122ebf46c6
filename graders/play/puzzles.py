"""The programs of "be the scheduler": each whole and runnable, with the steps that its processes make."""

from __future__ import annotations

from typing import Literal

from graders.play.model import Puzzle, Step

_TWO = """\


if __name__ == "__main__":
{making}
    processes = [{started}]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    print({value}.value)
"""


def _program(head: str, making: str, started: str, value: str = "r") -> str:
    lines = "\n".join(f"    {line}" for line in making.splitlines())
    return head + _TWO.format(making=lines, started=started, value=value)


_ADD = """\
from multiprocessing import Process, RawValue


def add(r):
    x = r.value
    r.value = x + 1
"""

_THREE_TIMES = """\
from multiprocessing import Process, RawValue


def add(r):
    for _ in range(3):
        x = r.value
        r.value = x + 1
"""

_HALF = """\
from multiprocessing import Lock, Process, RawValue


def add(r, lock):
    x = r.value
    lock.acquire()
    r.value = x + 1
    lock.release()
"""

_WHOLE = """\
from multiprocessing import Lock, Process, RawValue


def add(r, lock):
    lock.acquire()
    x = r.value
    r.value = x + 1
    lock.release()
"""

_SEAT = """\
from multiprocessing import Lock, Process, RawValue


def book(seats, lock):
    if seats.value >= 1:
        lock.acquire()
        free = seats.value
        seats.value = free - 1
        lock.release()
"""

_CROSSED = """\
from multiprocessing import Lock, Process, RawValue


def here(r, a, b):
    a.acquire()
    b.acquire()
    x = r.value
    r.value = x + 1
    b.release()
    a.release()


def there(r, a, b):
    b.acquire()
    a.acquire()
    x = r.value
    r.value = x + 1
    a.release()
    b.release()
"""

_IN_ORDER = """\
from multiprocessing import Lock, Process, RawValue


def both(r, a, b):
    a.acquire()
    b.acquire()
    x = r.value
    r.value = x + 1
    b.release()
    a.release()
"""


def _steps(source: str, function: str, *told: str) -> tuple[Step, ...]:
    """Return the steps that are told as the lines of a function: each is looked for below the one before."""
    lines = source.splitlines()
    line = next(number for number, text in enumerate(lines) if text.startswith(f"def {function}("))
    steps = []
    for text in told:
        line = next(number for number in range(line + 1, len(lines)) if lines[number].strip() == text)
        steps.append(_step(text, line + 1))
    return tuple(steps)


def _step(text: str, line: int) -> Step:
    if text.endswith((".acquire()", ".release()")):
        name, _, act = text.removesuffix("()").partition(".")
        op: Literal["acquire", "release"] = "acquire" if act == "acquire" else "release"
        return Step(op, line, name)
    target, _, value = text.partition(" = ")
    if value.endswith(".value"):
        return Step("read", line, value.removesuffix(".value"))
    _, sign, number = value.split()
    return Step("write", line, target.removesuffix(".value"), by=int(number) * (-1 if sign == "-" else 1))


_READ_WRITE = ("x = r.value", "r.value = x + 1")
_R = 'r = RawValue("i", 0)'
_R_LOCK = f"{_R}\nlock = Lock()"
_R_LOCKS = f"{_R}\na, b = Lock(), Lock()"
_EACH = "Process(target=add, args=(r,)) for _ in range(2)"
_EACH_LOCK = "Process(target=add, args=(r, lock)) for _ in range(2)"

_ADD_PROGRAM = _program(_ADD, _R, _EACH)
_THREE_PROGRAM = _program(_THREE_TIMES, _R, _EACH)
_HALF_PROGRAM = _program(_HALF, _R_LOCK, _EACH_LOCK)
_WHOLE_PROGRAM = _program(_WHOLE, _R_LOCK, _EACH_LOCK)
_SEAT_PROGRAM = _program(
    _SEAT,
    'seats = RawValue("i", 1)\nlock = Lock()',
    "Process(target=book, args=(seats, lock)) for _ in range(2)",
    "seats",
)
_CROSSED_PROGRAM = _program(
    _CROSSED, _R_LOCKS, "Process(target=here, args=(r, a, b)), Process(target=there, args=(r, a, b))"
)
_ORDER_PROGRAM = _program(_IN_ORDER, _R_LOCKS, "Process(target=both, args=(r, a, b)) for _ in range(2)")


def _booking() -> tuple[Step, ...]:
    """Reading and comparing are one line, and two steps; the value is read anew after that."""
    return (
        Step("read", 5, "seats"),
        Step("look", 5, "seats", least=1, skip=4),
        *_steps(
            _SEAT_PROGRAM,
            "book",
            "lock.acquire()",
            "free = seats.value",
            "seats.value = free - 1",
            "lock.release()",
        ),
    )


def _crossed(function: str, first: str, second: str) -> tuple[Step, ...]:
    told = (f"{first}.acquire()", f"{second}.acquire()", *_READ_WRITE)
    return _steps(_CROSSED_PROGRAM, function, *told, f"{second}.release()", f"{first}.release()")


PUZZLES: tuple[Puzzle, ...] = (
    Puzzle(
        "lost-update",
        "Lose an update",
        "Each of two processes adds one, so r must end at 2. Make it end at 1.",
        _ADD_PROGRAM,
        {"r": 0},
        (_steps(_ADD_PROGRAM, "add", *_READ_WRITE),) * 2,
        {"r": 2},
        "Reading and writing are two steps. Whoever writes what was made of an old value wipes out what "
        "others "
        "have written since.",
    ),
    Puzzle(
        "down-to-two",
        "Down to two",
        "Now each adds one three times, so r must end at 6. Make it end at 2.",
        _THREE_PROGRAM,
        {"r": 0},
        (_steps(_THREE_PROGRAM, "add", *_READ_WRITE) * 3,) * 2,
        {"r": 6},
        "One process can hold an old value for as long as you like: all that the other does meanwhile is "
        "lost, "
        "and more than one addition can be lost by a single write.",
        {"r": 2},
    ),
    Puzzle(
        "half-a-lock",
        "Half a lock",
        "There is a lock now, but only the writing is done under it. Does it help? r must end at 2.",
        _HALF_PROGRAM,
        {"r": 0},
        (_steps(_HALF_PROGRAM, "add", "x = r.value", "lock.acquire()", "r.value = x + 1", "lock.release()"),)
        * 2,
        {"r": 2},
        "A lock keeps others out only between acquire and release. What was read before can be old by the "
        "time "
        "it is used.",
    ),
    Puzzle(
        "whole-lock",
        "The whole lock",
        "The lock is held from the reading to the writing. Try to make r end at anything but 2.",
        _WHOLE_PROGRAM,
        {"r": 0},
        (_steps(_WHOLE_PROGRAM, "add", "lock.acquire()", *_READ_WRITE, "lock.release()"),) * 2,
        {"r": 2},
        "Whoever holds the lock is alone with r until it is given back. There is no order of steps that "
        "loses "
        "anything.",
    ),
    Puzzle(
        "last-seat",
        "The last seat",
        "One seat is free, and each process books it if it is. Sell it twice: make seats end at -1.",
        _SEAT_PROGRAM,
        {"seats": 1},
        (_booking(),) * 2,
        {"seats": 0},
        "To look and then to act are two steps as well: what was true when you looked need not be true any "
        "more. "
        "The look belongs under the lock.",
        {"seats": -1},
    ),
    Puzzle(
        "crossed-locks",
        "Locks in opposite order",
        "Both processes need both locks, and take them in opposite order. Bring them to a standstill.",
        _CROSSED_PROGRAM,
        {"r": 0},
        (_crossed("here", "a", "b"), _crossed("there", "b", "a")),
        {"r": 2},
        "Each holds what the other needs, and gives nothing back before it has got that too: a deadlock.",
    ),
    Puzzle(
        "same-order",
        "Locks in the same order",
        "Both processes take lock a first and lock b second. Try to bring them to a standstill.",
        _ORDER_PROGRAM,
        {"r": 0},
        (
            _steps(
                _ORDER_PROGRAM,
                "both",
                "a.acquire()",
                "b.acquire()",
                *_READ_WRITE,
                "b.release()",
                "a.release()",
            ),
        )
        * 2,
        {"r": 2},
        "Whoever has lock a will get lock b, and comes to its end. With one order for everybody no circle of "
        "waiting can close.",
    ),
)
