def F(r, lock):
    i = 1
    while i < 10:
        with lock:
            r.value += 1
        i += 1
