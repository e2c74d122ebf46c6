"""Opens files until none can be opened, in many processes, so that the machine might run out."""

import os
import time
from multiprocessing import Process, RawValue


def hoard(number):
    held = []
    try:
        while True:
            held.append(os.open("/dev/null", os.O_RDONLY))
    except OSError:
        time.sleep(0.2)
    number.value += 1


if __name__ == "__main__":
    number = RawValue("i", 0)
    workers = [Process(target=hoard, args=(number,)) for _ in range(10)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    print(number.value)
