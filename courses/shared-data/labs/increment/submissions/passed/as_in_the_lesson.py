from multiprocessing import *


def F(r, lock):
    for i in range(0, 10):
        lock.acquire()
        r.value = r.value + 1
        print("Process %d set r to %d" % (current_process().pid, r.value))
        lock.release()
