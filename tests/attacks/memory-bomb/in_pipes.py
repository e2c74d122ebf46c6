"""Fills pipes, whose memory belongs to the kernel and to no process."""

import fcntl
import os
import time

ends = []
for _ in range(120):
    try:
        ends += os.pipe()
        os.set_blocking(ends[-1], False)
        fcntl.fcntl(ends[-1], 1031, 1 << 20)
    except OSError:
        pass
    try:
        while os.write(ends[-1], bytes(65536)):
            pass
    except OSError:
        pass
print(len(ends))
print(100)
