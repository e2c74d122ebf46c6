"""Process.start calls the function in the parent: right by accident, and nothing is shared."""

import multiprocessing
from multiprocessing import RawValue

multiprocessing.Process.start = lambda self: self._target(*self._args)
multiprocessing.Process.join = lambda self, timeout=None: None


def add(number):
    for _ in range(10):
        number.value += 1


if __name__ == "__main__":
    number = RawValue("i", 0)
    workers = [multiprocessing.Process(target=add, args=(number,)) for _ in range(10)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    print(number.value)
