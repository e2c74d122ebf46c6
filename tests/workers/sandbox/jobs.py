"""Labs and programs that the sandbox tests hand in."""

from __future__ import annotations

import json
import textwrap
from dataclasses import replace
from typing import Any

from graders.job import Job
from graders.lab import CheckSpec, ExploreBudget, Lab, Style
from graders.limits import Limits
from graders.report import Report

RIGHT = """
from multiprocessing import Lock, Process
from multiprocessing.sharedctypes import RawValue

def add(number, lock):
    for _ in range(10):
        with lock:
            number.value += 1

if __name__ == "__main__":
    number, lock = RawValue("i", 0), Lock()
    workers = [Process(target=add, args=(number, lock)) for _ in range(10)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    print(number.value)
"""
# The pause makes what is a matter of luck in the textbook's program happen every time.
RACY = RIGHT.replace(
    "        with lock:\n            number.value += 1",
    "        seen = number.value\n        time.sleep(0.001)\n        number.value = seen + 1",
).replace("from multiprocessing import", "import time\nfrom multiprocessing import")
CRASHING = RIGHT.replace("number.value += 1", "number.valeu += undefined")

VALUE = CheckSpec("value", "Ends at exactly 100", 10, "final-value", {"adds": 100})
FINISHES = CheckSpec("finishes", "Finishes", 10, "finishes")


def lab_of(check: CheckSpec, runs: int = 1, **limits: Any) -> Lab:
    """A small program-style lab with one check."""
    return Lab(
        course="shared-data",
        slug="counter",
        title="Counter",
        style=Style.PROGRAM,
        file="counter.py",
        text="",
        starter="",
        checks=(check,),
        limits=Limits(**limits),
        free_runs=runs,
    )


def job_of(source: str, check: CheckSpec = VALUE, seed: int = 7, **limits: Any) -> Job:
    """A job that hands `source` in for the counter lab."""
    return Job(lab=lab_of(check, **limits), files={"counter.py": source}, main="counter.py", seed=seed)


def probe_of(source: str, **limits: Any) -> Job:
    """A job whose program need only finish; it prints what it finds out with ``tell(**findings)``.

    It runs freely, as at home: what is told is what the walls look like without the explorer's hooks.
    """
    head = "import json\ndef tell(**findings): print(json.dumps(findings), flush=True)\n"
    job = job_of(head + textwrap.dedent(source), FINISHES, **limits)
    return replace(job, lab=replace(job.lab, explore=ExploreBudget(0, 0.0)))


def told(report: Report) -> dict[str, Any]:
    """What the program of `probe_of` told."""
    findings: dict[str, Any] = json.loads(report.output.strip().splitlines()[-1])
    return findings
