import time


def F(r, lock):
    remaining = 10
    while remaining > 0:
        if lock.acquire(block=False):
            r.value += 1
            lock.release()
            remaining -= 1
        else:
            time.sleep(0)
