from random import random
from time import sleep


def transfer(source, target, amount, source_lock, target_lock):
    have = source.value
    sleep(0.02 + random() / 50)
    with source_lock:
        source.value = have - amount
    with target_lock:
        target.value = target.value + amount
