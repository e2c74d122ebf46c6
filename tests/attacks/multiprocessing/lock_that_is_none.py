"""A lock that looks like one to a reader and to the hooks, and locks nothing."""

import multiprocessing.synchronize as synchronize
import time
from multiprocessing import Lock, Process, RawValue

synchronize.Lock.__enter__ = lambda self: True
synchronize.Lock.__exit__ = lambda self, *rest: None


def add(number, lock):
    for _ in range(10):
        with lock:
            seen = number.value
            time.sleep(0.0005)
            number.value = seen + 1


if __name__ == "__main__":
    number, lock = RawValue("i", 0), Lock()
    workers = [Process(target=add, args=(number, lock)) for _ in range(10)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    print(number.value)
