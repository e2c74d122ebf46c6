def F(r, lock):
    for i in range(0, 10):
        with lock:
            r.value = str(r.value + 1)
