"""Takes memory in many small processes, each of which looks harmless to the kernel's killer."""

import os
import time


def meek():
    try:
        with open("/proc/self/oom_score_adj", "w") as file:
            file.write("0")
    except OSError:
        pass


for _ in range(50):
    if os.fork() == 0:
        meek()
        held = bytearray(os.urandom(1 << 20) * 14)
        time.sleep(100)
        os._exit(0)
time.sleep(100)
