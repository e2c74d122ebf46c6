# Only one of the two asks for the lock, so it keeps nobody out.
from multiprocessing import *
from random import random
from time import sleep


def up(r, lock, rest):
    for i in range(0, 10):
        sleep(random() / 100)
        with lock:
            old = r.value
            sleep(rest)
            r.value = old + 3


def down(r, rest):
    for i in range(0, 12):
        sleep(random() / 100)
        old = r.value
        sleep(rest)
        r.value = old - 1


if __name__ == "__main__":
    r = RawValue("i", 50)
    lock = Lock()
    rest = 0.002 + random() ** 3 / 50
    p = Process(target=up, args=(r, lock, rest))
    q = Process(target=down, args=(r, rest))
    p.start()
    q.start()
    p.join()
    q.join()
    print("The final value is", r.value)
