# A rest between reading and writing: long enough for others to read the same value.
from multiprocessing import *
from random import random
from time import sleep


def F(r, rest):
    for i in range(0, 10):
        sleep(random() / 20)
        seen = r.value
        sleep(rest)
        r.value = seen + 1


if __name__ == "__main__":
    r = RawValue("i", 0)
    rest = 0.0002 + random() ** 3 / 30
    processes = [Process(target=F, args=(r, rest)) for i in range(0, 10)]
    for p in processes:
        p.start()
    for p in processes:
        p.join()
    print("The final value is", r.value)
