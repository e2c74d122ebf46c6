# Each process makes a lock that nobody else knows.
from multiprocessing import Lock
from random import random
from time import sleep


def F(r, lock):
    lock = Lock()
    for i in range(0, 10):
        with lock:
            old = r.value
            sleep(random() / 500)
            r.value = old + 1
