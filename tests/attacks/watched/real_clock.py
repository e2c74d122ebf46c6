"""Takes its lock only where the two clocks of Python, of which one cannot be hooked, do not agree."""

import time
from datetime import datetime
from multiprocessing import Lock, Process, RawValue

WATCHED = abs(datetime.now().timestamp() - time.time()) > 60


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
