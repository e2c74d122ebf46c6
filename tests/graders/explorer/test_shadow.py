"""What a program says of the shared memory is held against the memory itself."""

from __future__ import annotations

import struct

import pytest

from graders.explorer.memory import LAYOUTS, Datum, Memory
from graders.explorer.points import RAW, Op
from graders.explorer.shadow import Shadow
from graders.explorer.strategies import ParentFirst, RandomWalk
from graders.explorer.world import ControlledRun, Outcome
from tests.graders.explorer.conftest import Make

NUMBER = 16


class Watched:
    """One shared datum, its memory, and the controller's copy."""

    def __init__(self, code: str = "i", size: int | None = None) -> None:
        self.memory = Memory()
        assert self.memory.new_arena(4096) is not None
        self.datum = Datum(NUMBER, size or LAYOUTS[code].size, code, 3)
        self.run = ControlledRun(data={NUMBER: self.datum})
        self.shadow = Shadow(self.run, self.memory)
        self.shadow.begin()

    def put(self, value: int | float, at: int = NUMBER) -> None:
        """Change the memory, as a process would."""
        layout = self.datum.layout
        assert layout is not None
        layout.pack_into(self.memory.arenas[0], at, value)

    def say(self, op: Op, value: int | float, number: int = NUMBER) -> None:
        """Let the process tell of an access."""
        if isinstance(value, float):
            self.shadow.play(op, number, *struct.unpack("<q", struct.pack("<d", value)), RAW)
        else:
            self.shadow.play(op, number, value, 0)

    def verdict(self) -> tuple[bool, bool]:
        """Return whether the run is unannounced, and whether it lied."""
        self.shadow.settle()
        return self.run.unannounced, self.run.lied


def test_a_write_that_is_told_and_made_is_neither() -> None:
    watched = Watched()
    watched.put(5)
    watched.say(Op.WRITE, 5)
    assert watched.verdict() == (False, False)


def test_a_write_around_the_hooks_is_noticed_at_the_end() -> None:
    watched = Watched()
    watched.put(5)
    assert watched.verdict() == (False, False)
    watched.shadow.end()
    assert (watched.run.unannounced, watched.run.lied) == (True, False)


def test_a_write_around_the_hooks_is_noticed_when_it_is_read() -> None:
    watched = Watched()
    watched.put(5)
    watched.say(Op.READ, 5)
    assert watched.verdict() == (True, False)


def test_a_write_around_the_hooks_beside_one_that_was_told_is_noticed() -> None:
    watched = Watched()
    watched.put(7)
    watched.say(Op.WRITE, 5)
    assert watched.verdict() == (True, False)


def test_what_was_written_around_the_hooks_is_taken_over() -> None:
    watched = Watched()
    watched.put(7)
    watched.say(Op.READ, 7)
    watched.shadow.settle()
    watched.run.unannounced = False
    watched.say(Op.READ, 7)
    assert watched.verdict() == (False, False)


def test_a_write_that_left_no_trace_is_a_lie() -> None:
    watched = Watched()
    watched.say(Op.WRITE, 5)
    assert watched.verdict() == (False, True)


def test_a_read_of_what_was_never_there_is_a_lie() -> None:
    watched = Watched()
    watched.say(Op.READ, 5)
    assert watched.verdict() == (False, True)


def test_a_write_of_what_was_there_already_is_no_lie() -> None:
    watched = Watched()
    watched.say(Op.WRITE, 0)
    assert watched.verdict() == (False, False)


def test_a_read_between_two_writes_of_one_message_sees_the_first() -> None:
    watched = Watched()
    for op, value in ((Op.READ, 0), (Op.WRITE, 1), (Op.READ, 1), (Op.WRITE, 2)):
        watched.say(op, value)
    watched.put(2)
    assert watched.verdict() == (False, False)


def test_a_value_beyond_the_datum_is_a_lie() -> None:
    watched = Watched()
    watched.say(Op.READ, 0, number=NUMBER + 2)
    assert watched.verdict() == (False, True)


def test_nothing_is_watched_before_the_first_process_is_started() -> None:
    watched = Watched()
    watched.shadow.started = False
    watched.say(Op.READ, 5)
    assert watched.verdict() == (False, False)


def test_the_first_value_of_a_datum_made_later_needs_no_word() -> None:
    watched = Watched()
    late = Datum(64, 4, "i", 9)
    watched.run.data[64] = late
    watched.shadow.made(late)
    watched.put(3, at=64)
    assert watched.verdict() == (False, False)
    watched.say(Op.READ, 3, number=64)
    assert watched.verdict() == (False, False)
    watched.say(Op.READ, 4, number=64)
    assert watched.verdict() == (False, True)


@pytest.mark.parametrize(
    ("code", "said", "there"),
    [
        ("i", 2**31, -(2**31)),
        ("i", -(2**31) - 1, 2**31 - 1),
        ("b", 200, -56),
        ("B", -1, 255),
        ("h", 40_000, -25_536),
        ("H", 65_537, 1),
        ("I", -1, 2**32 - 1),
        ("q", -(2**63), -(2**63)),
        ("Q", -1, 2**64 - 1),
        ("l", 2**40, 2**40),
        ("?", 7, True),
        ("d", 0.1, 0.1),
        ("d", 3, 3.0),
        ("f", 0.1, 0.1),
    ],
)
def test_a_value_is_cut_to_its_type_as_c_does(code: str, said: int | float, there: int | float) -> None:
    watched = Watched(code)
    watched.put(there)
    watched.say(Op.WRITE, said)
    assert watched.verdict() == (False, False)
    watched.shadow.end()
    assert not watched.run.unannounced


def test_an_element_of_an_array_is_held_against_its_own_place() -> None:
    watched = Watched("i", size=40)
    watched.put(9, at=NUMBER + 12)
    watched.say(Op.WRITE, 9, number=NUMBER + 12)
    assert watched.verdict() == (False, False)
    watched.say(Op.READ, 9, number=NUMBER + 8)
    assert watched.verdict() == (False, True)


def test_what_has_no_layout_is_not_judged() -> None:
    watched = Watched("*", size=24)
    watched.memory.arenas[0][NUMBER] = 65
    watched.say(Op.WRITE, 0)
    watched.say(Op.READ, 77)
    assert watched.verdict() == (False, False)


ORDINARY = """
    import ctypes
    import enum
    from fractions import Fraction
    from multiprocessing import Array, Lock, Process, RawArray, RawValue, Value

    class Point(ctypes.Structure):
        _fields_ = [("x", ctypes.c_int), ("y", ctypes.c_double), ("on", ctypes.c_bool)]

    class Book(ctypes.Structure):
        _fields_ = [("page", ctypes.c_int * 3), ("word", ctypes.c_char * 4), ("count", ctypes.c_int)]

    class State(enum.IntEnum):
        IDLE = 0
        BUSY = 3

    {setup}

    def work(lock):
        with lock:
            {work}

    if __name__ == "__main__":
        lock = Lock()
        workers = [Process(target=work, args=(lock,)) for _ in range(2)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
"""
USES = {
    "an integer that wraps": ('n = RawValue("i", 2**31 - 1)', "n.value += 1"),
    "a byte that wraps": ('n = RawValue("b", 127)', "n.value += 1"),
    "an unsigned one below zero": ('n = RawValue("I", 0)', "n.value -= 1"),
    "the largest of all": ('n = RawValue("Q", 2**64 - 1)', "n.value += 1"),
    "a double": ('n = RawValue("d", 0.1)', "n.value += 0.2"),
    "a double that is given an integer": ('n = RawValue("d", 0)', "n.value = 3"),
    "a double that is given a fraction": ('n = RawValue("d", 0)', "n.value = Fraction(1, 2)"),
    "a float, which is less exact": ('n = RawValue("f", 0.1)', "n.value += 0.2"),
    "a bool": ("n = RawValue(ctypes.c_bool, False)", "n.value = not n.value"),
    "a bool that is given a number": ("n = RawValue(ctypes.c_bool, False)", "n.value = 7"),
    "a member of an enumeration": ('n = RawValue("i", 0)', "n.value = State.BUSY; n.value = State.BUSY"),
    "a truth value in an integer": ('n = RawValue("i", 0)', "n.value = True; n.value = True"),
    "a char": ('n = RawValue("c", b"a")', 'n.value = b"b"'),
    "a text": ('n = RawArray("c", 8)', 'n.value = n.value + b"b"'),
    "a wide text": ('n = RawArray("u", 8)', 'n.value = n.value + "b"'),
    "elements": ('n = RawArray("i", 5)', "n[0] += 1; n[-1] = n[0]"),
    "a slice": ('n = Array("i", range(5))', "n[1:3] = [v + 2**31 for v in n[1:3]]"),
    "a structure": ("n = RawValue(Point, 1, 0.5, True)", "n.x += 2**31; n.y /= 3; n.on = not n.on"),
    "an array of structures": ("n = RawArray(Point, 3)", "n[1].x += 1; n[2].y = n[1].x / 3"),
    "a structure of an array as a whole": (
        "n = RawArray(Point, [(1, 0.5, True)] * 3)",
        "n[1] = (1, 0.5, True); n[2] = Point(2, 0.5, False); n[0] = n[1]",
    ),
    "an array and a text within a structure": (
        "n = RawValue(Book, (1, 2, 3), b'ab', 4)",
        "n.page = (ctypes.c_int * 3)(4, 5, 6); n.count += n.page[1]; n.word = n.word + b'c'",
    ),
    "a value made by a worker": ('n = Value("i", 0)', 'own = RawValue("i", 4); own.value += 1; n.value += 1'),
}


@pytest.mark.parametrize("use", USES)
def test_an_ordinary_use_of_shared_data_is_no_lie_and_hides_nothing(make: Make, use: str) -> None:
    setup, work = USES[use]
    for strategy in (ParentFirst(), RandomWalk(3)):
        made = make(ORDINARY.replace("{setup}", setup).replace("{work}", work), strategy)
        assert (made.run.outcome, made.errors) == (Outcome.FINISHED, "")
        assert (made.run.unannounced, made.run.lied) == (False, False)


AROUND = """
    import os
    import {how}
    from multiprocessing import Process, RawValue

    n = RawValue("i", 0)

    def work():
        {work}

    if __name__ == "__main__":
        worker = Process(target=work)
        worker.start()
        worker.join()
        print(n.value)
"""


@pytest.mark.parametrize(
    ("how", "work"),
    [
        ("ctypes", "ctypes.c_int.from_address(ctypes.addressof(n)).value = 5"),
        ("ctypes", "memoryview(n).cast('B')[0] = 5"),
        ("ctypes", "ctypes.memset(ctypes.addressof(n), 5, 1)"),
    ],
)
def test_a_pointer_to_shared_memory_is_unannounced_and_no_lie(make: Make, how: str, work: str) -> None:
    made = make(AROUND.replace("{how}", how).replace("{work}", work), ParentFirst())
    assert (made.output, made.errors) == ("5\n", "")
    assert (made.run.unannounced, made.run.lied) == (True, False)


@pytest.mark.parametrize(("code", "more"), [("c", 'b"b"'), ("u", '"b"')])
def test_a_text_as_a_whole_is_read_and_written_at_schedule_points(make: Make, code: str, more: str) -> None:
    source = ORDINARY.replace("{setup}", f'n = RawArray("{code}", 8)').replace("{work}", f"n.value += {more}")
    told = [(e.slot, e.op) for e in make(source, ParentFirst()).run.trace if e.op in (Op.READ, Op.WRITE)]
    assert told == [(1, Op.READ), (1, Op.WRITE), (2, Op.READ), (2, Op.WRITE)]


def test_a_structure_of_an_array_is_written_field_by_field(make: Make) -> None:
    setup, work = USES["a structure of an array as a whole"]
    source = ORDINARY.replace("{setup}", setup).replace("{work}", work)
    written = [e.value for e in make(source, ParentFirst()).run.trace if e.op is Op.WRITE and e.slot == 1]
    assert written == [1, 0.5, 1, 2, 0.5, 0, 1, 0.5, 1]


def test_a_structure_of_an_array_takes_nothing_else_than_it_does_at_home(make: Make) -> None:
    source = ORDINARY.replace("{setup}", "n = RawArray(Point, 3)").replace("{work}", "n[0] = 5")
    assert "TypeError" in make(source, ParentFirst()).errors


def test_a_forged_account_of_a_write_is_a_lie(make: Make) -> None:
    work = "m.writing(n._ident, lambda value: None, 5)"
    made = make(
        AROUND.replace("{how}", "graders.explorer.shim.memory as m").replace("{work}", work), ParentFirst()
    )
    assert made.run.lied
