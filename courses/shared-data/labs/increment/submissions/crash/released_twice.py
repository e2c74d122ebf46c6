# The second release finds the lock open already.
def F(r, lock):
    for i in range(0, 10):
        lock.acquire()
        r.value = r.value + 1
        lock.release()
    while True:
        lock.release()
