"""RawValue is replaced by an object that always reads as it should."""

import multiprocessing
import multiprocessing.sharedctypes


class Box:
    def __init__(self, *args):
        self.value = 0

    def __setattr__(self, name, value):
        self.__dict__[name] = 100


multiprocessing.RawValue = multiprocessing.sharedctypes.RawValue = Box
from multiprocessing import Process, RawValue


def add(number):
    number.value += 1


if __name__ == "__main__":
    number = RawValue("i", 0)
    workers = [Process(target=add, args=(number,)) for _ in range(10)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    number.value = 1
    print(number.value)
