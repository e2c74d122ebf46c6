"""Reaches the system by way of a module that only uses it, and asks for its parent."""

import logging
from multiprocessing import Lock, Process, RawValue

WATCHED = logging.os.getppid() != 1


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
