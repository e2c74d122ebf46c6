def F(r, lock):
    lock.acquire()
    for i in range(10):
        r.value += 1
    lock.release()
