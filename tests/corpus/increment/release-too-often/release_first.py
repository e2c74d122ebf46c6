def F(r, lock):
    lock.release()  # so that it is certainly free
    for i in range(10):
        lock.acquire()
        r.value += 1
        lock.release()
