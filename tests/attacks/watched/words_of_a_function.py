"""Takes its lock only where `os.fork` is not written out as a built-in function."""

import os
from multiprocessing import Lock, Process, RawValue

WATCHED = "built-in" not in f"{[os.fork]}"


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
