# Parent and process both add five, at the same time.
from multiprocessing import *
from random import random
from time import sleep


def F(r):
    for i in range(0, 5):
        old = r.value
        sleep(0.001 + random() / 100)
        r.value = old + 1


if __name__ == "__main__":
    r = RawValue("i", 0)
    p = Process(target=F, args=(r,))
    p.start()
    F(r)
    p.join()
    print("The parent has", r.value)
