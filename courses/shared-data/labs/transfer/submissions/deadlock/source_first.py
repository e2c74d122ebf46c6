# The classic: each has one lock and waits for the other.
from time import sleep


def transfer(source, target, amount, source_lock, target_lock):
    with source_lock:
        sleep(0.1)
        with target_lock:
            source.value -= amount
            target.value += amount
