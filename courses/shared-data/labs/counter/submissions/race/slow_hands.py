# A short rest between reading and writing: long enough for everybody else to read the same value.
from multiprocessing import *
from random import random
from time import sleep


def F(r):
    for i in range(0, 10):
        seen = r.value
        sleep(random() / 500)
        r.value = seen + 1


if __name__ == "__main__":
    r = RawValue("i", 0)
    processes = [Process(target=F, args=(r,)) for i in range(0, 10)]
    for p in processes:
        p.start()
    for p in processes:
        p.join()
    print("The final value is", r.value)
