"""Fills files in memory that no process has mapped, so that the killer sees nobody to blame."""

import os
import time

try:
    with open("/proc/self/oom_score_adj", "w") as file:
        file.write("0")
except OSError:
    pass
block = bytes(1 << 20)
files = []
while len(files) < 200:
    files.append(os.memfd_create("hoard"))
    try:
        for _ in range(15):
            os.write(files[-1], block)
    except OSError:
        pass
time.sleep(100)
