def read(r, lock):
    lock.acquire()
    try:
        return r.value
    finally:
        lock.release()


def write(r, lock, value):
    lock.acquire()
    try:
        r.value = value
    finally:
        lock.release()


def F(r, lock):
    for _ in range(10):
        write(r, lock, read(r, lock) + 1)
