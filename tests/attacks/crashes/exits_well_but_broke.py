"""Every worker dies on the way, and the parent says that all is well."""

import os
from multiprocessing import Process, RawValue


def work(box):
    os.kill(os.getpid(), 9)


if __name__ == "__main__":
    box = RawValue("i", 0)
    workers = [Process(target=work, args=(box,)) for _ in range(10)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    print(100)
    os._exit(0)
