"""Forks children that only sleep, up to what is allowed and beyond."""

import os
import time

while True:
    try:
        if os.fork() == 0:
            time.sleep(100)
            os._exit(0)
    except OSError:
        time.sleep(0.01)
