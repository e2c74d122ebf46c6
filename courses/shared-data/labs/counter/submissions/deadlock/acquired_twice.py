# A Lock may not be acquired again by the process that has it.
from multiprocessing import *


def add_one(r, lock):
    lock.acquire()
    r.value = r.value + 1
    lock.release()


def F(r, lock):
    for i in range(0, 10):
        lock.acquire()
        add_one(r, lock)
        lock.release()


if __name__ == "__main__":
    r = RawValue("i", 0)
    lock = Lock()
    processes = [Process(target=F, args=(r, lock)) for i in range(0, 10)]
    for p in processes:
        p.start()
    for p in processes:
        p.join()
    print(r.value)
