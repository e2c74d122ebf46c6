# Whoever does not get the second lock at once lets go of the first, rests a little and tries again.
from random import random
from time import sleep


def transfer(source, target, amount, source_lock, target_lock):
    while True:
        with source_lock:
            if target_lock.acquire(block=False):
                try:
                    source.value = source.value - amount
                    target.value = target.value + amount
                    return
                finally:
                    target_lock.release()
        sleep(random() / 1000)
