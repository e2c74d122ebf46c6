"""``python3 -I -m graders.harness``: one job in, events out, and the end. See `graders.job`."""

from __future__ import annotations

# First of all, while little is loaded: every process of an explored run is forked from what is here now,
# and nothing secret is.
from graders.explorer.nursery import Nursery

nursery = Nursery()

import gc

from graders.harness import precompiled

# What is imported is no garbage, and its dataclasses were compiled before: a third of the start.
gc.disable()
precompiled.begin()

import signal
import sys
from types import FrameType

from graders.harness.grade import grade
from graders.harness.privileges import enter
from graders.harness.voice import Voice, listen
from graders.job import Event, Job
from graders.version import graders_digest


def main() -> int:
    """Serve one job; exit status 0, or 3 after a fault of our own."""
    precompiled.end()
    gc.freeze()
    gc.enable()
    voice = Voice()
    # Not before everything is loaded: afterwards our uid may not reach the place we were started from.
    graders = graders_digest()
    held = enter()
    sys.excepthook = voice.say_fault
    signal.signal(signal.SIGTERM, _stop)  # PID 1 would not even notice it otherwise.
    voice.say(Event("ready"))
    line = listen()
    if not line:
        return 0  # A warm sandbox that is given back unused.
    job = Job.decode(line)
    voice.say(Event("started"))
    report = grade(job, held, nursery, lambda check: voice.say(Event("check", check)))
    voice.say(Event("report", report=report.stamped(graders=graders)))
    return 0


def _stop(number: int, _: FrameType | None) -> None:
    sys.exit(128 + number)


sys.exit(main())
