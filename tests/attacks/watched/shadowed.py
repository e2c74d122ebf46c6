"""Gives its own things the names of those that look, in places where that changes nothing."""

import time
from multiprocessing import Lock, Process, RawValue

if not time:
    type = repr = None


def unused(type=None, getattr=None):
    vars = type
    return vars


WATCHED = type(time.sleep) is type(unused)


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
