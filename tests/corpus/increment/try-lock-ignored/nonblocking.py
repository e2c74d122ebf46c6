def F(r, lock):
    for _ in range(10):
        mine = lock.acquire(False)
        try:
            r.value += 1
        finally:
            if mine:
                lock.release()
