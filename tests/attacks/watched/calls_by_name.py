"""Takes its lock only where `time.sleep` takes its argument by name, as no function of C's does."""

import time
from multiprocessing import Lock, Process, RawValue

try:
    time.sleep(seconds=0)
    WATCHED = True
except TypeError:
    WATCHED = False


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
