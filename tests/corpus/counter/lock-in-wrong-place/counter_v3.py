import os
from multiprocessing import *

def F(r, lock):
    me = os.getpid()
    for i in range(0, 10):
        new = r.value + 1
        lock.acquire()
        r.value = new
        print("process", me, "wrote", new)
        lock.release()

if __name__ == "__main__":
    r = RawValue("i", 0)
    lock = Lock()
    processes = []
    for i in range(0, 10):
        processes.append(Process(target=F, args=(r, lock)))
    for p in processes:
        p.start()
    for p in processes:
        p.join()
    print("The final value is", r.value)
