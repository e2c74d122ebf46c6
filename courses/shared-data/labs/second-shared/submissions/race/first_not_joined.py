from multiprocessing import *
from random import random
from time import sleep


def up(r):
    for i in range(0, 10):
        old = r.value
        sleep(random() / 100)
        r.value = old + 3


def down(r):
    for i in range(0, 12):
        old = r.value
        sleep(random() / 100)
        r.value = old - 1


if __name__ == "__main__":
    r = RawValue("i", 50)
    p = Process(target=up, args=(r,))
    q = Process(target=down, args=(r,))
    p.start()
    q.start()
    q.join()
    print("The final value is", r.value)
