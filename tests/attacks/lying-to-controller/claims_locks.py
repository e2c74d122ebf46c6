"""Races, and logs an acquire and a release around each step that never were."""

import sys
import time
from multiprocessing import Process, RawValue


def claim(op):
    shim = sys.modules.get("graders.explorer.shim.channel")
    channel = shim and shim.BOARD.here()
    if channel:
        channel.record(op, 0x80000001, 1, 1)


def add(number):
    for _ in range(10):
        claim(3)
        seen = number.value
        time.sleep(0.0005)
        number.value = seen + 1
        claim(6)


if __name__ == "__main__":
    number = RawValue("i", 0)
    workers = [Process(target=add, args=(number,)) for _ in range(10)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    print(number.value)
