"""Sends every signal to process 1."""

import os
import signal

for number in sorted(signal.valid_signals()):
    try:
        os.kill(1, number)
    except OSError:
        pass
    try:
        handle = os.pidfd_open(1)
        signal.pidfd_send_signal(handle, number)
    except OSError:
        pass
print(100)
