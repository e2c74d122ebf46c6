# The process counts up and the parent counts down, at the same time.
from multiprocessing import *
from random import random
from time import sleep


def F(r, times, step):
    for i in range(0, times):
        sleep(random() / 1000)
        old = r.value
        sleep(0.0005)
        r.value = old + step


if __name__ == "__main__":
    r = RawValue("i", 0)
    p = Process(target=F, args=(r, 110, 1))
    p.start()
    F(r, 100, -1)
    p.join()
    print("The parent has", r.value)
