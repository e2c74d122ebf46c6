def F(r, lock):
    count = 0
    for _ in range(10):
        count += 1
    lock.acquire()
    try:
        r.value += count
    finally:
        lock.release()
