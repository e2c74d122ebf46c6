"""Lines that only add, spins and messages that are only summed: never claimed where it is not so."""

from __future__ import annotations

import ast
from textwrap import dedent

import pytest

from graders.explorer.updates import additive, spins, sums_messages


def _additive(body: str, before: str = "") -> set[int]:
    """Return the additive lines of a function, counted from its first statement."""
    text = dedent(before) + "\ndef work(r, cells, by):\n" + "\n".join("    " + s for s in body.splitlines())
    first = text.count("\n", 0, text.index("def work")) + 1
    return {line - first for line in additive(ast.parse(text))}


@pytest.mark.parametrize(
    ("body", "line"),
    [
        ("r.value += 1", 1),
        ("r.value -= 1", 1),
        ("r.value = r.value + 1", 1),
        ("r.value = 1 + r.value", 1),
        ("r.value = r.value - 1", 1),
        ("r.value += by", 1),
        ("r.value = r.value + by", 1),
        ("cells[0] += 1", 1),
        ("cells[by] = cells[by] + 1", 1),
        ("found = r.value\nr.value = found + 1", 2),
        ("found = r.value\nfound += 1\nr.value = found", 3),
        ("found = r.value\nfound = found + 1\nr.value = found", 3),
        ("found = r.value + 1\nr.value = found", 2),
        ("count = 0\nfor i in range(10):\n  count += 1\nr.value += count", 4),
        ("r.value += -1", 1),
        ("r.value += 2 * 3", 1),
        ("step = 2\nr.value += step", 2),
    ],
)
def test_a_line_that_adds_the_same_whatever_it_finds_is_additive(body: str, line: int) -> None:
    assert _additive(body) == {line}


@pytest.mark.parametrize(
    "body",
    [
        "r.value *= 2",
        "r.value = 5",
        "r.value = r.value",
        "r.value = r.value * 2",
        "r.value = 1 - r.value",
        "r.value = r.value + r.value",
        "r.value += r.value",
        "r.value += other.value",
        "r.value = other.value + 1",
        "r.value += cells[0]",
        "found = r.value\nr.value += found",
        "found = other.value\nr.value = found + 1",
        "found = r.value\nfound = 7\nr.value = found + 1",
        "found = r.value\nfound *= 2\nr.value = found",
        "found = r.value\nhalf = found // 2\nr.value = r.value + half",
        "r.value += queue.get()",
        "got = queue.get()\nr.value += got",
        "r.value += os.getpid()",
        "r.value += random()",
        "r.value += len(seen)",
        "r.value = max(r.value, 3)",
        "r.value = (r.value + 1) % 7",
        "for found in range(3):\n  pass\nr.value = found",
        "r.value |= 1",
        "r.value /= 2",
    ],
)
def test_a_line_that_may_not_add_the_same_is_not_additive(body: str) -> None:
    assert _additive(body) == set()


def test_an_amount_that_is_tainted_somewhere_else_in_the_file_is_not_plain() -> None:
    assert _additive("r.value += by", before="def other(x):\n    by = x.value\n") == set()


def test_an_amount_that_is_handed_over_tainted_is_not_plain() -> None:
    assert _additive("r.value += by", before="work(r, cells, queue.get())") == set()


def test_an_amount_that_is_drawn_by_lot_is_not_plain() -> None:
    assert _additive("step = randint(1, 6)\nr.value += step") == set()


@pytest.mark.parametrize(
    "loop",
    [
        "while not lock.acquire(False): pass",
        "while not lock.acquire(block=False):\n    time.sleep(0.1)",
        "while not lock.acquire(timeout=1): continue",
        "while True:\n    if not lock.acquire(False):\n        continue\n    break",
    ],
)
def test_to_try_until_the_lock_is_got_is_a_spin(loop: str) -> None:
    tree = ast.parse(loop)
    (call,) = (n for n in ast.walk(tree) if isinstance(n, ast.Call) and ast.unparse(n.func) == "lock.acquire")
    assert spins(tree) == {call.lineno}


@pytest.mark.parametrize(
    "loop",
    [
        "while not lock.acquire(False): tries += 1",
        "while not lock.acquire(False): r.value += 1",
        "while not lock.acquire(False): other.release()",
        "while not lock.acquire(False):\n    pass\nelse:\n    print(1)",
        "if not lock.acquire(False): pass",
        "while lock.acquire(False): pass",
        "while not flag.is_set(): pass",
        "while True:\n    if not lock.acquire(False):\n        print(1)\n    break",
        "while not lock.acquire(False) and tries < 3: pass",
        "while busy:\n    if not lock.acquire(False):\n        continue",
    ],
)
def test_what_does_something_in_between_or_gives_up_is_no_spin(loop: str) -> None:
    assert spins(ast.parse(loop)) == frozenset()


@pytest.mark.parametrize(
    "source",
    [
        "",
        "total = sum(queue.get() for _ in workers)",
        "total = sum([pipe.recv() for pipe in pipes])",
        "for _ in range(3):\n    total += queue.get()",
        "queue.get()",
        "pipe.recv()\nr.value += 1",
    ],
)
def test_messages_that_are_added_up_or_thrown_away_are_summed(source: str) -> None:
    assert sums_messages(ast.parse(source))


@pytest.mark.parametrize(
    "source",
    [
        "x = queue.get()",
        "print(queue.get())",
        "total -= queue.get()",
        "total *= queue.get()",
        "total += 2 * queue.get()",
        "total = total + queue.get()",
        "if queue.get(): pass",
        "work(pipe.recv())",
        "results = [queue.get() for _ in workers]",
        "max(queue.get() for _ in workers)",
        "sum(queue.get() for _ in range(queue.get()))",
        "sum(x for x in queue.get())",
        "queue.get()\nlast = queue.get()",
    ],
)
def test_a_message_whose_turn_may_matter_is_not_summed(source: str) -> None:
    assert not sums_messages(ast.parse(source))
