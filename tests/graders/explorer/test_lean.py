"""What makes forks cheap must change nothing that a program could notice."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from textwrap import dedent

import pytest

ROOT = Path(__file__).parents[3]


def _newer() -> str | None:
    """Return a Python that has immortal objects; `None` when there is none."""
    if sys.version_info >= (3, 12):
        return sys.executable
    for name in ("python3.14", "python3.13", "python3.12"):
        path = shutil.which(name)
        if path and subprocess.run([path, "-c", ""], capture_output=True, check=False).returncode == 0:
            return path
    return None


def _said(source: str, python: str = sys.executable) -> str:
    """Run a program of its own, for what it does to its interpreter cannot be taken back."""
    found = subprocess.run(
        [python, "-c", dedent(source)],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert found.stderr == ""
    assert found.returncode == 0
    return found.stdout.strip()


needs_immortal = pytest.mark.skipif(_newer() is None, reason="needs Python 3.12 for immortal objects")


@needs_immortal
def test_every_object_that_can_be_reached_becomes_immortal() -> None:
    source = """
        import sys
        from graders.explorer import lean

        class Here:
            word = "a word of its own" * 3

        held = [Here(), {"key": ("in", ["deep"])}]
        def function(): return "constant %d" % len(held)
        before = [sys.getrefcount(item) for item in (Here, held, held[1]["key"], Here.word)]
        assert max(before) < 1000, before
        assert lean.immortal() > 1000
        things = (Here, held, held[0], held[1]["key"][1], Here.word, function, function.__code__)
        assert min(map(sys.getrefcount, things)) > 1_000_000, list(map(sys.getrefcount, things))
        code = function.__code__
        assert min(map(sys.getrefcount, (code.co_consts, code.co_names, code.co_filename))) > 1_000_000
        print(function())
    """
    assert _said(source, str(_newer())) == "constant 2"


@needs_immortal
def test_what_is_immortal_is_not_made_so_again() -> None:
    source = """
        from graders.explorer import lean
        first = lean.immortal()
        print(lean.immortal() < first / 10)
    """
    assert _said(source, str(_newer())) == "True"


@needs_immortal
def test_what_is_immortal_can_still_be_used_and_changed_and_what_is_new_still_dies() -> None:
    source = """
        import gc, weakref
        from graders.explorer import lean

        class Thing: pass

        old = [Thing()]
        lean.settle()
        old.append(Thing())
        new = Thing()
        seen = weakref.ref(new)
        old.clear()
        del new
        gc.collect()
        print(seen() is None, old)
    """
    assert _said(source, str(_newer())) == "True []"


def test_settling_makes_no_object_wrong() -> None:
    source = """
        import json, threading, multiprocessing.synchronize, decimal
        from graders.explorer import lean
        lean.settle()
        lean.settle()
        print(json.dumps({"a": [1, 2.5, None]}), decimal.Decimal("1.5") + 1)
    """
    assert _said(source) == '{"a": [1, 2.5, null]} 2.5'


AFTER_FORK = """
    import os, threading
    from graders.explorer import lean
    {plain}
    {before}

    def ask():
        child = os.fork()
        if child == 0:
            own = threading.current_thread()
            right = own is threading.main_thread() and own.ident == threading.get_ident()
            print(right, len(threading.enumerate()), threading.active_count(), own.is_alive(), flush=True)
            helper = threading.Thread(target=print, args=("helped",))
            helper.start()
            helper.join()
            print(helper.is_alive(), flush=True)
            os._exit(0)
        assert os.waitpid(child, 0)[1] == 0

    {ask}
"""
PLAIN = "lean.plain_after_fork(); lean.plain_after_fork()"
FORKS = {
    "one thread": ("", "ask()"),
    "many threads": (
        "halt = threading.Event(); other = threading.Thread(target=halt.wait); other.start()",
        "ask(); halt.set(); other.join()",
    ),
    "another thread than the main one": (
        "",
        "maker = threading.Thread(target=ask); maker.start(); maker.join()",
    ),
}


@pytest.mark.parametrize("who", FORKS)
def test_a_child_has_its_books_of_threads_in_order_as_always(who: str) -> None:
    before, ask = FORKS[who]
    said = _said(AFTER_FORK.format(plain=PLAIN, before=before, ask=ask))
    assert said.split() == ["True", "1", "1", "True", "helped", "False"]
    assert said == _said(AFTER_FORK.format(plain="", before=before, ask=ask))


def test_a_child_of_one_thread_knows_its_own_number() -> None:
    source = """
        import os, threading
        from graders.explorer import lean
        lean.plain_after_fork()
        child = os.fork()
        if child == 0:
            print(threading.main_thread().native_id == os.getpid(), flush=True)
            os._exit(0)
        os.waitpid(child, 0)
    """
    assert _said(source) == "True"
