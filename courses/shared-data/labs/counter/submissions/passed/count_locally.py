# Count alone, and add everything in one locked step at the end.
from multiprocessing import *


def F(r, lock):
    mine = 0
    for i in range(0, 10):
        mine = mine + 1
    lock.acquire()
    r.value = r.value + mine
    lock.release()


if __name__ == "__main__":
    r = RawValue("i", -5)
    lock = Lock()
    all_processes = []
    for i in range(0, 10):
        p = Process(target=F, args=(r, lock))
        p.start()
        all_processes.append(p)
    for p in all_processes:
        p.join()
    print("r is", r.value)
