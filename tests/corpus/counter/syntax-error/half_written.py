from multiprocessing import *

def F(r, lock):
    for i in range(10):
        lock.acquire()
        r.value = r.value + 1
        lock.release()

if __name__ = "__main__":
    r = RawValue("i", 0)
    lock = Lock()
