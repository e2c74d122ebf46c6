from random import random
from time import sleep


def transfer(source, target, amount, source_lock, target_lock):
    old_source, old_target = source.value, target.value
    sleep(0.02 + random() / 50)
    source.value = old_source - amount
    target.value = old_target + amount
