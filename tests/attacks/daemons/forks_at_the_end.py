"""Forks anew whenever it is killed: each process watches another and has two children."""

import os
import time


def hydra(depth):
    for _ in range(2):
        if depth and os.fork() == 0:
            os.setsid()
            hydra(depth - 1)
    while True:
        time.sleep(0.001)
        try:
            if os.fork() == 0:
                os._exit(0)
        except OSError:
            pass


if os.fork() == 0:
    hydra(3)
time.sleep(0.2)
print(100)
os._exit(0)
