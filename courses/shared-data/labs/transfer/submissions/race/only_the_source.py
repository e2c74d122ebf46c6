# The target is changed under the wrong lock.
from time import sleep


def transfer(source, target, amount, source_lock, target_lock):
    with source_lock:
        source.value -= amount
        old = target.value
        sleep(0.02)
        target.value = old + amount
