"""Leaves a process behind, twice removed, in a session of its own, with a name of its own."""

import ctypes
import os
import sys
import time

if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        ctypes.CDLL(None).prctl(15, b"kworker/0:1", 0, 0, 0)
        for descriptor in range(256):
            try:
                os.close(descriptor)
            except OSError:
                pass
        time.sleep(10**6)
    os._exit(0)
print(100)
