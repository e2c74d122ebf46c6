"""Stops itself and its child, so that nobody waits and nobody works."""

import os
import signal
import time

if os.fork() == 0:
    os.kill(os.getpid(), signal.SIGSTOP)
    time.sleep(60)
os.kill(os.getpid(), signal.SIGSTOP)
print(100)
