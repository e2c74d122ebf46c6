from random import uniform
from time import sleep


def take_both(one, other):
    while True:
        one.acquire()
        if other.acquire(False):
            return
        one.release()
        sleep(uniform(0.0001, 0.002))


def transfer(source, target, amount, source_lock, target_lock):
    take_both(source_lock, target_lock)
    source.value -= amount
    target.value += amount
    target_lock.release()
    source_lock.release()
