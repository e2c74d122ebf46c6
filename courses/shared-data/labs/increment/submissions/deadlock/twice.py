def F(r, lock):
    for i in range(0, 10):
        with lock:
            with lock:
                r.value = r.value + 1
