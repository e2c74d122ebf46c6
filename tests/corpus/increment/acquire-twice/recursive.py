def F(r, lock, n=10):
    if n == 0:
        return
    with lock:
        r.value += 1
        F(r, lock, n - 1)
