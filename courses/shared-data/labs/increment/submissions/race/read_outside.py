# Only the write is in the critical section; the value written was read before it.
from random import random
from time import sleep


def F(r, lock):
    for i in range(0, 10):
        new = r.value + 1
        sleep(random() / 500)
        lock.acquire()
        r.value = new
        lock.release()
