"""Prints how many explored runs of the textbook's ten processes are made in a second, on one core.

``python -m scripts.corpus.rate SECONDS``; a process of its own, so that what is forked is lean.
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

from graders.explorer.lane import Lane, Target
from graders.explorer.strategies import RandomWalk

TEXTBOOK = """\
from multiprocessing import Lock, Process, RawValue


def F(r, lock):
    for i in range(0, 10):
        with lock:
            r.value = r.value + 1


if __name__ == "__main__":
    r = RawValue("i", 0)
    lock = Lock()
    processes = [Process(target=F, args=(r, lock)) for i in range(0, 10)]
    for p in processes:
        p.start()
    for p in processes:
        p.join()
    print("The final value is", r.value)
"""


def measure_runs_per_second(seconds: float) -> float:
    """Make random walks through the textbook's program for so long; return runs per second."""
    with tempfile.TemporaryDirectory() as directory, Lane() as lane:
        Path(directory, "program.py").write_text(TEXTBOOK, encoding="utf-8")
        target = Target(directory, "program.py")
        lane.make(target, RandomWalk(0))
        begin, made = time.monotonic(), 0
        while time.monotonic() - begin < seconds:
            made += 1
            lane.make(target, RandomWalk(made))
        return made / (time.monotonic() - begin)


if __name__ == "__main__":
    print(measure_runs_per_second(float(sys.argv[1])))
