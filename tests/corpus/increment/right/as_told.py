from multiprocessing import *


def F(r, lock):
    for i in range(0, 10):
        lock.acquire()
        r.value = r.value + 1
        print("process %d: %d" % (current_process().pid, r.value))
        lock.release()
    print("process %d is done" % current_process().pid)
