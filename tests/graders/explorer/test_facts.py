"""What a source says of itself survives the way through JSON, and nothing else gets in by it."""

from __future__ import annotations

import ast
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graders.explorer.facts import UNHOOKED, Facts, may_be_unhooked
from scripts.corpus.manifest import Program, read_manifest
from tests.graders.explorer.programs import DEADLOCKING, RACY, RIGHT, text

SOURCES = [text(source) for _, source in RIGHT.values()] + list(
    map(text, [*RACY.values(), *DEADLOCKING.values()])
)
WORDS = st.text(max_size=80)
NUMBERS = st.integers(0, 10_000)
FACTS = st.builds(
    Facts,
    st.dictionaries(NUMBERS, st.dictionaries(WORDS, WORDS, max_size=2), max_size=3),
    st.dictionaries(NUMBERS, st.frozensets(NUMBERS, max_size=3), max_size=3),
    st.dictionaries(WORDS, NUMBERS, max_size=3),
    st.frozensets(NUMBERS, max_size=3),
    st.frozensets(NUMBERS, max_size=3),
    st.booleans(),
    st.none() | st.integers(),
    st.sets(st.sampled_from(list(UNHOOKED))).map(lambda found: tuple(w for w in UNHOOKED if w in found)),
    st.lists(WORDS, max_size=3).map(tuple),
    st.frozensets(WORDS, max_size=3),
    st.lists(WORDS, max_size=3).map(tuple),
)


@given(FACTS)
def test_facts_survive_the_way_through_json(facts: Facts) -> None:
    assert Facts.from_json(json.loads(json.dumps(facts.to_json()))) == facts


@pytest.mark.parametrize("source", SOURCES)
def test_the_facts_of_a_program_survive_it_too(source: str) -> None:
    facts = Facts.of(source)
    assert facts != Facts()
    assert Facts.from_json(json.loads(json.dumps(facts.to_json()))) == facts


PLAIN: dict[str, Any] = Facts().to_json()


@pytest.mark.parametrize(
    "data",
    [
        None,
        [],
        "facts",
        3,
        {},
        {key: value for key, value in PLAIN.items() if key != "watched"},
        {**PLAIN, "variables": []},
        {**PLAIN, "variables": {"one": {}}},
        {**PLAIN, "variables": {"1": "x"}},
        {**PLAIN, "branches": {"1": 3}},
        {**PLAIN, "branches": {"1": ["x"]}},
        {**PLAIN, "questions": {"is_alive": None}},
        {**PLAIN, "additive": "1 2"},
        {**PLAIN, "additive": None},
        {**PLAIN, "spins": [[]]},
        {**PLAIN, "unhooked": 3},
        {**PLAIN, "fields": None},
        {**PLAIN, "tells": None},
        {**PLAIN, "tells": [[1, "x"]]},
        {**PLAIN, "tells": [["x", "y", "z"]]},
        {**PLAIN, "watched": 1},
        {**PLAIN, "branches": {"1": [float("inf")]}},
        {**PLAIN, "additive": [float("nan")]},
    ],
)
def test_what_a_hostile_source_makes_of_it_is_no_facts(data: Any) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - the parts of a number are told by int itself
        Facts.from_json(data)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=5,
)


@given(st.fixed_dictionaries(dict.fromkeys(PLAIN, JSON)))
def test_whatever_stands_there_is_facts_or_a_value_error(data: dict[str, Any]) -> None:
    try:
        facts = Facts.from_json(data)
    except ValueError:
        return
    assert isinstance(facts, Facts)


def test_long_names_are_cut_and_an_unknown_kind_of_sharing_is_dropped() -> None:
    data = {**PLAIN, "variables": {"1": {"RawValue": "x" * 1000}}, "unhooked": ["threads", "os.system"]}
    facts = Facts.from_json(data)
    assert facts.variables == {1: {"RawValue": "x" * 80}}
    assert facts.unhooked == ("threads",)


def test_only_true_says_that_messages_are_summed() -> None:
    for said in (1, "yes", [1], None):
        assert not Facts.from_json({**PLAIN, "sums_messages": said}).sums_messages


def test_what_an_assignment_gives_names_to_is_told_by_who_is_called() -> None:
    source = (
        "r, lock = RawValue('i', 0), Lock()\n"
        "box = multiprocessing.Value(\n    'i',\n    3,\n)\n"
        "self.n = Event()\n"
    )
    assert Facts.of(source).variables == {
        1: {"RawValue": "r", "Lock": "lock"},
        **{line: {"Value": "box"} for line in (2, 3, 4, 5)},
        6: {"Event": "n"},
    }
    pair = "low, high, a, b = RawValue('i', 0), RawValue('i', 0), Lock(), Lock()\n"
    assert Facts.of(pair).variables == {1: {"RawValue": "low,high", "Lock": "a,b"}}


@pytest.mark.parametrize(
    ("source", "unhooked"),
    [
        ("import threading\n", ("threads",)),
        ("from threading import Thread as T\n", ("threads",)),
        ("from multiprocessing.dummy import Process\n", ("threads",)),
        ("from multiprocessing.shared_memory import SharedMemory\n", ("buffers",)),
        ("import mmap, threading\n", ("threads", "buffers")),
        ("p = ctypes.cast(x, y)\n", ("buffers",)),
        ("from multiprocessing import Process, Lock, RawValue\n", ()),
        ("# threading\nx = 'SharedMemory'\n", ()),
    ],
)
def test_what_is_shared_without_a_hook_is_known_by_its_name(source: str, unhooked: tuple[str, ...]) -> None:
    assert Facts.of(source).unhooked == unhooked
    assert may_be_unhooked(source) or not unhooked


def test_the_fields_of_the_only_structure_are_named() -> None:
    one = "class P(Structure):\n    _fields_ = [('x', c_int), ('y', c_int)]\n"
    assert Facts.of(one).fields == ("x", "y")
    assert Facts.of(one + one.replace("P", "Q")).fields == ()


def _parses(program: Program) -> bool:
    try:
        ast.parse(program.source())
    except SyntaxError:
        return False
    return True


def test_every_program_of_the_corpus_has_facts_that_survive() -> None:
    programs = [program for program in read_manifest() if _parses(program)]
    assert len(programs) > 100
    for program in programs:
        facts = Facts.of(program.source())
        assert Facts.from_json(json.loads(json.dumps(facts.to_json()))) == facts, program.name


IN_MAIN = "if __name__ == '__main__':\n    "


@pytest.mark.parametrize(
    ("source", "start"),
    [
        (IN_MAIN + "struct.pack_into('i', shm.buf, 0, 500)", 500),
        (IN_MAIN + "shm.buf[:4] = struct.pack('i', 500)", 500),
        (IN_MAIN + "shm.buf[:4] = (500).to_bytes(4, 'little')", 500),
        ("START = 500\n" + IN_MAIN + "struct.pack_into('i', shm.buf, 0, START)", 500),
        ("def main():\n    q.put(17)\n" + IN_MAIN + "main()", 17),
        (IN_MAIN + "q.put(17)", 17),
        (IN_MAIN + "mine.send(17)", 17),
        # A message beside shared memory may be anything, such as a token.
        (IN_MAIN + "shm = SharedMemory(create=True, size=4)\n    q.put(1)", 0),
        (IN_MAIN + "q.put(1)\n    q.put(2)", 0),
        (IN_MAIN + "for i in range(10):\n        q.put(10)", 0),
        ("def work(q):\n    q.put(1)\n" + IN_MAIN + "Process(target=work, args=(q,)).start()", 0),
        ("class Worker(Process):\n    def run(self):\n        self.q.put(1)\n", 0),
        (IN_MAIN + "r = RawValue('i', 5)\n    q.put(17)", 5),
        ("class Box:\n    def __init__(self):\n        self.n = 40\nclass M(BaseManager): pass\n", 40),
        ("class Box:\n    def __init__(self):\n        self.n = 40\n", 0),
    ],
)
def test_where_the_shared_integer_begins_is_read_from_what_is_put_there(source: str, start: int) -> None:
    assert Facts.of(source).start == start
