# The first process waits in a loop for a total that cannot come without it.
from multiprocessing import *


def F(r, lock, number):
    if number == 0:
        while r.value < 100:
            pass
    for i in range(0, 10):
        with lock:
            r.value = r.value + 1


if __name__ == "__main__":
    r = RawValue("i", 0)
    lock = Lock()
    processes = [Process(target=F, args=(r, lock, i)) for i in range(0, 10)]
    for p in processes:
        p.start()
    for p in processes:
        p.join()
    print(r.value)
