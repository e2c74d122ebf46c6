from random import random
from time import sleep


def F(r, lock):
    for i in range(0, 10):
        old = r.value
        sleep(random() / 500)
        r.value = old + 1
