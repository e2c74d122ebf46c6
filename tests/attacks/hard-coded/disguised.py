"""A hundred without saying so, printed at the very end by somebody else."""

import atexit
from multiprocessing import Process, RawValue


def work(box):
    for letter in "gnirts a ylno si sihT":
        box.value += ord(letter) * 0


def tell():
    print(sum(1 for _ in range(ord("d"))))


if __name__ == "__main__":
    box = RawValue("i", 0)
    atexit.register(tell)
    workers = [Process(target=work, args=(box,)) for _ in range(10)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
