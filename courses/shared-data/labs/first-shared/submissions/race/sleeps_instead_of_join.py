# The parent waits a while and hopes that the process is done by then.
from multiprocessing import *
from random import random
from time import sleep


def F(r):
    for i in range(0, 10):
        sleep(random() / 50)
        r.value = r.value + 1


if __name__ == "__main__":
    r = RawValue("i", 32)
    p = Process(target=F, args=(r,))
    p.start()
    sleep(0.05)
    print("The parent has", r.value)
