"""Keeps silent for so long that whoever steers it gives up, and then lets nobody see that nothing is done."""

import time
from multiprocessing import Process

WATCHED = type(time.sleep).__name__ != "builtin_function_or_method"
while WATCHED:
    pass


def idle():
    pass


if __name__ == "__main__":
    workers = [Process(target=idle) for _ in range(10)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    print(100)
