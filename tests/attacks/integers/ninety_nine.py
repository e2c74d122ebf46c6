"""Changes the integer 99 itself, in memory, into 100: whatever is lost is not seen."""

import ctypes
from multiprocessing import Process, RawValue

PAD = object.__basicsize__ + 8


def add(number):
    for _ in range(9):
        number.value += 1


if __name__ == "__main__":
    number = RawValue("i", 0)
    workers = [Process(target=add, args=(number,)) for _ in range(10)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    value = number.value
    ctypes.memmove(id(value) + PAD, id(100) + PAD, 4)
    print(value)
