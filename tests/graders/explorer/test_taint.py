"""Branches that may depend on what other processes have done; rather too many than too few."""

from __future__ import annotations

import ast
from textwrap import dedent

import pytest

from graders.explorer.taint import ELSEWHERE, branches, questions, tainted_names


def _branches(source: str) -> dict[int, set[int]]:
    return {line: set(read) for line, read in branches(ast.parse(dedent(source).lstrip())).items()}


def _tainted(source: str) -> set[str]:
    return set(tainted_names(ast.parse(dedent(source).lstrip())))


@pytest.mark.parametrize(
    "test",
    [
        "if r.value > 3: pass",
        "while r.value < 3: pass",
        "x = 1 if r.value else 2",
        "assert r.value",
        "for i in range(r.value): pass",
        "x = [i for i in range(9) if i > r.value]",
        "x = [i for i in range(r.value)]",
        "x = r.value or print(1)",
        "x = r.value > 3 and print(1)",
        "match r.value:\n  case 1: pass",
        "x = names[r.value]",
        "if cells[0] > 3: pass",
        "if sum(cells[:]): pass",
        "if box.get_obj().value: pass",
        "if (found := r.value) > 3: pass",
    ],
)
def test_a_branch_on_a_shared_value_is_found(test: str) -> None:
    found = _branches(test)
    assert 1 in found
    assert 1 in set().union(*found.values())


@pytest.mark.parametrize(
    "source",
    [
        "x = r.value\ny = x + 1\nif y: pass",
        "x, y = r.value, 2\nif y: pass",
        "x = 0\nx += r.value\nif x: pass",
        "def look(): return r.value\n\nif look(): pass",
        "def work(n):\n    if n: pass\nwork(r.value)",
        "def work(n):\n    if n: pass\nwork(n=r.value)",
        "for x in box.value:\n    pass\nif x: pass",
        "with open(r.value) as x: pass\nif x: pass",
        "self.x = r.value\nif other.x: pass",
        "seen[0] = r.value\nif len(seen): pass",
        "x: int = r.value\nif x: pass",
        "if (x := r.value): pass\nif x: pass",
        "[*x] = r.value\nif x: pass",
        "def each(): yield r.value\nfor x in each():\n    pass\nif x: pass",
        "x = queue.get()\nif x: pass",
        "x = pipe.recv()\nif x: pass",
    ],
)
def test_a_branch_on_what_came_from_a_shared_value_is_found(source: str) -> None:
    tree = ast.parse(source)
    last = max(node.lineno for node in ast.walk(tree) if isinstance(node, ast.If | ast.For))
    tests = {line for line, sources in branches(tree).items() if sources}
    assert last in tests or 2 in tests


@pytest.mark.parametrize(
    "source",
    [
        "Process(target=work, args=(r, lock, seen))",
        "Process(None, work, 'name', (seen,))",
        "Process(target=work, kwargs={'by': seen})",
        "pool.apply(work, (seen,))",
        "pool.map(work, [seen])",
        "executor.submit(work, seen)",
        "Worker(r, seen)",
        "pool = Pool(2, work, (seen,))",
    ],
)
def test_what_is_handed_to_another_process_is_tainted_there(source: str) -> None:
    before = """
        class Worker(Process):
            def __init__(self, box, by):
                self.by = by

        def work(by):
            pass

        seen = r.value
    """
    assert "by" in _tainted(dedent(before) + source)
    assert "by" not in _tainted(dedent(before) + source.replace("seen", "3"))


@pytest.mark.parametrize(
    "put", ["append(r.value)", "extend([r.value])", "add(r.value)", "insert(0, r.value)"]
)
def test_what_is_put_into_a_list_taints_the_list(put: str) -> None:
    assert _branches(f"seen.{put}\nif sum(seen) > 3: pass") == {2: {1}}


def test_what_is_tainted_late_reaches_what_was_read_early() -> None:
    source = """
        def work():
            global a, b, c
            c = b
            b = a
            a = r.value
            if c: pass
    """
    assert _branches(source) == {6: {5}}


@pytest.mark.parametrize(
    "source",
    [
        "for i in range(10): pass",
        "if __name__ == '__main__': pass",
        "x = 3\nif x > 2: pass",
        "r.value += 1",
        "x = r.value\nprint(x)",
        "if len(sys.argv[1:]): pass",
        "for name in ['a', 'b']: pass",
        "workers = [Process(target=work, args=(r, lock)) for _ in range(10)]\nfor w in workers: w.start()",
    ],
)
def test_a_branch_on_nothing_shared_is_none(source: str) -> None:
    assert _branches(source) == {}


@pytest.mark.parametrize(
    "test", ["os.getpid() % 2", "time.time() > 3", "random() < 0.5", "random.random() < 0.5", "now() > 3"]
)
def test_a_branch_on_time_or_chance_is_found(test: str) -> None:
    assert _branches(f"if {test}:\n    r.value += 1") == {1: {ELSEWHERE}}


def test_to_wait_for_a_time_and_do_nothing_is_no_branch_that_others_notice() -> None:
    assert _branches("while time.time() < 3: pass") == {}
    assert _branches("while time.time() < 3: r.value += 1") == {1: {ELSEWHERE}}
    assert _branches("while r.value < 3: pass") == {1: {1}}


def test_the_first_line_of_each_question_is_told() -> None:
    source = "while worker.is_alive(): pass\nif event.is_set(): pass\nworker.is_alive()\nqueue.empty()\n"
    assert questions(ast.parse(source)) == {"is_alive": 1, "is_set": 2, "empty": 4}


def test_what_has_no_schedule_in_its_answer_is_no_question() -> None:
    assert questions(ast.parse("event.set(); event.wait(); lock.acquire(); queue.put(1); p.join()")) == {}


def test_constants_and_counters_are_not_tainted() -> None:
    source = """
        def work(r):
            step = 1
            for i in range(10):
                found = r.value
                r.value = found + step
    """
    assert _tainted(source) == {"found"}
