"""Prints how many explored runs of the textbook's ten processes are made in a second, on one core.

``python -m scripts.corpus.rate SECONDS``; a process of its own, so that what is forked is lean.
Each strategy of the explorer is used in turn.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from pathlib import Path

from graders.explorer.nursery import Nursery

# Before all else: what is loaded by now is what each process of a run is forked from.
NURSERY = Nursery()

from graders.explorer.controller import Strategy
from graders.explorer.lane import Lane, Target
from graders.explorer.strategies import LastFirst, ParentFirst, PartialOrderSampling, Pct, RandomWalk

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
    """Go through the explorer's strategies for so long, all on one CPU; return runs per second."""
    cpu = NURSERY.cpus[0]
    os.sched_setaffinity(0, {cpu})
    NURSERY.prepare((), enter=False)
    lane = Lane(NURSERY.lane({cpu}))
    with tempfile.TemporaryDirectory() as directory, NURSERY:
        Path(directory, "program.py").write_text(TEXTBOOK, encoding="utf-8")
        target = Target(directory, "program.py")
        lane.make(target, ParentFirst())
        begin, made = time.monotonic(), 0
        while time.monotonic() - begin < seconds:
            lane.make(target, _strategy(made))
            made += 1
        rate = made / (time.monotonic() - begin)
        lane.close()
    return rate


def _strategy(number: int) -> Strategy:
    kinds = (
        ParentFirst(),
        LastFirst(),
        Pct(number, 2, 400),
        PartialOrderSampling(number),
        RandomWalk(number),
    )
    return kinds[number % len(kinds)]


if __name__ == "__main__":
    print(measure_runs_per_second(float(sys.argv[1])))
