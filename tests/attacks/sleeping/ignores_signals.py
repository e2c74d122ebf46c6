"""Ignores every signal that can be ignored, sleeps with all others blocked."""

import ctypes
import signal
import time
from multiprocessing import Process

for number in signal.valid_signals() - {signal.SIGKILL, signal.SIGSTOP}:
    signal.signal(number, signal.SIG_IGN)
signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())


def stay():
    ctypes.CDLL(None).prctl(4, 0, 0, 0, 0)
    while True:
        time.sleep(10**6)


if __name__ == "__main__":
    Process(target=stay).start()
    stay()
