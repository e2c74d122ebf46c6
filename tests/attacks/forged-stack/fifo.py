"""Writes made-up stacks, megabytes of them, into the pipe on which processes say where they stand."""

import os
import threading

path = os.environ.get("INTERLEAVE_TRACE", "/work/.interleave/trace")
STACK = b'Current thread 0x1 (most recent call first):\n  File "/work/counter.py", line 1 in <module>\n'


def flood():
    try:
        pipe = os.open(path, os.O_WRONLY | os.O_NONBLOCK)
    except OSError:
        return
    while True:
        try:
            os.write(pipe, STACK * 40)
        except OSError:
            pass


threading.Thread(target=flood, daemon=True).start()
lock = threading.Lock()
lock.acquire()
lock.acquire()
