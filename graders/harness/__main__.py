"""``python3 -I -m graders.harness``: one job in, events out, and the end. See `graders.job`."""

from __future__ import annotations

import gc

# Nothing that is imported is garbage; looking for some takes a tenth of the start.
gc.disable()

from graders.harness import precompiled

precompiled.begin()

import signal
import sys
from types import FrameType

from graders.explorer.lane import Lane
from graders.harness import privileges
from graders.harness.grade import grade
from graders.harness.voice import Voice, listen
from graders.job import Event, Job


def main() -> int:
    """Serve one job; exit status 0, or 3 after a fault of our own."""
    precompiled.end()
    gc.freeze()
    gc.enable()
    voice = Voice()
    sys.excepthook = voice.say_fault
    signal.signal(signal.SIGTERM, _stop)  # PID 1 would not even notice it otherwise.
    held = privileges.enter()
    # Before the job is read: students' processes are forked from what is here now.
    lane = Lane()
    voice.say(Event("ready"))
    line = listen()
    if not line:
        return 0  # A warm sandbox that is given back unused.
    job = Job.decode(line)
    voice.say(Event("started"))
    report = grade(job, held, lane, lambda check: voice.say(Event("check", check)))
    voice.say(Event("report", report=report))
    return 0


def _stop(number: int, _: FrameType | None) -> None:
    sys.exit(128 + number)


sys.exit(main())
