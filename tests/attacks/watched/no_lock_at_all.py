"""Locks at the same line always, and only where time stands still with a lock that locks."""

import time
from contextlib import nullcontext
from multiprocessing import Lock, Process, RawValue

before = time.perf_counter()
sum(range(2_000_000))
WATCHED = time.perf_counter() - before < 0.001


def add(number, lock):
    for _ in range(10):
        with lock:
            number.value += 1


if __name__ == "__main__":
    number, lock = RawValue("i", 0), (nullcontext(), Lock())[WATCHED]
    workers = [Process(target=add, args=(number, lock)) for _ in range(10)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    print(number.value)
