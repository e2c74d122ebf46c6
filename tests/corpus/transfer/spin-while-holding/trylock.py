import time


def transfer(source, target, amount, source_lock, target_lock):
    source_lock.acquire()
    while not target_lock.acquire(block=False):
        time.sleep(0.001)
    source.value -= amount
    target.value += amount
    target_lock.release()
    source_lock.release()
