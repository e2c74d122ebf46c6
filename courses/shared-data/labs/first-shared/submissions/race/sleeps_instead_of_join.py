# The parent waits a while and hopes that the process is done by then.
from multiprocessing import *
from random import random
from time import sleep


def F(r):
    for i in range(0, 60):
        r.value = r.value + 1
        sleep(random() / 500)
    for i in range(0, 50):
        r.value = r.value - 1
        sleep(random() / 500)


if __name__ == "__main__":
    r = RawValue("i", 32)
    p = Process(target=F, args=(r,))
    p.start()
    sleep(0.02 + random() / 25)
    print("The parent has", r.value)
