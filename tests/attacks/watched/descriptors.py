"""Takes its lock only where it has inherited a socket."""

import os
import stat
from multiprocessing import Lock, Process, RawValue


def sockets():
    for descriptor in range(3, 64):
        try:
            if stat.S_ISSOCK(os.fstat(descriptor).st_mode):
                return True
        except OSError:
            pass
    return False


WATCHED = sockets()


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
