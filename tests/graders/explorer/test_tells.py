"""A look at how a program is run is found however it is written, and honest programs have none."""

from __future__ import annotations

import ast
from pathlib import Path
from textwrap import dedent

import pytest

from graders.explorer.tells import tells

HOSTILE = [
    "import sys\nif 'graders' in str(sys.modules): x = 1",
    "import sys as s\nx = s.modules",
    "from sys import modules as m\nif m: x = 1",
    "import sys\ns = sys\nif s: x = 1",
    "import sys\nx = getattr(sys, 'mod' + 'ules')",
    "import sys\ng = getattr\nx = g(sys, 'version')",
    "import sys\nx = [1, 2][len(vars(sys)) > 90]",
    "def unused():\n    exec = 0\nexec('x = 1')",
    "if 0:\n    type = 0\nx = type(y) is z",
    "import sys\nx = 10 if sys._getframe().f_back else 0",
    "import sys\ntry:\n    sys._getframe(1)\nexcept ValueError:\n    x = 1",
    "try:\n    1 / 0\nexcept ZeroDivisionError as e:\n    x = e.__traceback__.tb_frame.f_back is None",
    "def depth(n):\n    try:\n        return depth(n + 1)\n    except RecursionError:\n        return n",
    "import gc\nfor _ in range(gc.get_freeze_count()): x = 1",
    "import os\nwhile os.getppid() != 1: x = 1",
    "from os import getppid as g\nx = [g() == 1]",
    "import logging\nx = logging.os.getppid() == 1",
    "from logging import os\nx = os.getpid()",
    "from os import *\nx = 1",
    "import posix\nx = posix.getppid()",
    "import time\nx = type(time.sleep).__name__ == 'function'",
    "import time\nx = time.sleep.__name__ == 'sleep'",
    "import time\nx = 'built-in' in repr(time.sleep)",
    "import time\nx = 'built-in' in f'{time.sleep}'",
    "import time\nx = '%s' % (time.sleep,) == y",
    "from time import sleep\nnap = sleep\nx = str(nap)[1] == 'b'",
    "import time\ntry:\n    time.sleep.tag = 1\nexcept AttributeError:\n    x = 1",
    "import time\ntry:\n    setattr(time.sleep, 'tag', 1)\nexcept AttributeError:\n    x = 1",
    "import time\ntry:\n    time.sleep(seconds=0)\nexcept TypeError:\n    x = 1",
    "import pickle, time\ntry:\n    pickle.dumps(time.sleep)\nexcept Exception:\n    x = 1",
    "try:\n    f()\nexcept TypeError as e:\n    x = 'positional' in str(e)",
    "import types, os\nx = isinstance(os.fork, types.BuiltinFunctionType)",
    "import os\nmatch os.fork:\n    case types.FunctionType():\n        x = 1",
    "import inspect, os\nx = inspect.isbuiltin(os.fork)",
    "from multiprocessing import Lock\nlock = Lock()\nx = lock._semlock.kind",
    "from multiprocessing import RawValue\nn = RawValue('i', 0)\nif '.c_int' in str(n): x = 1",
    "from multiprocessing import RawValue\nx = RawValue('i', 0).__class__ is int",
    "x = open('/proc/self/status').read()",
    "x = open('/pr' + 'oc/self/status').read()",
    "import os\nos.chdir('/pr' 'oc')\nx = open('self/status').read()",
    "x = open(''.join(map(chr, [47, 112]))).read()",
    "from pathlib import Path\nx = Path('/') / y",
    "import os\nx = os.listdir('..')",
    "import resource\nif resource.getrusage(0).ru_utime > 1: x = 1",
    "import resource\nx = resource.getrlimit(2)[0] > 0",
    "import os\nx = len(os.sched_getaffinity(0)) == 1",
    "import os\nx = os.fstat(1).st_mode",
    "import sys\nx = sys.stdout.seekable()",
    "import sys\nx = sys.stdout.errors == 'strict'",
    "import socket\nx = socket.socket(fileno=3)",
    "import ctypes\nctypes.CDLL(None).getppid()",
    "import ctypes\nx = ctypes.c_long.from_address(id(0)).value",
    "import subprocess\nsubprocess.run(['ps'])",
    "import signal\nx = signal.getsignal(61)",
    "import os\nx = os.getpid() < 120",
    "import os\nme = os.getpid()\nif me < 120: x = 1",
    "import time\nif time.time() < 1_700_100_000: x = 1",
    "import warnings\nif not warnings.warn('x', stacklevel=3): x = 1",
    "try:\n    import graders\nexcept ImportError:\n    x = 1",
    "import pickle\nx = pickle.loads(b'csys\\nmodules\\n.')",
    "import functools\nx = functools.reduce(getattr, ['modules'], y)",
    "import os\nclass W:\n    x = os.getppid() == 1",
    "import os\ndef f():\n    return os.getppid()\nwhile f() != 1: x = 1",
    "import __main__\nif __main__.y: x = 1",
    "import threading\nif threading.gettrace(): x = 1",
    "def f(x=__builtins__): pass",
    "if __loader__ is None: x = 1",
    "import multiprocessing.process as p\nx = p._children",
    "from multiprocessing.process import _children as c\nx = len(c)",
]

HONEST = """
import argparse
import functools
import logging
import multiprocessing as mp
import os
import random
import resource
import signal
import sys
import tempfile
import time
import traceback
from dataclasses import dataclass
from datetime import datetime
from multiprocessing import Lock, Process, RawValue, current_process
from multiprocessing.sharedctypes import Synchronized
from multiprocessing.synchronize import Lock as LockType
from pathlib import Path
from types import FrameType

try:
    from tqdm import tqdm
except ImportError:
    tqdm = iter

logging.basicConfig(level=logging.INFO, format="%(process)d %(message)s")
log = logging.getLogger(__name__)
HERE = os.path.dirname(os.path.abspath(__file__))


@dataclass
class Step:
    type: str
    amount: int = 1


class Counter:
    def __init__(self, start):
        self._value = RawValue("i", start)
        self._lock = Lock()
        self.dir = "up"

    def __getstate__(self):
        return self.__dict__.copy()

    def __enter__(self):
        self._lock.acquire()
        return self._value

    def __exit__(self, *exc):
        self._lock.release()

    def __repr__(self):
        return f"{self.__class__.__name__}({self._value.value})"


def timed(function):
    @functools.wraps(function)
    def inner(*args, **kwargs):
        begin = time.perf_counter()
        try:
            return function(*args, **kwargs)
        finally:
            print(f"{function.__name__} took {time.perf_counter() - begin:.3f} s", file=sys.stderr)

    return inner


def on_signal(number: int, frame: FrameType | None) -> None:
    print("stopped", number)
    sys.exit(1)


@timed
def add(number: Synchronized, lock: LockType, times: int = 10) -> None:
    me = current_process()
    for _ in tqdm(range(times)):
        with lock:
            number.value += 1
        if random.random() < 0.5:
            time.sleep(0.0001)
    log.info("%s (%d) is done at %s", me.name, os.getpid(), datetime.now())
    if me._identity and me._identity[0] == 1:
        log.debug("first of %d", os.cpu_count())


def check(value, type="int"):
    if not isinstance(value, int):
        raise TypeError(f"{value!r} is no {type}: {type.upper()}")
    if type(value) is not int if callable(type) else False:
        return
    assert value >= 0 and value < 2**31


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--workers", type=int, default=10)
    parser.add_argument("--log", default=os.environ.get("LOG", "counter.log"))
    options = parser.parse_args()
    signal.signal(signal.SIGINT, on_signal)
    number, lock = mp.Value("i", 0), Lock()
    workers = [Process(target=add, args=(number, lock), name=f"w{i}") for i in range(options.workers)]
    for worker in workers:
        worker.start()
    deadline = time.monotonic() + 30
    while any(worker.is_alive() for worker in workers) and time.monotonic() < deadline:
        time.sleep(0.01)
    for worker in workers:
        worker.join()
        if worker.exitcode != 0:
            print(f"{worker.name} ended with {worker.exitcode}")
    try:
        with open(options.log, "a") as file:
            print(number.value, file=file)
        with open(os.path.join(HERE, "again.txt"), "w") as file:
            file.write(str(number.value))
        with open(os.path.join(tempfile.gettempdir(), "x.txt")) as file:
            print(file.read())
        text = Path(__file__).read_text()
    except OSError as problem:
        print(type(problem).__name__, problem)
        traceback.print_exc()
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    print("cpu", usage.ru_utime + usage.ru_stime, len(sys.modules), file=sys.stderr)
    if hasattr(os, "fork") and sys.platform != "win32" and sys.version_info >= (3, 8):
        pid = os.fork()
        if pid == 0:
            os._exit(0)
        os.waitpid(pid, 0)
    print(number.value)
    sys.stdout.flush()


if __name__ == "__main__":
    mp.set_start_method("fork")
    main()
"""


@pytest.mark.parametrize("source", HOSTILE)
def test_a_look_at_how_the_program_is_run_is_found(source: str) -> None:
    assert tells(ast.parse(f"{source}\nif x: pass\n"))


def test_what_students_write_for_logs_and_measurements_is_no_look() -> None:
    assert tells(ast.parse(HONEST)) == []


@pytest.mark.parametrize(
    "source",
    [
        "import sys\nprint(len(sys.modules), file=sys.stderr)",
        "import resource\nu = resource.getrusage(0)\nprint(f'{u.ru_maxrss / 1024:.1f} MiB')",
        "import resource\ndef used():\n    return resource.getrusage(0).ru_maxrss\nprint(used())",
        "def vars(x):\n    return x\nprint([vars(1)])",
        "def f(dir):\n    return dir if dir else 1",
        "import re\nif re.compile('x'): y = 1",
        "from datetime import time\nx = [time(1)]",
        "class A:\n    modules = 1\nx = [A.modules]",
    ],
)
def test_what_only_looks_like_one_is_none(source: str) -> None:
    assert tells(ast.parse(source)) == []


def test_a_file_that_was_handed_in_may_be_imported() -> None:
    assert tells(ast.parse("import helper\nif helper.f(): x = 1"), {"helper"}) == []


def test_what_another_file_may_import_matters() -> None:
    source = "import os\nWATCHED = os.getppid()\n"
    assert not tells(ast.parse(source))
    assert tells(ast.parse(source), {"counter"})


def test_a_tell_names_the_line_and_what_it_looks_at() -> None:
    (tell,) = tells(ast.parse("import os\n\nif os.getppid() == 1:\n    pass\n"))
    assert str(tell) == "line 3 looks at the processes around it"


ROOT = Path(__file__).parents[3]
PROGRAMS = [*(ROOT / "tests/corpus").rglob("*.py"), *(ROOT / "courses").glob("*/labs/*/submissions/*/*.py")]


def test_no_program_of_the_corpus_and_of_the_course_looks_but_one_that_imports_what_is_not_there() -> None:
    found = {}
    for path in PROGRAMS:
        try:
            tree = ast.parse(dedent(path.read_text()))
        except SyntaxError:
            continue
        found[path.name] = tells(tree)
    assert len(found) > 300
    assert {name for name, looks in found.items() if looks} == {"wrong_module.py"}
