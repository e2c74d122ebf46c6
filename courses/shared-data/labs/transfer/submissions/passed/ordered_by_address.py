# Shared memory lies at the same address in every forked process, so all agree on the order.
from ctypes import addressof


def transfer(source, target, amount, source_lock, target_lock):
    if addressof(source) < addressof(target):
        first, second = source_lock, target_lock
    else:
        first, second = target_lock, source_lock
    with first:
        with second:
            source.value -= amount
            target.value += amount
